import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recoveryWatch } from '../../incidents/recovery.ts';
import { ALERT_TOKEN, PROXY_TOKEN } from '../../testing/callers.ts';
import { type Harness, makeHarness } from '../../testing/harness.ts';

const ALERT = {
  status: 'firing',
  labels: { alertname: 'HighLatency', service: 'payment', severity: 'critical' },
  annotations: { summary: 'payment is slow' },
  startsAt: '2026-01-05T03:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: '87a1c9e5a1b2c3d4',
};
const RESOLVED = { ...ALERT, status: 'resolved', endsAt: '2026-01-05T03:30:00Z' };

let harness: Harness;
beforeEach(async () => {
  harness = await makeHarness();
});
afterEach(() => harness.stop());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** As Alertmanager sends a group, version 4. */
const group = (...alerts: readonly unknown[]) => ({
  version: '4',
  groupKey: '{}:{alertname="HighLatency"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'causeway',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager',
  alerts,
});
const tell = (...alerts: readonly unknown[]) =>
  harness.call('POST', '/v1/alerts', bearer(ALERT_TOKEN), group(...alerts));
const read = async (query = '') =>
  (await harness.call('GET', `/v1/alerts${query}`, await harness.callers.person())).json.items;
const audit = async () =>
  (await harness.call('GET', '/v1/audit?limit=100', await harness.callers.person())).json.items.map(
    ({ event, details }: { event: string; details: unknown }) => ({ event, details })
  );
const link = async (id: string, body: object) => {
  const text = JSON.stringify(body);
  return harness.call('PUT', `/v1/alerts/${id}/incident`, await harness.callers.backend('ledger', text), text);
};

describe('alerts by webhook', () => {
  it('are kept once for each fingerprint and start, with the newest that was said', async () => {
    expect((await tell(ALERT)).json).toEqual({ taken: 1, refused: 0, reason: '' });
    await tell({ ...ALERT, annotations: { summary: 'still slow' } });
    expect(await read()).toMatchObject([
      { status: 'firing', summary: 'still slow', service: 'payment', incidentId: null },
    ]);
    await tell(RESOLVED);
    await tell(ALERT);
    expect(await read()).toMatchObject([{ status: 'resolved', endsAtMs: Date.UTC(2026, 0, 5, 3, 30) }]);
    await tell({ ...ALERT, startsAt: '2026-01-05T04:00:00Z' });
    expect((await read()).map(({ status }: { status: string }) => status)).toEqual(['firing', 'resolved']);
  });

  it('are audited when something changed, in one entry a call', async () => {
    await tell(ALERT, { ...ALERT, fingerprint: 'another', labels: {} });
    await tell(ALERT);
    await tell(RESOLVED, { status: 'x' });
    const [alert] = await read('?service=payment');
    expect((await audit()).filter(({ event }: { event: string }) => event === 'alerts.received')).toEqual([
      { event: 'alerts.received', details: expect.objectContaining({ firing: 2, resolved: 0, refused: 0 }) },
      {
        event: 'alerts.received',
        details: { firing: 0, resolved: 1, refused: 1, dropped: 0, alerts: [alert.id] },
      },
    ]);
  });

  it('are listed by what is asked for', async () => {
    await tell(
      ALERT,
      { ...RESOLVED, fingerprint: 'b', labels: { app: 'order' } },
      { ...ALERT, fingerprint: 'c', labels: {} }
    );
    const names = async (query: string) =>
      (await read(query)).map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    expect(await names('?status=firing')).toEqual(['c', ALERT.fingerprint]);
    expect(await names('?service=order')).toEqual(['b']);
    expect(await names('?linked=true')).toEqual([]);
    const page = (await harness.call('GET', '/v1/alerts?limit=2', await harness.callers.person())).json;
    expect(await names(`?cursor=${page.nextCursor}`)).toEqual([ALERT.fingerprint]);
    expect((await harness.call('GET', '/v1/alerts?status=all', await harness.callers.person())).status).toBe(400);
  });

  it('belong to one incident, by the word of the backend, once', async () => {
    await tell(ALERT);
    const [alert] = await read();
    const incident = await harness.openIncident({ origin: 'alert', openedBy: 'HighLatency' });
    expect((await link(alert.id, { incidentId: incident.id })).json).toMatchObject({ incidentId: incident.id });
    const other = await harness.openIncident({ fingerprint: 'fp-other' });
    expect((await link(alert.id, { incidentId: other.id })).json).toMatchObject({ incidentId: incident.id });
    expect(await read('?linked=false')).toEqual([]);
    expect(await read(`?incidentId=${incident.id}`)).toHaveLength(1);
    expect((await audit()).filter(({ event }: { event: string }) => event === 'alert.linked')).toEqual([
      { event: 'alert.linked', details: { incidentId: incident.id } },
    ]);
    expect((await link(alert.id, { incidentId: alert.id })).status).toBe(400);
    expect((await link(incident.id, { incidentId: incident.id })).status).toBe(404);
  });

  it('hold the incident that they opened open while they fire; then its checks close it', async () => {
    await tell(ALERT);
    const incident = await harness.openIncident({ origin: 'alert', openedBy: 'HighLatency' });
    await link((await read())[0].id, { incidentId: incident.id });
    harness.metrics['users'] = 0.1;
    const watch = recoveryWatch(harness.executor.context);
    const status = async () => {
      for (let sweep = 0; sweep < 6; sweep += 1) {
        await watch(new AbortController().signal);
      }
      return (await harness.call('GET', `/v1/incidents/${incident.id}`, await harness.callers.person())).json.status;
    };
    expect(await status()).toBe('open');
    await tell(RESOLVED);
    harness.metrics['users'] = 2;
    expect(await status()).toBe('open');
    harness.metrics['users'] = 0.1;
    expect(await status()).toBe('resolved');
  });

  it('are counted', async () => {
    await tell(ALERT, { ...RESOLVED, fingerprint: 'b' });
    const { text } = await harness.call('GET', '/metrics', {});
    expect(text).toContain('causeway_executor_alerts{status="firing"} 1');
    expect(text).toContain('causeway_executor_alerts{status="resolved"} 1');
    expect(text).toContain('causeway_executor_alerts_waiting 1');
  });

  it('that nobody repeats are forgotten', async () => {
    await tell(ALERT);
    await harness.clock.advance(31 * 86_400);
    await tell({ ...ALERT, fingerprint: 'new' });
    expect(await read()).toMatchObject([{ fingerprint: 'new' }]);
    expect((await audit()).at(-1)).toMatchObject({ details: { dropped: 1 } });
  });
});

