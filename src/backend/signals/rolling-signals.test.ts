import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signal } from '#model';
import { mergeSignals } from './rolling-signals.ts';

function signal(id: string, timesMs: readonly number[], value = 1): Signal {
  const series = { labels: { id }, timesMs, values: timesMs.map(() => value) };
  return { id, service: id, kind: 'cpu', unit: 'cores', harm: 'up', query: 'q', series };
}

const byId = (...signals: Signal[]): ReadonlyMap<string, Signal> => new Map(signals.map((item) => [item.id, item]));

describe('a rolling window', () => {
  it('takes the newer value where both have one', () => {
    const merged = mergeSignals(byId(signal('a', [10, 20, 30], 1)), [signal('a', [20, 30, 40], 2)], 20, 0);
    expect(merged.get('a')?.series).toMatchObject({ timesMs: [10, 20, 30, 40], values: [1, 2, 2, 2] });
  });

  it('drops an old point of the overlap that the newer read no longer has', () => {
    const merged = mergeSignals(byId(signal('a', [10, 20, 30])), [signal('a', [30])], 20, 0);
    expect(merged.get('a')?.series.timesMs).toEqual([10, 30]);
  });

  it('lets a signal that is gone become old, then forgets it', () => {
    const once = mergeSignals(byId(signal('a', [10, 20])), [], 20, 0);
    expect(once.get('a')?.series.timesMs).toEqual([10]);
    expect(mergeSignals(once, [], 40, 15).size).toBe(0);
  });

  it('keeps times ascending and inside, whatever is read', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 50 })).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(
        times,
        times,
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 50 }),
        (old, read, from, keep) => {
          const merged = mergeSignals(byId(signal('a', old)), [signal('a', read, 2)], from, keep).get('a');
          const { timesMs, values } = merged?.series ?? { timesMs: [], values: [] };
          expect(timesMs).toEqual([...new Set(timesMs)].sort((a, b) => a - b));
          expect(timesMs.every((time) => time >= keep)).toBe(true);
          expect(values).toEqual(timesMs.map((time) => (time < from ? 1 : 2)));
          expect(timesMs.filter((time) => time >= from)).toEqual(read.filter((time) => time >= Math.max(from, keep)));
        }
      )
    );
  });
});
