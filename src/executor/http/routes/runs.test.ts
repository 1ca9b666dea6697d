import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, makeHarness } from '../../testing/harness.ts';

const REQUEST = { service: 'payment', window: { fromMs: 1_000, toMs: 2_000 }, depth: 'engine' };
const END = { status: 'finished', reason: '', verdict: 'LIKELY', decision: 'root-cause', cause: null, cost: null };

let harness: Harness;
let last = 0;
beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(() => harness.stop());

const newId = (): string => `01RUN${String((last += 1)).padStart(21, '0')}`;
const asPerson = async (method: 'GET' | 'POST', url: string, body?: unknown) =>
  harness.call(method, url, await harness.callers.person(), body);
const asBackend = async (url: string, body: object) =>
  harness.call('POST', url, await harness.callers.backend('ledger', JSON.stringify(body)), body);
const startBody = (change: object = {}) => ({
  id: newId(),
  fingerprint: `question-${last}`,
  startsAtMs: 1_000,
  request: REQUEST,
  origin: 'person',
  startedBy: 'alice',
  incidentId: null,
  ...change,
});
const start = async (change: object = {}) => (await asBackend('/v1/runs', startBody(change))).json;
const note = (seq: number, text = `note ${seq}`) => ({ type: 'note', level: 'info', text, seq, atMs: 5, elapsedMs: 1 });
const append = (id: string, ...events: object[]) => asBackend(`/v1/runs/${id}/events`, { events });
const audit = async () => (await asPerson('GET', '/v1/audit?limit=100')).json.items;

