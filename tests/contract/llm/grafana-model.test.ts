import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain, grafanaModel, investigate, type ReportOutcome } from '#llm';
import { FakeTools, row } from '../../../src/llm/testing/fake-tools.ts';
import { makeReport } from '../../../src/llm/testing/reports.ts';
import { GOOD_REPORT, runOptions } from '../../../src/llm/testing/run-options.ts';
import { sendJson, startMessagesServer, type MessagesServer } from '../../support/llm/messages-server.ts';

const TOKEN = 'glsa_test-token';
const GOOD = JSON.stringify(GOOD_REPORT);
const USAGE = {
  prompt_tokens: 900,
  completion_tokens: 150,
  total_tokens: 1050,
  prompt_tokens_details: { cached_tokens: 300 },
};
const PATH = '/grafana/api/plugins/grafana-llm-app/resources/llm/v1/chat/completions';
let server: MessagesServer;

beforeAll(async () => {
  server = await startMessagesServer();
});
afterAll(() => server.close());

const options = (name = 'claude-sonnet-5-5') => {
  const model = grafanaModel({ grafanaUrl: `${server.url}/grafana/`, token: TOKEN, model: name });
  return runOptions(model, {
    limits: { turns: 4, toolCalls: 4, tokens: 50_000, seconds: 5 },
    tools: new FakeTools({ queryMetrics: [row({})] }),
  });
};
const ask = (): Promise<ReportOutcome> => explain(makeReport(), options());

/** Chunks as the app streams them: OpenAI's, with padding `p`, without names of events. */
function sendChunks(response: ServerResponse, chunks: readonly object[], { done = true } = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  chunks.forEach((chunk) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'gpt-test', p: 'ppp', ...chunk })}\n\n`
    )
  );
  response.end(done ? 'data: [DONE]\n\n' : '');
}
const choice = (delta: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const text = (given: string) => [
  ...(given.match(/[\s\S]{1,50}/g) ?? []).map((part) => choice({ content: part })),
  choice({}, 'stop'),
  { choices: [], usage: USAGE },
];

describe('the LLM app of Grafana', () => {
  it.each([
    ['streamed', (response: ServerResponse) => sendChunks(response, text(GOOD))],
    ['in one piece', (response: ServerResponse) => sendJson(response, { model: 'gpt-test', choices: [{ message: { role: 'assistant', content: GOOD }, finish_reason: 'stop' }], usage: USAGE })],
  ])('words a report, %s', async (_, behaviour) => {
    server.behave(behaviour);
    expect(await ask()).toMatchObject({
      kind: 'written',
      run: { provider: 'grafana-llm-app', model: 'gpt-test', spend: { usage: { inputTokens: 600, cacheReadTokens: 300, outputTokens: 150, estimated: false } } },
    });
    const [call] = server.seen;
    expect(call?.path).toBe(PATH);
    expect(call?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(call?.body).toMatchObject({ model: 'large', stream: true, messages: [{ role: 'system' }, { role: 'user' }] });
    expect(call?.text).not.toMatch(/jane\.doe|4711|10\.1\.2\.3/);
  }); // prettier-ignore

  it('uses tools', async () => {
    const input = JSON.stringify({ query: 'up', from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:20:00Z' });
    const call = [
      choice({
        tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'query_metrics', arguments: '' } }],
      }),
      ...(input.match(/.{1,20}/g) ?? []).map((part) =>
        choice({ tool_calls: [{ index: 0, function: { arguments: part } }] })
      ),
      choice({}, 'tool_calls'),
      { choices: [], usage: USAGE },
    ];
    server.behave((response, turn) => sendChunks(response, turn === 1 ? call : text(GOOD)));
    expect(await investigate(makeReport(), options())).toMatchObject({
      kind: 'written',
      run: { spend: { toolCalls: 1 }, facts: [{ number: 4 }] },
    });
    expect(server.seen[1]?.body.messages).toMatchObject([
      { role: 'system' },
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: 'call_a', function: { name: 'query_metrics', arguments: input } }] },
      { role: 'tool', tool_call_id: 'call_a' },
    ]);
  });

  it.each<[string, (response: ServerResponse) => void, object]>([
    ['says 401', (response) => sendJson(response, { error: 'no' }, 401), { kind: 'failed', code: 'CAUSEWAY_LLM_UNAUTHORIZED' }],
    ['is not installed', (response) => sendJson(response, { message: 'Plugin not found' }, 404), { kind: 'failed', code: 'CAUSEWAY_LLM_NOT_FOUND' }],
    ['has no provider', (response) => sendJson(response, { error: 'must configure an LLM provider' }, 422), { kind: 'failed', code: 'CAUSEWAY_LLM_BAD_REQUEST' }],
    ['is over a limit', (response) => sendJson(response, {}, 429, { 'retry-after': '0' }), { kind: 'failed', code: 'CAUSEWAY_LLM_RATE_LIMITED' }],
    ['reports an error in the stream', (response) => sendChunks(response, [choice({ content: 'x' }), { error: { code: 401, message: 'bad key' } }]), { kind: 'failed', code: 'CAUSEWAY_LLM_UNAUTHORIZED' }],
    ['reports an error as a text', (response) => sendChunks(response, [{ error: 'no provider' }]), { kind: 'failed', code: 'CAUSEWAY_LLM_SERVER_ERROR' }],
    ['breaks off', (response) => sendChunks(response, text(GOOD).slice(0, 3), { done: false }), { kind: 'failed', code: 'CAUSEWAY_LLM_SERVER_ERROR' }],
    ['streams nothing', (response) => sendChunks(response, []), { kind: 'failed', code: 'CAUSEWAY_LLM_BAD_REPLY' }],
    ['shows a page', (response) => { response.writeHead(200, { 'content-type': 'text/html' }); response.end('<html>'); }, { kind: 'failed', code: 'CAUSEWAY_LLM_BAD_REPLY' }],
    ['sends the caller elsewhere', (response) => { response.writeHead(302, { location: '/login' }); response.end(); }, { kind: 'failed' }],
    ['is silent', () => undefined, { kind: 'failed', code: 'CAUSEWAY_LLM_TIMEOUT' }],
    ['refuses', (response) => sendChunks(response, [choice({ refusal: 'no' }), choice({}, 'stop')]), { kind: 'rejected', reason: 'refused' }],
    ['filters', (response) => sendChunks(response, [choice({ content: 'x' }, 'content_filter')]), { kind: 'rejected', reason: 'refused' }],
    ['stops too early', (response) => sendChunks(response, [choice({ content: GOOD }, 'length')]), { kind: 'rejected', reason: 'truncated' }],
  ])('gives a clear state when it %s', async (_, behaviour, expected) => {
    server.behave(behaviour);
    const result = await ask();
    expect(result).toMatchObject(expected);
    expect(JSON.stringify(result)).not.toContain(TOKEN);
  }); // prettier-ignore

  it('counts by length where the app hands on no usage', async () => {
    server.behave((response) => sendChunks(response, text(GOOD).slice(0, -1)));
    expect(await ask()).toMatchObject({ kind: 'written', run: { spend: { usage: { estimated: true } } } });
  });

  it.each([{ token: '' }, { grafanaUrl: '' }])('is not called with %o', async (changes) => {
    const model = grafanaModel({ grafanaUrl: server.url, token: TOKEN, model: 'base', ...changes });
    server.behave((response) => sendChunks(response, text(GOOD)));
    expect(await explain(makeReport(), { ...options(), model })).toMatchObject({
      kind: 'failed',
      code: 'CAUSEWAY_LLM_BAD_SETTINGS',
    });
    expect(server.seen).toEqual([]);
  });
});
