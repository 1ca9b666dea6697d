import { describe, expect, it } from 'vitest';
import type { AlertRecord, IncidentRecord, RunRecord, StartedRun } from '#contracts';
import { ALERT_TOKEN } from '../../support/executor/still-executor.ts';
import { MINUTE, startLedgerSession } from './ledger-session.ts';

const session = startLedgerSession('incidents');
const { nowMs } = session;
const settings = (enabled: boolean, role = 'Editor') => session.settings({ enabled }, role);

const post = async <T>(resource: string, body: object, role?: string) => {
  const request = { method: 'POST', path: resource, body: JSON.stringify(body) } as const;
  const reply = await session.client.fetchResource(settings(false, role), request);
  return { code: reply.code, json: JSON.parse(reply.body) as T };
};
const read = () => session.still.executor.context.ledger.read;
const incidents = async (): Promise<readonly IncidentRecord[]> => (await read().incidents.list({ limit: 50 })).items;
const alerts = async (): Promise<readonly AlertRecord[]> => (await read().alerts.list({ limit: 50 }, {})).items;
const runsOf = async (incidentId: string): Promise<readonly RunRecord[]> =>
  (await read().runs.list({ limit: 50 }, { incidentId })).items;

async function tell(...sent: readonly object[]): Promise<number> {
  const alert = { status: 'firing', annotations: {}, endsAt: '0001-01-01T00:00:00Z' };
  const reply = await fetch(`${session.still.url}/v1/alerts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ALERT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts: sent.map((one) => ({ ...alert, ...one })) }),
  });
  return reply.status;
}

describe('an alert by webhook', () => {
  it(
    'becomes an incident with a run, whatever is found; one for a service, none for what nobody knows',
    { timeout: 100_000 },
    async () => {
      const startsAt = new Date(nowMs - 3 * MINUTE).toISOString();
      const labels = { alertname: 'CheckoutFailing', service: 'checkout' };
      const other = { alertname: 'CheckoutSlow', service_name: 'checkout' };
      const unknown = { alertname: 'DiskFull', service: 'mainframe' };
      const sent = [
        { labels, startsAt, fingerprint: 'a' },
        { labels: other, startsAt, fingerprint: 'b' },
        { labels: unknown, startsAt, fingerprint: 'c' },
      ];
      expect(await tell(...sent)).toBe(200);
      await session.client.fetchResource(settings(true), { path: 'watch' });
      const linked = async () => {
        session.upstream.nowMs += 15_000;
        return (await alerts()).filter(({ incidentId }) => incidentId !== null).length;
      };
      await expect.poll(linked, { timeout: 60_000, interval: 1000 }).toBe(2);
      const [incident, ...more] = await incidents();
      expect(more).toEqual([]);
      expect(incident).toMatchObject({ service: 'checkout', status: 'open', origin: 'alert' });
      expect(['CheckoutFailing', 'CheckoutSlow']).toContain(incident?.openedBy);
      expect(incident?.recovery).toHaveLength(2);
      expect((await alerts()).find(({ service }) => service === 'mainframe')?.incidentId).toBeNull();
      const state = async () => (await runsOf(incident?.id ?? '')).map(({ status }) => status);
      await expect.poll(state, { timeout: 15_000 }).toEqual(['finished']);
      const watch = JSON.parse((await session.client.fetchResource(settings(true), { path: 'watch' })).body);
      expect(watch).toMatchObject({ openIncidentId: incident?.id, problems: [] });
    }
  );
});

describe('an incident that a person declares', () => {
  const finished = async (): Promise<RunRecord> => {
    session.upstream.faultFromMs = nowMs - 8 * MINUTE;
    const request = { service: 'gateway', window: { fromMs: nowMs - 20 * MINUTE, toMs: nowMs } };
    const { run } = (await post<StartedRun>('runs', { request })).json;
    await expect.poll(async () => (await read().runs.find(run.id))?.status, { timeout: 20_000 }).toBe('finished');
    return run;
  };

  it('is that of a finished run, once, with a run of its own', { timeout: 60_000 }, async () => {
    const run = await finished();
    const first = await post<IncidentRecord>('incidents', { runId: run.id });
    expect(first).toMatchObject({
      code: 201,
      json: {
        service: 'gateway',
        fingerprint: 'incident:gateway',
        origin: 'person',
        openedBy: 'admin',
        status: 'open',
      },
    });
    expect(first.json.report.hypotheses[0]?.service).toBe('orders-db');
    expect(first.json.recovery).toHaveLength(2);
    expect(first.json.recovery[0]?.threshold).toBeLessThan(1);
    await expect.poll(async () => (await runsOf(first.json.id)).length).toBe(1);
    expect((await runsOf(first.json.id))[0]).toMatchObject({ origin: 'person', startedBy: 'admin' });
    expect(await post('incidents', { runId: run.id })).toMatchObject({ code: 200, json: { id: first.json.id } });
    expect(await incidents()).toHaveLength(1);
  });

  it('needs an editor, a run that is there, and a report', { timeout: 60_000 }, async () => {
    const runId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    expect((await post('incidents', { runId }, 'Viewer')).json).toMatchObject({ code: 'CAUSEWAY_FORBIDDEN' });
    expect((await post('incidents', { runId })).code).toBe(404);
    expect((await post('incidents', { runId: 'x' })).code).toBe(400);
    session.upstream.mode = 'error';
    const request = { service: 'gateway', window: { fromMs: nowMs - 20 * MINUTE, toMs: nowMs } };
    const { run } = (await post<StartedRun>('runs', { request })).json;
    await expect.poll(async () => (await read().runs.find(run.id))?.status, { timeout: 20_000 }).toBe('failed');
    const refused = await post('incidents', { runId: run.id });
    expect(refused).toMatchObject({ code: 400, json: { remedy: expect.stringMatching(/finished/) } });
    expect(await incidents()).toEqual([]);
  });
});
