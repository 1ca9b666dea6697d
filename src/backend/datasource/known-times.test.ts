import { describe, expect, it } from 'vitest';
import type { Signal } from '#model';
import { packSignal } from '../analysis/packed-signal.ts';
import { KnownTimes } from './known-times.ts';

const MINUTE = 60_000;
const timesMs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => minute * MINUTE);
const signal: Signal = {
  id: 'a/latency',
  service: 'a',
  kind: 'latency',
  unit: 'seconds',
  harm: 'up',
  query: 'q',
  series: { labels: {}, timesMs, values: timesMs.map((_, i) => i) },
};

describe('known times', () => {
  it('are left out of what is learned, with a minute on both sides', () => {
    const past = new KnownTimes();
    past.add(3 * MINUTE, 5 * MINUTE);
    expect([...packSignal(signal, 0, 10 * MINUTE, past.before(10 * MINUTE)).values]).toEqual([0, 1, 6, 7, 8, 9]);
  });

  it('are kept while they are what one looks at', () => {
    const past = new KnownTimes();
    past.add(3 * MINUTE, 5 * MINUTE);
    expect(past.before(5 * MINUTE)).toEqual([]);
    expect(past.during({ fromMs: 0, toMs: 5 * MINUTE })).toHaveLength(1);
    expect(past.during({ fromMs: 20 * MINUTE, toMs: 30 * MINUTE })).toEqual([]);
    expect([...packSignal(signal, 0, 5 * MINUTE, past.before(5 * MINUTE)).values]).toEqual([0, 1, 2, 3, 4]);
  });

  it('count once, and not when they end before they begin', () => {
    const past = new KnownTimes();
    past.add(3 * MINUTE, 5 * MINUTE);
    past.add(3 * MINUTE, 5 * MINUTE);
    past.add(9 * MINUTE, MINUTE);
    expect(past.before(Infinity)).toHaveLength(1);
  });
});
