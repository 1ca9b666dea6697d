import { beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent, RunEventsAnswer, RunRecord, RunsAnswer, RunStreamLine, StartedRun } from '#contracts';
import { MINUTE, startLedgerSession } from './ledger-session.ts';

const session = startLedgerSession('runs');
const { nowMs } = session;
const settings = () => session.settings({ enabled: false });

beforeEach(() => {
  session.upstream.faultFromMs = nowMs - 8 * MINUTE;
});

const request = { service: 'gateway', window: { fromMs: nowMs - 20 * MINUTE, toMs: nowMs } };

async function call<T>(method: 'GET' | 'POST', resource: string, query?: string, body?: object) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const reply = await session.client.fetchResource(settings(), {
    method,
    path: resource,
    ...(query ? { query } : {}),
    body: text,
  });
  return { code: reply.code, json: JSON.parse(reply.body) as T };
}
const start = async (extra: object = {}) => (await call<StartedRun>('POST', 'runs', '', { request, ...extra })).json;

async function watch(id: string, after = 0): Promise<readonly RunStreamLine[]> {
  const stream = session.client.callResource(settings(), { path: `runs/${id}/stream`, query: `after=${after}` });
  let text = '';
  for await (const message of stream.messages) {
    text += message.body;
  }
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunStreamLine);
}
const eventsOf = (lines: readonly RunStreamLine[]): readonly RunEvent[] =>
  lines.flatMap((line) => (line.kind === 'event' ? [line.event] : []));
const stored = async (id: string): Promise<RunRecord | null> =>
  session.still.executor.context.ledger.read.runs.find(id);

describe('runs', () => {
  it('name the cause, tell what was asked and what it cost, alike to all watchers and later from the ledger', async () => {
    const { run, created } = await start();
    expect([created, run.status]).toEqual([true, 'running']);
    const [first, second] = await Promise.all([watch(run.id), watch(run.id)]);
    expect(first).toEqual(second);
    expect(first.at(-1)).toMatchObject({ kind: 'run', run: { status: 'finished', cause: { service: 'orders-db' } } });
    const events = eventsOf(first);
    const queries = events.flatMap((event) => (event.type === 'query' ? [event] : []));
    expect(queries.length).toBeGreaterThan(5);
    expect(queries.some(({ rows, bytes }) => rows > 100 && bytes > 1000)).toBe(true);
    const cost = events.find(({ type }) => type === 'cost');
    const bytes = queries.reduce((sum, query) => sum + query.bytes, 0);
    expect(cost).toMatchObject({ cost: { queries: queries.length, bytes, modelCalls: 0 } });
    expect(events.filter(({ type }) => type === 'evidence').length).toBeGreaterThan(0);

    await expect.poll(async () => (await stored(run.id))?.status).toBe('finished');
    await session.stopBackend();
    session.upstream.mode = 'error';
    await session.startBackend();
    expect(eventsOf(await watch(run.id))).toEqual(events);
    const late = await call<RunEventsAnswer>('GET', `runs/${run.id}/events`, 'after=3');
    expect(late.json.events[0]).toEqual(events[3]);
    expect(await start()).toMatchObject({ created: false, run: { id: run.id, status: 'finished' } });
    const list = await call<RunsAnswer>('GET', 'runs', 'service=gateway');
    expect(list.json).toMatchObject({ items: [{ id: run.id, origin: 'person' }], problem: null });
  });

  it('go on after the backend was killed in the middle', { timeout: 120_000 }, async () => {
    session.upstream.mode = 'hang';
    const { run } = await start();
    await expect.poll(async () => (await stored(run.id))?.lastSeq).toBeGreaterThan(0);
    await session.stopBackend();
    session.upstream.mode = 'ok';
    await session.startBackend();
    const lines = await watch(run.id);
    expect(lines.at(-1)).toMatchObject({ kind: 'run', run: { status: 'finished', cause: { service: 'orders-db' } } });
    const events = eventsOf(lines);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter((event) => event.type === 'note' && /restart/.test(event.text))).toHaveLength(1);
  });

  it('are cancelled, and let go of what they were reading', async () => {
    session.upstream.mode = 'hang';
    const { run } = await start();
    await expect.poll(() => session.upstream.requests.length).toBeGreaterThan(0);
    const cancelled = await call<RunRecord>('POST', `runs/${run.id}/cancel`);
    expect(cancelled.json).toMatchObject({ status: 'cancelled', reason: expect.stringMatching(/^Cancelled by/) });
    expect((await watch(run.id)).at(-1)).toMatchObject({ kind: 'run', run: { status: 'cancelled' } });
    await expect.poll(async () => (await stored(run.id))?.status).toBe('cancelled');
    session.upstream.mode = 'ok';
    expect(await start()).toMatchObject({ created: true });
  });

  it('begin and end while the executor is away, and are kept when it is back', async () => {
    await session.still.stop();
    const port = Number(new URL(session.still.url).port);
    const { run } = await start();
    const lines = await watch(run.id);
    expect(lines.find(({ kind }) => kind === 'problem')).toMatchObject({ problem: { source: 'executor' } });
    expect(lines.at(-1)).toMatchObject({ kind: 'run', run: { status: 'finished' } });
    const away = await call<RunsAnswer>('GET', 'runs');
    expect(away.json).toMatchObject({ items: [{ id: run.id }], problem: { source: 'executor' } });
    await session.startExecutor(port);
    await expect.poll(async () => (await stored(run.id))?.status, { timeout: 15_000 }).toBe('finished');
    expect(await session.still.executor.context.ledger.read.runs.events(run.id, 0, 1000)).toEqual(eventsOf(lines));
  });

  it.each([
    ['a window that is empty', { request: { ...request, window: { fromMs: 5, toMs: 5 } } }],
    ['a window that is too long', { request: { ...request, window: { fromMs: 5, toMs: 86_400_006 } } }],
    ['an unknown depth', { request: { ...request, depth: 'guess' } }],
    ['an unknown key', { request, shell: 'rm' }],
  ])('are refused with %s', async (_, body) => {
    const reply = await call<{ code: string }>('POST', 'runs', '', body);
    expect(reply.code).toBe(400);
  });

  it('that do not exist are not found', async () => {
    const missing = await call<{ code: string }>('GET', `runs/${'0'.repeat(26)}/stream`);
    expect(missing).toMatchObject({ code: 404, json: { code: 'CAUSEWAY_NOT_FOUND' } });
  });
});
