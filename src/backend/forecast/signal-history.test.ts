import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import { SignalHistory } from './signal-history.ts';
import { fakeHistory } from './testing/fake-history.ts';

const NOW = 1_700_002_800_000;
const STEP = 300_000;
const WEEK = 7 * 86_400_000;
const never = new AbortController().signal;

function setUp() {
  const fake = fakeHistory([{ service: 'a', kind: 'memory-utilisation', valueAt: (atMs) => atMs / NOW }]);
  const clock = manualClock(NOW);
  const history = new SignalHistory({ source: fake.source, stepSeconds: 300, clock });
  const read = (atMs: number) => history.read(['memory-utilisation'], atMs, never);
  return { fake, clock, history, read };
}

describe('the history of a signal', () => {
  it('is a week up to now, and not beyond', async () => {
    const { read } = setUp();
    const { signals } = await read(NOW + 10 * STEP);
    expect(signals[0]?.series.timesMs).toHaveLength(2016);
    expect(signals[0]?.series.timesMs.at(-1)).toBe(NOW);
  });

  it('grows by small reads and keeps its length', async () => {
    const { fake, clock, read } = setUp();
    await read(NOW);
    clock.set(NOW + 5 * STEP);
    const { signals } = await read(NOW + 5 * STEP);
    expect(fake.reads.map(({ window }) => Math.round((window.toMs - window.fromMs) / STEP))).toEqual([2016, 8]);
    expect(signals[0]?.series.timesMs).toHaveLength(2016);
    expect(signals[0]?.series.timesMs.at(-1)).toBe(NOW + 5 * STEP);
    expect(new Set(signals[0]?.series.timesMs).size).toBe(2016);
  });

  it('reads an instant of the past directly, once for several callers', async () => {
    const { fake, read } = setUp();
    const past = NOW - 86_400_000;
    const [one, two] = await Promise.all([read(past), read(past)]);
    expect(one.signals[0]?.series.timesMs.at(-1)).toBe(past);
    expect(two).toBe(one);
    expect(fake.reads).toHaveLength(1);
  });

  it('reads everything again after a failed part, and when the clock goes back', async () => {
    const { fake, clock, read } = setUp();
    fake.gaps = [{ source: 'prometheus:x', reason: 'CAUSEWAY_PROM_TIMEOUT: late' }];
    expect((await read(NOW)).gaps).toHaveLength(1);
    fake.gaps = [];
    clock.set(NOW + STEP);
    await read(NOW + STEP);
    clock.set(NOW - 30 * 86_400_000);
    await read(NOW);
    expect(fake.reads.map(({ window }) => window.toMs - window.fromMs)).toEqual([WEEK, WEEK, WEEK]);
  });

  it('reads again from where a part failed', async () => {
    const { fake, clock, read } = setUp();
    await read(NOW);
    fake.gaps = [{ source: 'prometheus:x', reason: 'CAUSEWAY_PROM_TIMEOUT: late' }];
    clock.set(NOW + 5 * STEP);
    await read(NOW + 5 * STEP);
    fake.gaps = [];
    clock.set(NOW + 6 * STEP);
    const { signals } = await read(NOW + 6 * STEP);
    expect(fake.reads.map(({ window }) => Math.round((window.toMs - window.fromMs) / STEP))).toEqual([2016, 8, 9]);
    expect(signals[0]?.series.timesMs).toHaveLength(2016);
  });

  it('ends its reads when it is closed', async () => {
    const { history, read } = setUp();
    history.close();
    await expect(read(NOW)).rejects.toThrow(/settings changed|stops/);
  });
});
