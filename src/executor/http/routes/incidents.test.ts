import type { IncidentRecord } from '#contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, makeHarness } from '../../testing/harness.ts';

let harness: Harness;
let checkout: IncidentRecord;
let payment: IncidentRecord;
beforeAll(async () => {
  harness = await makeHarness();
  checkout = await harness.openIncident({
    fingerprint: 'fp-checkout',
    service: 'checkout',
    report: { id: 'r', hypotheses: [{ service: 'Orders-DB' }, { service: 'cache' }] },
    origin: 'alert',
    openedBy: '100% of ÄRGER_1',
  });
  payment = await harness.openIncident();
  await assign(payment.id, 'Bob');
});
afterAll(() => harness.stop());

const assign = async (id: string, assignee: unknown, login = 'alice') =>
  harness.call('PUT', `/v1/incidents/${id}/assignee`, await harness.callers.person(login), { assignee });
const find = async (query: string): Promise<readonly string[]> => {
  const { json } = await harness.call('GET', `/v1/incidents?${query}`, await harness.callers.person());
  return json.items.map(({ service }: IncidentRecord) => service);
};

describe('incidents are found', () => {
  it.each([
    ['q=CHECK', ['checkout']],
    ['q=orders-db', ['checkout']],
    ['q=cache', []],
    ['q=bob', ['payment']],
    ['q=%C3%A4rger_', ['checkout']],
    ['q=ment', ['payment']],
    ['q=%25', ['checkout']],
    ['q=_', ['checkout']],
    ['q=%5C', []],
    ['q=%27%20OR%201%3D1', []],
    ['q=', ['payment', 'checkout']],
    ['assignee=Bob', ['payment']],
    ['assignee=bo', []],
    ['origin=alert', ['checkout']],
    ['origin=watch&q=e', ['payment']],
    ['status=resolved', []],
    ['status=open&assignee=Bob&origin=watch&q=pay', ['payment']],
  ])('%s', async (query, services) => {
    expect(await find(query)).toEqual(services);
  });

  it('by id, and page by page', async () => {
    expect(await find(`q=${checkout.id.toLowerCase()}`)).toEqual(['checkout']);
    const { json } = await harness.call('GET', '/v1/incidents?limit=1', await harness.callers.person());
    expect(await find(`cursor=${json.nextCursor}`)).toEqual(['checkout']);
  });

  it.each(['q=' + 'x'.repeat(201), 'origin=nobody', 'assignee=' + 'x'.repeat(201)])('not by %s', async (query) => {
    const reply = await harness.call('GET', `/v1/incidents?${query}`, await harness.callers.person());
    expect(reply.status).toBe(400);
  });

  it('by the cause that a new report names', async () => {
    const incident = await harness.openIncident({ fingerprint: 'fp-search', service: 'search' });
    const body = JSON.stringify({ report: { id: 'r2', hypotheses: [{ service: 'index-7' }] } });
    const headers = await harness.callers.backend('ledger', body);
    await harness.call('PUT', `/v1/incidents/${incident.id}/report`, headers, body);
    expect(await find('q=INDEX-7')).toEqual(['search']);
  });
});

describe('who takes care of an incident', () => {
  it('is said by persons, and audited when it changes', async () => {
    const { id } = await harness.openIncident({ fingerprint: 'fp-assign', openedBy: 'carol', origin: 'person' });
    const events = async () =>
      (await harness.call('GET', '/v1/audit?limit=100', await harness.callers.person())).json.items
        .filter(({ subject }: { subject: string }) => subject === id)
        .map(({ event, actor, details }: { event: string; actor: string; details: object }) => ({
          event,
          actor,
          details,
        }));
    expect((await assign(id, ' dave ')).json).toMatchObject({ assignee: 'dave', origin: 'person', openedBy: 'carol' });
    expect((await assign(id, 'dave')).status).toBe(200);
    expect((await assign(id, null, 'erin')).json).toMatchObject({ assignee: null });
    expect(await events()).toEqual([
      {
        event: 'incident.opened',
        actor: 'causeway-backend',
        details: expect.objectContaining({ origin: 'person', openedBy: 'carol' }),
      },
      { event: 'incident.assigned', actor: 'alice (user:alice)', details: { assignee: 'dave', before: null } },
      { event: 'incident.assigned', actor: 'erin (user:erin)', details: { assignee: null, before: 'dave' } },
    ]);
  });

  it('may also be said of one that is resolved', async () => {
    const { id } = await harness.openIncident({ fingerprint: 'fp-resolved' });
    await harness.executor.context.ledger.transaction(({ incidents }) => incidents.resolve(id, 'unassisted', 1));
    expect((await assign(id, 'dave')).json).toMatchObject({ status: 'resolved', assignee: 'dave' });
  });

  it('is never said by the backend, nor of what is not there', async () => {
    const body = JSON.stringify({ assignee: 'x' });
    const headers = await harness.callers.backend('ledger', body);
    expect((await harness.call('PUT', `/v1/incidents/${payment.id}/assignee`, headers, body)).status).toBe(403);
    expect((await assign('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x')).status).toBe(404);
  });

  it.each(['', '  ', 'x'.repeat(201), 7, undefined])('is not %j', async (assignee) => {
    expect((await assign(payment.id, assignee)).status).toBe(400);
  });
});

describe('that an incident is over', () => {
  const close = async (id: string, reason: unknown, login = 'alice') =>
    harness.call('PUT', `/v1/incidents/${id}/resolution`, await harness.callers.person(login), { reason });

  it('is said by a person with the reason, once, and audited', async () => {
    const { id } = await harness.openIncident({ fingerprint: 'fp-is-over', origin: 'person', openedBy: 'carol' });
    const reply = await close(id, ' It was a load test. ');
    expect(reply.json).toMatchObject({
      status: 'resolved',
      resolvedBy: 'unassisted',
      closed: { by: 'alice', reason: 'It was a load test.' },
    });
    expect((await close(id, 'another word', 'erin')).json).toMatchObject({ closed: { by: 'alice' } });
    const { items } = (await harness.call('GET', '/v1/audit?limit=200', await harness.callers.person())).json;
    expect(items.filter((entry: { subject: string }) => entry.subject === id).at(-1)).toMatchObject({
      event: 'incident.resolved',
      actor: 'alice (user:alice)',
      details: { by: 'unassisted', closed: true, reason: 'It was a load test.' },
    });
  });

  it('is never said by the backend, nor without a reason, nor of what is not there', async () => {
    const body = JSON.stringify({ reason: 'it is over' });
    const headers = await harness.callers.backend('ledger', body);
    expect((await harness.call('PUT', `/v1/incidents/${payment.id}/resolution`, headers, body)).status).toBe(403);
    expect((await close(payment.id, ' x ')).status).toBe(400);
    expect((await close('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'it is over')).status).toBe(404);
  });
});
