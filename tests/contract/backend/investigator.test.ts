import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AskAnswer, BudgetAnswer, InvestigatorLine, PreviewAnswer } from '#contracts';
import {
  message,
  type MessagesServer,
  type SeenCall,
  sendStream,
  startMessagesServer,
  toolMessage,
} from '../../support/llm/messages-server.ts';
import { nowMs, startSession } from './plugin-session.ts';

const session = startSession();
const FROM = nowMs - 20 * 60_000;
const SUBJECT = { kind: 'window', service: 'gateway', fromMs: FROM, toMs: nowMs };
const RANGE = { from: new Date(FROM).toISOString(), to: new Date(nowMs).toISOString() };
const LATENCY = 'histogram_quantile(0.95, sum by (service, le) (rate(traces_spanmetrics_latency_bucket[1m])))';

let model: MessagesServer;
beforeAll(async () => {
  model = await startMessagesServer();
});
afterAll(() => model.close());
beforeEach(() => {
  session.upstream.faultFromMs = nowMs - 8 * 60_000;
});

const on = (llm: object = {}) => ({
  ...session.settings({ llm: { enabled: true, baseUrl: model.url, model: 'test-model', ...llm } }),
  secrets: { llmApiKey: 'sk-secret-key' },
});
const post = async (settings: ReturnType<typeof session.settings>, path: string, body: object) => {
  const call = { method: 'POST', path: `investigations/${path}`, body: JSON.stringify(body) };
  const { code, body: text } = await session.client.fetchResource(settings, call);
  return { code, text };
};
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as InvestigatorLine);

/** The evidence in everything that was sent. */
function evidenceIn({ body }: SeenCall): readonly { readonly number: number; readonly statement: string }[] {
  const texts = body.messages.flatMap(({ content }) =>
    content.map(({ text = '', content: result = '' }) => text + result)
  );
  const parts = texts.flatMap((text) => [...text.matchAll(/<data>(.*?)<\/data>/gs)].map(([, part = '']) => part));
  return parts.flatMap((part) => {
    const { evidence = [] } = JSON.parse(part) as { evidence?: { number: number; statement: string }[] };
    return evidence;
  });
}

/** Asks for tools once, then repeats a fact of the report and the newest that the tools found. */
function investigateOnce(...tools: readonly { readonly name: string; readonly input: object }[]): void {
  model.behave((response, call, seen) => {
    const evidence = evidenceIn(seen);
    const sentences = [evidence[0], evidence.at(-1)].flatMap((fact) =>
      fact ? [{ text: `${fact.statement.replace(/\.*$/, '')}.`, cites: [fact.number] }] : []
    );
    const report = { root_cause: sentences.slice(0, 1), causes: [], impact: sentences.slice(1), confidence: 0.9 };
    sendStream(
      response,
      call === 1 ? toolMessage(...tools) : message(JSON.stringify({ ...report, answer: sentences }))
    );
  });
}

describe('without a language model', () => {
  it('everything answers that it is off, and nobody is connected to', async () => {
    model.behave((response) => response.end());
    const settings = session.settings({ llm: { enabled: false, baseUrl: model.url } });
    const before = session.upstream.requests.length;
    expect(JSON.parse((await post(settings, 'explain-preview', { task: 'explain', subject: SUBJECT })).text)).toEqual({
      kind: 'off',
    });
    expect(linesOf((await post(settings, 'investigate', { subject: SUBJECT })).text)).toEqual([{ kind: 'off' }]);
    expect(JSON.parse((await post(settings, 'ask', { subject: SUBJECT, question: 'Why?' })).text)).toEqual({
      kind: 'off',
    });
    const budget = await session.client.fetchResource(settings, { path: 'investigations/budget' });
    expect(JSON.parse(budget.body)).toEqual({ kind: 'off' });
    expect(model.seen).toEqual([]);
    expect(session.upstream.requests.length).toBe(before);
  });
});