describe('a run', () => {
  it('is kept with its events, read in parts, finished and audited', async () => {
    const run = await start();
    expect(run).toMatchObject({ status: 'running', request: REQUEST, lastSeq: 0, verdict: null });
    expect((await append(run.id, note(1), note(2))).json).toEqual({ lastSeq: 2 });
    expect((await append(run.id, note(3))).json).toEqual({ lastSeq: 3 });
    const read = await asPerson('GET', `/v1/runs/${run.id}/events?after=1&limit=1`);
    expect(read.json).toMatchObject({ events: [{ seq: 2, text: 'note 2' }], more: true, run: { status: 'running' } });
    const finished = await asBackend(`/v1/runs/${run.id}/finish`, { ...END, lastSeq: 3 });
    expect(finished.json).toMatchObject({ status: 'finished', verdict: 'LIKELY', lastSeq: 3 });
    const after = await asPerson('GET', `/v1/runs/${run.id}`);
    expect(after.json).toMatchObject({ status: 'finished', decision: 'root-cause', feedback: [] });
    const events = (await audit()).filter(({ subject }: { subject: string }) => subject === run.id);
    expect(events).toMatchObject([
      { event: 'run.started', details: { origin: 'person', startedBy: 'alice' } },
      { event: 'run.finished', details: { eventsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    ]);
  });

  it('answers a second start with the first, until that one failed', async () => {
    const first = await start({ fingerprint: 'same-question' });
    const second = await asBackend('/v1/runs', startBody({ fingerprint: 'same-question' }));
    expect([second.status, second.json.id]).toEqual([200, first.id]);
    const other = await asBackend('/v1/runs', startBody({ fingerprint: 'same-question', startsAtMs: 2_000 }));
    expect([other.status, other.json.id === first.id]).toEqual([201, false]);
    await asBackend(`/v1/runs/${first.id}/finish`, { ...END, status: 'failed', reason: 'no data', lastSeq: 0 });
    const third = await asBackend('/v1/runs', startBody({ fingerprint: 'same-question' }));
    expect(third.status).toBe(201);
  });

  it('takes the same events again, and refuses gaps, other words for a stored number, and a run that is over', async () => {
    const { id } = await start();
    await append(id, note(1), note(2));
    expect((await append(id, note(1), note(2), note(3))).json).toEqual({ lastSeq: 3 });
    expect((await append(id)).json).toEqual({ lastSeq: 3 });
    const refusals = [append(id, note(5)), append(id, note(4), note(6)), append(id, note(3, 'other'))];
    for (const refused of await Promise.all(refusals)) {
      expect(refused.json).toMatchObject({ status: 409, code: 'CAUSEWAY_EXECUTOR_RUN_SEQUENCE' });
    }
    const early = await asBackend(`/v1/runs/${id}/finish`, { ...END, lastSeq: 4 });
    expect(early.json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_RUN_SEQUENCE' });
    await asBackend(`/v1/runs/${id}/finish`, { ...END, lastSeq: 3 });
    expect((await append(id, note(3))).json).toEqual({ lastSeq: 3 });
    expect((await append(id, note(4))).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_RUN_OVER' });
    expect((await asBackend(`/v1/runs/${id}/finish`, { ...END, lastSeq: 3 })).status).toBe(200);
    const otherwise = { ...END, status: 'failed', lastSeq: 3 };
    expect((await asBackend(`/v1/runs/${id}/finish`, otherwise)).json.code).toBe('CAUSEWAY_EXECUTOR_RUN_OVER');
  });

  it('is cancelled and judged by persons', async () => {
    const { id } = await start();
    const cancelled = await asPerson('POST', `/v1/runs/${id}/cancel`, {});
    expect(cancelled.json).toMatchObject({ status: 'cancelled', reason: 'Cancelled by alice.' });
    expect((await asPerson('POST', `/v1/runs/${id}/cancel`, {})).status).toBe(409);
    expect((await append(id, note(1))).json.code).toBe('CAUSEWAY_EXECUTOR_RUN_OVER');
    const feedback = { about: { kind: 'cause' }, judgement: 'wrong', trueCause: 'the network', comment: 'saw it' };
    expect((await asPerson('POST', `/v1/runs/${id}/feedback`, feedback)).status).toBe(201);
    expect((await asPerson('GET', `/v1/runs/${id}`)).json.feedback).toMatchObject([{ ...feedback, author: 'alice' }]);
    expect((await audit()).slice(-2)).toMatchObject([
      { event: 'run.cancelled', subject: id, actor: expect.stringContaining('alice') },
      { event: 'run.feedback', subject: id, details: { judgement: 'wrong' } },
    ]);
  });

  it('is listed by incident, service and status, newest first', async () => {
    const incident = await harness.openIncident({ fingerprint: 'fingerprint-of-runs' });
    const { id } = await start({ incidentId: incident.id, origin: 'watch', startedBy: 'watch' });
    const ids = async (query: string) =>
      (await asPerson('GET', `/v1/runs?${query}`)).json.items.map((run: { id: string }) => run.id);
    expect(await ids(`incidentId=${incident.id}`)).toEqual([id]);
    expect(await ids('service=order')).toEqual([]);
    expect((await ids('service=payment&status=running&limit=1'))[0]).toBe(id);
    const unknown = await asBackend('/v1/runs', startBody({ incidentId: newId() }));
    expect(unknown.json).toMatchObject({ status: 400, detail: expect.stringContaining('incidentId') });
  });

  it.each([
    ['an event of an unknown kind', { ...note(1), type: 'shell' }],
    ['an event with another key', { ...note(1), run: 'x' }],
    ['a text that is too long', note(1, 'x'.repeat(1001))],
    ['a number that is none', { ...note(1), elapsedMs: '1' }],
  ])('refuses %s', async (_, event) => {
    const { id } = await start();
    expect((await append(id, event)).status).toBe(400);
  });

  it('refuses an event that is too large', async () => {
    const { id } = await start();
    const report = { type: 'report', report: { text: 'x'.repeat(201_000) }, seq: 1, atMs: 5, elapsedMs: 1 };
    expect((await append(id, report)).json).toMatchObject({ code: 'CAUSEWAY_EXECUTOR_RUN_TOO_LARGE' });
  });
});
