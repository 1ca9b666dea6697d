import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IncidentRecord, PlanRecord, WatchAnswer } from '#contracts';
import { connectPlugin, startPlugin } from '../../support/plugin-driver/index.ts';
import { MINUTE, startLedgerSession } from './ledger-session.ts';

const session = startLedgerSession('watch');
const { nowMs: startMs, settings } = session;

async function readWatch(from = session.client): Promise<WatchAnswer> {
  return JSON.parse((await from.fetchResource(settings(), { path: 'watch' })).body) as WatchAnswer;
}

/** Moves the simulated time and waits until the watch has looked at it. */
async function advanceTo(nowMs: number): Promise<WatchAnswer> {
  session.upstream.nowMs = nowMs;
  await expect.poll(async () => (await readWatch()).lastTickMs, { timeout: 15_000 }).toBeGreaterThan(nowMs - 30_000);
  return readWatch();
}

async function readLedger(): Promise<{ incidents: readonly IncidentRecord[]; plans: readonly PlanRecord[] }> {
  const { incidents, plans } = session.still.executor.context.ledger.read;
  const page = { limit: 50, cursor: undefined };
  return {
    incidents: (await incidents.list(page)).items,
    plans: (await plans.list(page, {})).items,
  };
}

describe('the watch', () => {
  it('opens nothing while all is well', async () => {
    const watch = await advanceTo(startMs + 5 * MINUTE);
    expect(watch).toMatchObject({ enabled: true, openIncidentId: null, problems: [] });
    expect(watch.ticks).toBeGreaterThan(0);
    expect((await readLedger()).incidents).toEqual([]);
  });

  it(
    'opens one incident with its cause, one run and each plan once, also over a restart',
    { timeout: 60_000 },
    async () => {
      await advanceTo(startMs);
      session.upstream.faultFromMs = startMs + MINUTE;
      const watch = await advanceTo(startMs + 4 * MINUTE);
      await expect.poll(async () => (await readLedger()).plans.length, { timeout: 15_000 }).toBeGreaterThan(0);
      const first = await readLedger();
      expect(first.incidents).toHaveLength(1);
      const [incident] = first.incidents;
      expect(incident).toMatchObject({ service: 'gateway', symptom: 'latency', status: 'open' });
      expect(incident?.report.hypotheses[0]?.service).toBe('orders-db');
      expect(Math.abs((incident?.onsetMs ?? 0) - startMs - MINUTE)).toBeLessThanOrEqual(MINUTE);
      expect(watch.openIncidentId ?? (await readWatch()).openIncidentId).toBe(incident?.id);
      expect(
        first.plans.every((plan) => plan.requester.includes('backend') && plan.approval.status === 'pending')
      ).toBe(true);

      const readRuns = () =>
        session.still.executor.context.ledger.read.runs.list({ limit: 50 }, { incidentId: incident?.id });
      await expect.poll(async () => (await readRuns()).items[0]?.status, { timeout: 15_000 }).toBe('finished');
      expect((await readRuns()).items).toMatchObject([{ origin: 'watch', cause: { service: 'orders-db' } }]);

      await advanceTo(startMs + 5 * MINUTE);
      await session.stopBackend();
      await session.startBackend();
      await advanceTo(startMs + 6 * MINUTE);
      await advanceTo(startMs + 7 * MINUTE);
      const later = await readLedger();
      expect(later.incidents.map(({ id }) => id)).toEqual([incident?.id]);
      expect((await readRuns()).items).toHaveLength(1);
      const kinds = later.plans.map(({ action, target }) => `${action} ${target.name}`);
      expect(new Set(kinds).size).toBe(kinds.length);
    }
  );

  it('of two backends one opens incidents, and the other when its lease has ended', { timeout: 120_000 }, async () => {
    expect(await advanceTo(startMs + MINUTE)).toMatchObject({ leader: true });
    const env = { GF_PLUGIN_CLOCK_URL: `${session.upstream.url}/clock` };
    const second = await startPlugin({ executable: session.executable, env });
    const other = connectPlugin(second);
    try {
      await expect.poll(async () => (await readWatch(other)).leader, { timeout: 20_000 }).toBe(false);
      await session.stopBackend();
      session.upstream.faultFromMs = startMs + 2 * MINUTE;
      session.upstream.nowMs = startMs + 5 * MINUTE;
      const lastTick = async () => (await readWatch(other)).lastTickMs;
      await expect.poll(lastTick, { timeout: 20_000 }).toBeGreaterThan(startMs + 4 * MINUTE);
      expect(await readWatch(other)).toMatchObject({ leader: false, openIncidentId: null });
      expect((await readLedger()).incidents).toEqual([]);

      // The lease of the dead leader ends now and not in a minute.
      const { leaderName: holder } = await readWatch(other);
      await session.still.executor.context.ledger.transaction(async ({ leases }) =>
        leases.acquire('watch-causeway', { holder, ttlSeconds: 0 }, Date.now())
      );
      const opened = async () => {
        session.upstream.nowMs += 15_000;
        return (await readLedger()).incidents.length;
      };
      await expect.poll(opened, { timeout: 60_000, interval: 2000 }).toBe(1);
      expect(await readWatch(other)).toMatchObject({ leader: true });
    } finally {
      other.close();
      second.child.kill('SIGKILL');
      await second.ended;
    }
  });

  it('leads on at once after settings were saved', async () => {
    expect(await advanceTo(startMs + MINUTE)).toMatchObject({ leader: true });
    const saved = { ...settings(), lastUpdatedMS: 2 };
    const read = async () =>
      JSON.parse((await session.client.fetchResource(saved, { path: 'watch' })).body) as WatchAnswer;
    const before = (await readWatch()).leaderName;
    // Well before a lease would have ended by itself.
    await expect.poll(async () => (await read()).leader, { timeout: 15_000 }).toBe(true);
    expect((await read()).leaderName).not.toBe(before);
  });

  it('tells of an executor that is down, and goes on', async () => {
    await advanceTo(startMs);
    await session.still.stop();
    session.upstream.faultFromMs = startMs + MINUTE;
    const watch = await advanceTo(startMs + 4 * MINUTE);
    expect(watch.problems).toMatchObject([{ source: 'executor', code: 'CAUSEWAY_EXECUTOR_UNREACHABLE' }]);
    expect(await session.client.collectMetrics()).toMatch(
      /anomaly_score\{service="gateway",datasource="causeway"\} 0\.9/
    );
    expect(await session.client.checkHealth(settings())).toMatchObject({
      status: 2,
      message: expect.stringMatching(/executor/),
    });
  });

  it('knows nothing while Prometheus is gone, says so, and recovers', async () => {
    await advanceTo(startMs);
    session.upstream.mode = 'error';
    const down = await advanceTo(startMs + 2 * MINUTE);
    expect(down.problems[0]).toMatchObject({ source: 'prometheus', code: 'CAUSEWAY_PROM_SERVER_ERROR' });
    expect(await session.client.collectMetrics()).not.toMatch(/anomaly_score\{/);
    session.upstream.mode = 'ok';
    const up = await advanceTo(startMs + 4 * MINUTE);
    expect(up.problems).toEqual([]);
    expect((await readLedger()).incidents).toEqual([]);
  });

  it('starts from a settings file, and gives way to the settings of a call', async () => {
    await session.stopBackend();
    const file = path.join(session.folder, 'settings.json');
    const { jsonData, secrets } = settings();
    writeFileSync(file, JSON.stringify({ jsonData, secureJsonData: secrets }));
    await session.startBackend({ CAUSEWAY_SETTINGS_FILE: file });
    await expect
      .poll(() => session.client.collectMetrics(), { timeout: 15_000 })
      .toMatch(/ticks_total\{datasource="settings-file"\} 1/);
    await readWatch();
    expect(await session.client.collectMetrics()).not.toContain('settings-file');
  });

  it('counts what a long tick missed instead of piling up', async () => {
    await advanceTo(startMs);
    const before = (await readWatch()).ticks;
    await advanceTo(startMs + 60 * MINUTE);
    expect((await readWatch()).ticks - before).toBeLessThanOrEqual(3);
    expect(await session.client.collectMetrics()).toMatch(
      /causeway_watch_skipped_ticks_total\{datasource="causeway"\} 2[34]\d/
    );
  });
});