describe('with a language model', () => {
  it('shows exactly what would be sent, and sends nothing', async () => {
    model.behave((response) => response.end());
    const { text } = await post(on(), 'explain-preview', { task: 'explain', subject: SUBJECT });
    const preview = JSON.parse(text) as PreviewAnswer;
    expect(preview).toMatchObject({ kind: 'preview', destination: expect.stringContaining(model.url) as string });
    expect(text).toContain('orders-db');
    expect(text).not.toContain('sk-secret-key');
    expect(model.seen).toEqual([]);
  });

  it('investigates with tools, tells what it does, and cites what was found', async () => {
    investigateOnce(
      { name: 'query_metrics', input: { query: LATENCY, ...RANGE } },
      { name: 'read_topology', input: { service: 'payment' } },
      { name: 'query_metrics', input: { query: '{__name__=~".+"}', ...RANGE } },
      { name: 'find_similar_incidents', input: {} },
      { name: 'search_traces', input: { query: '{status=error}', ...RANGE } }
    );
    const { code, text } = await post(on(), 'investigate', { subject: SUBJECT, hint: 'the database' });
    expect(code).toBe(200);
    const lines = linesOf(text);
    expect(lines[0]).toMatchObject({ kind: 'budget', budget: { kind: 'on', keptIn: 'memory', model: 'test-model' } });
    const calls = lines.flatMap((line) => (line.kind === 'call' ? [[line.call.tool, line.call.outcome]] : []));
    expect(calls).toEqual([
      ['query_metrics', 'answered'],
      ['read_topology', 'answered'],
      ['query_metrics', 'refused'],
      ['find_similar_incidents', 'failed'],
      ['search_traces', 'failed'],
    ]);
    const last = lines.at(-1);
    const outcome = last?.kind === 'outcome' ? last.outcome : undefined;
    expect(outcome).toMatchObject({ kind: 'written', run: { end: 'answered', spend: { toolCalls: 5 } } });
    expect(outcome?.run?.facts[0]).toMatchObject({
      tool: 'query_metrics',
      source: 'metric',
      query: { language: 'promql', query: LATENCY, fromMs: FROM, toMs: nowMs },
      baseline: expect.closeTo(0.05, 1) as number,
    });
    expect(JSON.stringify(model.seen[1]?.body)).toMatch(/Tempo is not configured here/);
    const budget = await session.client.fetchResource(on(), { path: 'investigations/budget' });
    expect((JSON.parse(budget.body) as BudgetAnswer & { kind: 'on' }).perMonth.used?.tokens).toBeGreaterThan(1000);
  });

  it('answers a question with the query that ran', async () => {
    investigateOnce({ name: 'query_metrics', input: { query: LATENCY, ...RANGE } });
    const { text } = await post(on(), 'ask', { subject: SUBJECT, question: 'How slow is payment?' });
    const answer = JSON.parse(text) as AskAnswer;
    expect(answer).toMatchObject({
      kind: 'answered',
      queries: [{ language: 'promql', query: LATENCY, fromMs: FROM, toMs: nowMs }],
    });
  });

  it('ends when the caller goes away', async () => {
    let asked = (): void => undefined;
    let gone = (): void => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const isGone = new Promise<void>((resolve) => (gone = resolve));
    model.behave((response) => {
      response.once('close', gone);
      asked();
    });
    const body = JSON.stringify({ subject: SUBJECT });
    const stream = session.client.callResource(on(), { method: 'POST', path: 'investigations/investigate', body });
    const read = (async () => {
      for await (const _ of stream.messages) {
        // Until it is cancelled.
      }
    })();
    const failure = read.catch((error: unknown) => error);
    await wasAsked;
    stream.cancel();
    await isGone;
    expect(String(await failure)).toContain('CANCELLED');
  });

  it('refuses before a budget would be exceeded, and says when sources are away', async () => {
    model.behave((response) => response.end());
    const poor = { budgets: { perIncident: { tokens: 1000 } } };
    const refused = linesOf((await post(on(poor), 'investigate', { subject: SUBJECT })).text).at(-1);
    expect(refused).toMatchObject({ outcome: { kind: 'refused', by: 'incident', unit: 'tokens' } });
    session.renewSettings();
    session.upstream.mode = 'error';
    const away = linesOf((await post(on(), 'investigate', { subject: SUBJECT })).text).at(-1);
    expect(away).toMatchObject({ outcome: { kind: 'failed', code: 'CAUSEWAY_PROM_SERVER_ERROR', run: null } });
    expect(model.seen).toEqual([]);
  });

  it.each([
    ['ask', { subject: SUBJECT }, 'CAUSEWAY_REQUEST_INVALID'],
    ['ask', { subject: { ...SUBJECT, toMs: 5 }, question: 'Why?' }, 'CAUSEWAY_RANGE_INVALID'],
    ['explain-preview', { task: 'shell', subject: SUBJECT }, 'CAUSEWAY_REQUEST_INVALID'],
    ['investigate', { subject: { kind: 'incident', id: '../plans' } }, 'CAUSEWAY_REQUEST_INVALID'],
  ])('refuses %s with %j', async (path, body, code) => {
    const answer = await post(on(), path, body);
    expect(answer.text).toContain(code);
  });
});
