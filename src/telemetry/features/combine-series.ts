import type { TimeSeries } from '#model';
import type { Combination } from './feature-plan.ts';

/**
 * One series of several that have one owner. At a time at which some are absent, the others decide; a NaN makes the sum
 * NaN, which is a state of its own further on. Cost O(points log points).
 * @param items at least one
 */
export function combineSeries(items: readonly TimeSeries[], how: Combination): TimeSeries {
  const [first, ...others] = items;
  if (first === undefined) {
    return { labels: {}, timesMs: [], values: [] };
  }
  if (others.length === 0 || how === 'only') {
    return first;
  }
  const found = new Map<number, number>();
  for (const { timesMs, values } of items) {
    timesMs.forEach((atMs, index) => {
      const value = values[index] ?? Number.NaN;
      const before = found.get(atMs);
      found.set(atMs, before === undefined ? value : how === 'sum' ? before + value : Math.max(before, value));
    });
  }
  const points = [...found].sort(([a], [b]) => a - b);
  return { labels: first.labels, timesMs: points.map(([atMs]) => atMs), values: points.map(([, value]) => value) };
}
