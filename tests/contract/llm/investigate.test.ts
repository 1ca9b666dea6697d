import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerQuestion, investigate, type InvestigateOptions, messagesModel, type ReportOutcome } from '#llm';
import { FakeTools, row } from '../../../src/llm/testing/fake-tools.ts';
import { makeReport } from '../../../src/llm/testing/reports.ts';
import { GOOD_REPORT, runOptions } from '../../../src/llm/testing/run-options.ts';
import {
  apiError,
  eventsOf,
  message,
  sendEvents,
  sendJson,
  sendStream,
  startMessagesServer,
  toolMessage,
  type MessagesServer,
} from '../../support/llm/messages-server.ts';

const RANGE = { from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:20:00Z' };
const FINAL = message(JSON.stringify(GOOD_REPORT));
const query = (text: string) => ({ name: 'query_metrics', input: { query: text, ...RANGE } });
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
      sendStream(response, call === 1 ? toolMessage(query('pg_locks'), query('up')) : FINAL)
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
        ...eventsOf(toolMessage(query('up'))).slice(0, 4),
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
  const lie = message(
    JSON.stringify({
      ...GOOD_REPORT,
      root_cause: [{ text: 'The ledger service broke at 99.9 %.', cites: [77] }],
      confidence: 1,
    })
  );
  let count = 0;
  const behaviours: readonly (readonly [string, Parameters<MessagesServer['behave']>[0], string])[] = [
    ['answers', (response) => sendStream(response, FINAL), 'written'],
    ['asks for tools without end', (response) => sendStream(response, toolMessage(query(`up + ${(count += 1)}`))), 'rejected'],
    ['asks for tools that do not exist', (response) => sendStream(response, toolMessage({ name: 'restart', input: {} })), 'rejected'],
    ['asks with input that is no JSON', (response) => { const events = eventsOf(toolMessage(query('up'))); sendEvents(response, events.map((event) => (event.type === 'content_block_delta' ? { ...event, delta: { type: 'input_json_delta', partial_json: '{"query":' } } : event))); response.end(); }, 'rejected'],
    ['asks for hundreds of tools at once', (response) => sendJson(response, toolMessage(...Array.from({ length: 300 }, () => query('up')))), 'failed'],
    ['lies', (response) => sendStream(response, lie), 'rejected'],
    ['writes nonsense', (response) => sendStream(response, message('{"root_cause": [')), 'rejected'],
    ['refuses', (response) => sendStream(response, message('', { stop_reason: 'refusal' })), 'rejected'],
    ['says that it pauses', (response) => sendStream(response, message('', { stop_reason: 'pause_turn' })), 'rejected'],
    ['is over its rate limit', (response) => sendJson(response, apiError('rate_limit_error'), 429, { 'retry-after': '0' }), 'failed'],
    ['is overloaded', (response) => sendJson(response, apiError('overloaded_error'), 529, { 'retry-after': '0' }), 'failed'],
    ['is overloaded after the first turn', (response, call) => (call === 1 ? sendStream(response, toolMessage(query('up'))) : sendJson(response, apiError('overloaded_error'), 529, { 'retry-after': '0' })), 'failed'],
    ['is silent', () => undefined, 'failed'],
    ['is silent after the first turn', (response, call) => (call === 1 ? sendStream(response, toolMessage(query('up'))) : undefined), 'failed'],
    ['hangs up', (response) => response.destroy(), 'failed'],
    ['counts a billion tokens', (response) => sendStream(response, message('x', { usage: { input_tokens: 1e9, output_tokens: 1 } })), 'rejected'],
    ['counts nonsense', (response) => sendJson(response, message('x', { usage: { input_tokens: -5, output_tokens: 'many' } })), 'failed'],
  ]; // prettier-ignore

  it.each(behaviours)('when the server %s', async (_, behaviour, kind) => {
    server.behave((...seen) => void behaviour(...seen));
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

  it.each(behaviours)('and so does a question when the server %s', async (_, behaviour) => {
    server.behave((...seen) => void behaviour(...seen));
    const result = await answerQuestion('Were there locks?', makeReport(), options({ limits }));
    expect(['answered', 'rejected', 'failed']).toContain(result.kind);
    expect(result.run.spend.turns).toBeLessThanOrEqual(limits.turns);
  });
});
