import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerQuestion, investigate, type InvestigateOptions, messagesModel, type ReportOutcome } from '#llm';
import { FakeTools, row } from '../../../src/llm/testing/fake-tools.ts';
import { makeReport } from '../../../src/llm/testing/reports.ts';
import { runOptions } from '../../../src/llm/testing/run-options.ts';
import { askMetrics, BEHAVIOURS, FINAL } from '../../support/llm/behaviours.ts';
import {
  apiError,
  eventsOf,
  sendEvents,
  sendStream,
  startMessagesServer,
  toolMessage,
  type MessagesServer,
} from '../../support/llm/messages-server.ts';

let server: MessagesServer;

beforeAll(async () => {
  server = await startMessagesServer();
});
afterAll(() => server.close());

function options(changes: Partial<InvestigateOptions> = {}): InvestigateOptions {
  const model = messagesModel({ apiKey: 'sk-test-key', baseUrl: server.url, model: 'test-model' });
  const tools = new FakeTools({
    queryMetrics: [row({ statement: 'lock waits of orders-db rose to 31 per second', observed: 31 })],
  });
  return runOptions(model, { limits: { turns: 8, toolCalls: 8, tokens: 60_000, seconds: 10 }, tools, ...changes });
}

const run = (changes: Partial<InvestigateOptions> = {}): Promise<ReportOutcome> =>
  investigate(makeReport(), options(changes));

describe('an investigation over the Messages API', () => {
  it('streams tool requests, sends the results back, and marks only the last block for the cache', async () => {
    server.behave((response, call) =>
      sendStream(response, call === 1 ? toolMessage(askMetrics('pg_locks'), askMetrics('up')) : FINAL)
    );
    const result = await run();
    expect(result).toMatchObject({ kind: 'written', run: { end: 'answered', spend: { turns: 2, toolCalls: 2 } } });
    const [first, second] = server.seen;
    expect(first?.body.tools?.map(({ name }) => name)).toContain('search_logs');
    expect(first?.body.tool_choice).toEqual({ type: 'auto' });
    expect(second?.body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'tool_use', input: { query: 'pg_locks' } }, { type: 'tool_use' }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', is_error: false, content: expect.stringContaining('"number":4') as string },
          { type: 'tool_result' },
        ],
      },
    ]);
    const marked = second?.body.messages.flatMap(({ content }) => content).filter((block) => block.cache_control);
    expect(marked).toHaveLength(1);
    expect(JSON.stringify(result.run.sent?.body)).toBe(second?.text);
  });

  it('survives an overload in the middle of a tool request: nothing of it is carried out', async () => {
    const tools = new FakeTools();
    server.behave((response, call) => {
      if (call > 1) {
        return sendStream(response, FINAL);
      }
      sendEvents(response, [
        ...eventsOf(toolMessage(askMetrics('up'))).slice(0, 4),
        { ...apiError('overloaded_error'), type: 'error' },
      ]);
      return response.end();
    });
    expect(await run({ tools })).toMatchObject({ kind: 'written' });
    expect(tools.calls).toEqual([]);
  });
});

describe('every run ends in a report or a clear state, within its limits', () => {
  const limits = { turns: 6, toolCalls: 5, tokens: 60_000, seconds: 3 };

  it.each(BEHAVIOURS)('when the server %s', async (_, behaviour, kind) => {
    server.behave(behaviour);
    const start = performance.now();
    const result = await run({ limits });
    expect(result.kind).toBe(kind);
    const { spend } = result.run;
    expect(spend.turns).toBeLessThanOrEqual(limits.turns);
    expect(spend.toolCalls).toBeLessThanOrEqual(limits.toolCalls);
    // Seconds of the run, with what a loaded machine needs in addition.
    expect((performance.now() - start) / 1000).toBeLessThan(limits.seconds + 5);
    expect(spend.tokens).toBeLessThanOrEqual(limits.tokens);
  });

  it.each(BEHAVIOURS)('and so does a question when the server %s', async (_, behaviour) => {
    server.behave(behaviour);
    const result = await answerQuestion('Were there locks?', makeReport(), options({ limits }));
    expect(['answered', 'rejected', 'failed']).toContain(result.kind);
    expect(result.run.spend.turns).toBeLessThanOrEqual(limits.turns);
  });
});
