import { describe, expect, it } from 'vitest';
import { datasourceSettingsSchema } from '#contracts';
import type { Signal } from '#model';
import { createInProcessPool } from '../analysis/in-process-pool.ts';
import { KnownTimes } from '../datasource/known-times.ts';
import { RolloutSource } from '../signals/rollout-source.ts';
import type { SignalSource } from '../signals/signal-source.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { syntheticSignals } from '../testing/synthetic-signals.ts';
import { DetectionKeeper } from './detection-keeper.ts';

const MINUTE = 60_000;
const STEP = 60_000;
const HOUR = 60 * MINUTE;
const startMs = Math.floor(1_700_000_000_000 / HOUR) * HOUR;
const telemetry: readonly Signal[] = syntheticSignals({
  services: ['a', 'b'],
  startMs,
  stepMs: STEP,
  steps: 18 * 60,
  faultMs: startMs + 15 * HOUR,
  faulty: 'a',
}).map(({ timesMs, values, ...signal }) => ({ ...signal, series: { labels: {}, timesMs, values } }));

function slice(fromMs: number, toMs: number): readonly Signal[] {
  return telemetry.map((signal) => {
    const { timesMs, values } = signal.series;
    const kept = timesMs.map((_, i) => i).filter((i) => (timesMs[i] ?? 0) >= fromMs && (timesMs[i] ?? 0) < toMs);
    const series = { labels: {}, timesMs: kept.map((i) => timesMs[i] ?? 0), values: kept.map((i) => values[i] ?? 0) };
    return { ...signal, series };
  });
}

function makeKeeper(nowMs: number) {
  const clock = manualClock(nowMs);
  const state = { down: false, stretches: 0 };
  const signals = {
    read: async () => {
      if (state.down) {
        throw new Error('no Prometheus');
      }
      const window = { fromMs: clock.now() - 12 * HOUR, toMs: clock.now() + 1 };
      return { signals: slice(window.fromMs, window.toMs), gaps: [], window, stepSeconds: 60 };
    },
    readStretch: async ({ fromMs, toMs }: { fromMs: number; toMs: number }) => {
      state.stretches += 1;
      return { signals: slice(fromMs, toMs), gaps: [], complete: true };
    },
  } as unknown as SignalSource;
  const settings = datasourceSettingsSchema.parse({
    prometheus: { url: 'http://p' },
    watch: { collectSeconds: 60, detectSeconds: 60, historyMinutes: 600 },
  });
  const knownTimes = new KnownTimes();
  const changes = { readAnnouncements: async () => ({ announced: [], failed: new Set<never>(), gaps: [] }) };
  const rollouts = new RolloutSource({ changes, signals, stepSeconds: 60, keepMs: HOUR, clock });
  const keeper = new DetectionKeeper({
    signals,
    rollouts,
    clock,
    pool: createInProcessPool(),
    settings,
    knownTimes,
  });
  return { keeper, clock, state, knownTimes };
}

describe('the detection of a datasource', () => {
  const t0 = startMs + 13 * HOUR + 20 * MINUTE;
  const t1 = startMs + 15 * HOUR + 5 * MINUTE;

  it('says after a restart exactly what it says without one', async () => {
    const { keeper, clock } = makeKeeper(t0);
    for (let now = t0; now <= t1; now += 5 * STEP) {
      clock.set(now);
      await keeper.current();
      await keeper.settled();
    }
    expect(keeper.status.rebuilds).toBeGreaterThan(1);
    const settledMs = keeper.settledMs(clock.now());
    const { runtime } = await keeper.current();
    const restarted = makeKeeper(clock.now()).keeper;
    const again = (await restarted.current()).runtime;
    expect(restarted.status.lastFitMs).toBe(keeper.status.lastFitMs);
    expect(again.judge(settledMs, true)).toEqual(runtime.judge(settledMs, true));
    expect(again.scored(settledMs)).toEqual(runtime.scored(settledMs));
    const states = (of: typeof runtime) =>
      of.save().services.map(({ series, slot }) => [series.map(({ judge }) => judge), slot.active]);
    expect(states(again)).toEqual(states(runtime));
    const [a, b] = runtime.judge(settledMs);
    expect(a?.reading).toMatchObject({ kind: 'scored', score: expect.closeTo(1, 0) as number });
    expect(b?.reading.kind === 'scored' && b.reading.score).toBeLessThan(0.7);
  }, 60_000);

  it('judges a point one step late, and what an outage kept back when it is over', async () => {
    const { keeper, clock, state } = makeKeeper(t0);
    const { runtime } = await keeper.current();
    expect(runtime.judgedMs).toBe(t0 - STEP);
    state.down = true;
    clock.set(t0 + 5 * STEP);
    await expect(keeper.current()).rejects.toThrow('no Prometheus');
    expect(keeper.newest?.judgedMs).toBe(t0 - STEP);
    state.down = false;
    clock.set(t0 + 6 * STEP);
    const after = (await keeper.current()).runtime;
    expect(after.judgedMs).toBe(t0 + 5 * STEP);
    const whole = makeKeeper(t0 + 6 * STEP).keeper;
    await keeper.settled();
    expect((await whole.current()).runtime.scored(t0 + 5 * STEP)).toEqual(
      (await keeper.current()).runtime.scored(t0 + 5 * STEP)
    );
  }, 60_000);

  it('learns anew without a time that turned out to be an incident, or on request', async () => {
    const { keeper, clock, knownTimes } = makeKeeper(t0);
    await keeper.current();
    knownTimes.add(t0 - 30 * MINUTE, t0 - 20 * MINUTE);
    clock.set(t0 + STEP);
    await keeper.current();
    await keeper.settled();
    expect(keeper.status.rebuilds).toBe(2);
    keeper.rebaseline({ reason: 'new version', service: 'a' });
    await keeper.current();
    await keeper.settled();
    expect(keeper.status.rebuilds).toBe(3);
    const fits = (await keeper.current()).runtime.fits();
    expect([fits.get('a')?.reason, fits.get('b')?.reason]).toEqual(['rebaseline: new version', 'schedule']);
    // On all that was judged when it was asked for.
    expect([fits.get('a')?.atMs, keeper.status.lastFitMs]).toEqual([t0 - STEP, t0 - STEP]);
  }, 60_000);

  it('forgets what it knew when the clock goes back', async () => {
    const { keeper, clock } = makeKeeper(t1);
    await keeper.current();
    clock.set(t0);
    expect((await keeper.current()).runtime.judgedMs).toBe(t0 - STEP);
  }, 60_000);
});
