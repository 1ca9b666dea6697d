import { describe, expect, it } from 'vitest';
import { fakePrometheus } from '../testing/fake-prometheus.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { chooseStepSeconds, SignalSource } from './signal-source.ts';

const MINUTE = 60_000;
const start = 1_700_000_100_000 - (1_700_000_100_000 % 15_000);

function makeSource() {
  const prometheus = fakePrometheus();
  const clock = manualClock(start);
  const upstreams = { prometheus: prometheus.client, loki: undefined };
  const source = new SignalSource({ upstreams, namespace: undefined, historyMinutes: 60, collectSeconds: 15, clock });
  return { prometheus, clock, source };
}

describe('the signals of a datasource', () => {
  it('are loaded once with their history and then grow by the newest steps', async () => {
    const { prometheus, clock, source } = makeSource();
    const first = await source.read(start, start);
    expect(first.window.fromMs).toBe(start + 15_000 - 150 * MINUTE);
    expect(first.signals[0]?.series.timesMs.at(-1)).toBe(start);
    clock.set(start + MINUTE);
    const second = await source.read(start + MINUTE, start + MINUTE);
    expect(prometheus.ranges).toHaveLength(2);
    expect(prometheus.ranges[1]?.startMs).toBeGreaterThanOrEqual(start - MINUTE);
    expect(second.signals[0]?.series.timesMs).toHaveLength(first.signals[0]?.series.timesMs.length ?? 0);
    expect(second.signals[0]?.series.timesMs.at(-1)).toBe(start + MINUTE);
  });

  it('are read by one read for many callers, and not again within a step', async () => {
    const { prometheus, source } = makeSource();
    await Promise.all([source.read(start, start), source.read(start, start), source.read(start, start - MINUTE)]);
    await source.read(start, start);
    expect(prometheus.ranges).toHaveLength(1);
  });

  it('are loaded anew after a gap of half the window, and when the clock went back', async () => {
    const { prometheus, clock, source } = makeSource();
    await source.read(start, start);
    for (const now of [start + 90 * MINUTE, start - 10 * MINUTE]) {
      clock.set(now);
      await source.read(now, now);
      const range = prometheus.ranges.at(-1);
      expect((range?.endMs ?? 0) - (range?.startMs ?? 0)).toBeGreaterThan(149 * MINUTE);
    }
  });

  it('read a stretch again in which a query failed', async () => {
    const { prometheus, clock, source } = makeSource();
    await source.read(start, start);
    prometheus.failing = /container_cpu_usage/;
    clock.set(start + 5 * MINUTE);
    const partial = await source.read(clock.now(), clock.now());
    expect(partial.gaps.map((gap) => gap.reason).join()).toMatch(/CAUSEWAY_PROM_SERVER_ERROR/);
    prometheus.failing = undefined;
    clock.set(start + 6 * MINUTE);
    await source.read(clock.now(), clock.now());
    expect(prometheus.ranges.at(-1)?.startMs).toBeLessThanOrEqual(start);
  });

  it('fail when nothing can be read, and recover', async () => {
    const { prometheus, source } = makeSource();
    prometheus.failing = /./;
    await expect(source.read(start, start)).rejects.toMatchObject({ code: 'CAUSEWAY_PROM_SERVER_ERROR' });
    prometheus.failing = undefined;
    expect((await source.read(start, start)).signals).toHaveLength(1);
  });

  it('of a range long ago are read directly, with history before it', async () => {
    const { prometheus, source } = makeSource();
    const fromMs = start - 10 * 24 * 60 * MINUTE;
    const { window, stepSeconds } = await source.read(fromMs, fromMs + 60 * MINUTE);
    expect([window.fromMs <= fromMs - 60 * MINUTE, stepSeconds]).toEqual([true, 15]);
    expect(prometheus.ranges[0]?.endMs).toBe(fromMs + 60 * MINUTE);
  });

  it('are never asked for after now', async () => {
    const { prometheus, source } = makeSource();
    await source.read(start - 600 * MINUTE, start + 600 * MINUTE);
    expect(prometheus.ranges.every((range) => range.endMs <= start)).toBe(true);
  });

  it('leave a caller that cancels, without failing the others', async () => {
    const { source } = makeSource();
    const cancel = new AbortController();
    const cancelled = source.read(start, start, cancel.signal);
    const other = source.read(start, start);
    cancel.abort();
    await expect(cancelled).rejects.toThrow(/aborted/);
    expect((await other).signals).toHaveLength(1);
  });

  it.each([
    [60 * MINUTE, 15],
    [24 * 60 * MINUTE, 30],
    [30 * 24 * 60 * MINUTE, 660],
  ])('use for %d ms a step of %d s', (lengthMs, seconds) => {
    expect(chooseStepSeconds(lengthMs, 15)).toBe(seconds);
  });
});
