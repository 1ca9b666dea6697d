import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../testing/records.ts';
import { evidenceSeries, ONSET_MS } from '../testing/full-report.ts';
import { formatClock } from './clock.ts';
import { toSeriesRanges, toShare } from './series-axis.ts';
import { describeOnsets, describeUsual, describeValueAt, inShownOrder, toSeriesFacts } from './series-facts.ts';
import { withGaps } from './series-frame.ts';

const WINDOW = { fromMs: NOW_MS - 30 * 60_000, toMs: NOW_MS };

describe('what is read off a series', () => {
  it('is the value furthest from the usual one inside of the window, to either side', () => {
    const high = evidenceSeries({
      timesMs: [0, 10, 20, 30],
      values: [900, 1, 7, 2],
      usual: { median: 1, low: 0, high: 2 },
    });
    expect(toSeriesFacts(high, { fromMs: 10, toMs: 31 })).toEqual({ worst: 7, missing: 0, points: 3 });
    const low = evidenceSeries({
      timesMs: [10, 20, 30],
      values: [100, 0, 120],
      usual: { median: 100, low: 90, high: 110 },
    });
    expect(toSeriesFacts(low, { fromMs: 0, toMs: 31 }).worst).toBe(0);
  });

  it('counts what was not measured as missing and never as zero', () => {
    const holes = evidenceSeries({ timesMs: [0, 10, 20], values: [null, Number.NaN, null] });
    expect(toSeriesFacts(holes, { fromMs: 0, toMs: 100 })).toEqual({ missing: 3, points: 3 });
    expect(describeValueAt(holes, 10)).toBe('not measured');
  });

  it('is at an instant the nearest point, and nothing where there is none near', () => {
    const series = evidenceSeries({ timesMs: [0, 10_000, 20_000, 90_000], values: [1, 2, 3, 4] });
    expect([4000, 6000, 29_000, 60_000, 200_000].map((atMs) => describeValueAt(series, atMs))).toEqual([
      '1 s',
      '2 s',
      '3 s',
      'not measured',
      'not measured',
    ]);
    expect(describeValueAt(evidenceSeries({ timesMs: [], values: [] }), 0)).toBe('not measured');
  });

  it('names the usual range in its unit', () => {
    expect(describeUsual(evidenceSeries())).toBe('usual 40 ms to 62 ms');
    expect(describeUsual(evidenceSeries({ usual: { median: 0, low: 0, high: 0 }, unit: 'count' }))).toBe('usual 0');
    expect(describeUsual(evidenceSeries({ usual: { median: Number.NaN, low: Number.NaN, high: 1 } }))).toBe(
      'usual not known'
    );
  });
});

describe('who moved first', () => {
  const at = (service: string, role: 'cause' | 'path' | 'target', offsetMs?: number) =>
    evidenceSeries({ service, role, onsetMs: offsetMs === undefined ? undefined : ONSET_MS + offsetMs });

  it('is told against the first cause, in the order of the charts', () => {
    const series = [
      at('checkout', 'target', 30_000),
      at('payment', 'path', -15_000),
      at('order', 'path'),
      at('orders-db', 'cause', 20_000),
      at('orders-db', 'cause', 0),
      at('cart', 'path', 400),
    ];
    expect(inShownOrder(series).map(({ role }) => role)).toEqual(['cause', 'cause', 'path', 'path', 'path', 'target']);
    expect(describeOnsets(series)).toBe(
      `orders-db ${formatClock(ONSET_MS)}, payment 15 s earlier, order never clearly, cart at the same time, checkout 30 s later`
    );
  });

  it('is nothing without an onset', () =>
    expect(describeOnsets([at('a', 'cause'), at('b', 'target')])).toBeUndefined());
});

describe('ranges of the charts', () => {
  it('reach over everything, and close around the onsets and the change before them', () => {
    const series = [evidenceSeries(), evidenceSeries({ onsetMs: ONSET_MS + 30_000 })];
    expect(toSeriesRanges([evidenceSeries({ timesMs: [], values: [] })], WINDOW, []).whole).toEqual(WINDOW);
    const { whole, start } = toSeriesRanges(series, WINDOW, [ONSET_MS - 60_000, ONSET_MS - 3_600_000]);
    expect(whole).toEqual({ fromMs: NOW_MS - 45 * 60_000, toMs: NOW_MS });
    expect(start).toEqual({ fromMs: ONSET_MS - 4 * 60_000, toMs: ONSET_MS + 30_000 + 5 * 60_000 });
  });

  it('are one where nothing has an onset or little would be gained', () => {
    expect(toSeriesRanges([evidenceSeries({ onsetMs: undefined })], WINDOW, []).start).toBeUndefined();
    const short = evidenceSeries({ timesMs: [ONSET_MS, ONSET_MS + 60_000], values: [1, 2] });
    expect(toSeriesRanges([short], { fromMs: ONSET_MS, toMs: ONSET_MS + 60_000 }, []).start).toBeUndefined();
  });

  it('have a place for every instant inside, and none outside', () => {
    const range = { fromMs: 100, toMs: 200 };
    expect([100, 150, 200, 99, 201].map((atMs) => toShare(atMs, range))).toEqual([0, 0.5, 1, undefined, undefined]);
  });
});

describe('gaps', () => {
  it('are left where rows are missing and where values are', () => {
    expect(withGaps({ timesMs: [0, 10, 20, 60, 70], values: [1, 2, Number.NaN, 4, null] })).toEqual({
      timesMs: [0, 10, 20, 40, 60, 70],
      values: [1, 2, null, null, 4, null],
    });
  });

  it('never make up or lose a measured value', () => {
    const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.option(fc.double())), {
      selector: ([atMs]) => atMs,
    });
    fc.assert(
      fc.property(points, (unsorted) => {
        const sorted = unsorted.toSorted(([a], [b]) => a - b);
        const [timesMs, values] = [sorted.map(([atMs]) => atMs), sorted.map(([, value]) => value)];
        const drawn = withGaps({ timesMs, values });
        const finite = (list: ReadonlyArray<number | null>) => list.filter((value) => Number.isFinite(value));
        expect(finite(drawn.values)).toEqual(finite(values));
        expect(drawn.timesMs).toEqual(drawn.timesMs.toSorted((a, b) => a - b));
      })
    );
  });
});