describe('the webhook', () => {
  it.each([
    ['no token', {}],
    ['a wrong token', bearer('alert-canary-91c07be2d84a4f6f')],
    ['the beginning of the token', bearer(ALERT_TOKEN.slice(0, -1))],
    ['the token of the proxy', bearer(PROXY_TOKEN)],
    ['basic credentials', { authorization: `Basic ${Buffer.from(`x:${ALERT_TOKEN}`).toString('base64')}` }],
  ])('is refused with %s', async (_, headers) => {
    expect((await harness.call('POST', '/v1/alerts', headers, group(ALERT))).status).toBe(401);
    expect(await read()).toEqual([]);
  });

  it('is refused where no token is set', async () => {
    const { trust } = harness.callers;
    const closed = await makeHarness({ trust: { ...trust, alertToken: undefined } });
    const reply = await closed.call('POST', '/v1/alerts', bearer(ALERT_TOKEN), group(ALERT));
    expect(reply.status).toBe(401);
    await closed.stop();
  });

  it('can do nothing else, not even read', async () => {
    for (const url of ['/v1/alerts', '/v1/incidents', '/v1/audit', '/v1/openapi.json']) {
      expect((await harness.call('GET', url, bearer(ALERT_TOKEN))).status).toBe(403);
    }
  });

  it.each([
    ['nothing', undefined, 400],
    ['no list', { alerts: 'x' }, 400],
    ['an array', [], 400],
    ['no JSON', '{"alerts":[', 400],
    ['a prototype key', '{"alerts":[{"labels":{"__proto__":{"a":"b"}}}]}', 400],
    ['a lone surrogate', '{"alerts":[{"labels":{"a":"\\ud800"}}]}', 400],
    ['more than 256 KiB', { alerts: [{ ...ALERT, annotations: { summary: 'x'.repeat(300_000) } }] }, 413],
  ])('with %s is refused', async (_, body, status) => {
    expect((await harness.call('POST', '/v1/alerts', bearer(ALERT_TOKEN), body)).status).toBe(status);
  });

  it('with no alerts is taken, and leaves no trace', async () => {
    const before = (await audit()).length;
    expect((await tell()).json).toMatchObject({ taken: 0 });
    expect(await audit()).toHaveLength(before);
  });
});
