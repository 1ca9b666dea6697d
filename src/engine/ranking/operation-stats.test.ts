import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramStats, unknownDurations } from './operation-stats.ts';

const BOUNDS = [0.01, 0.1, 1, Infinity];

describe('histogramStats', () => {
  it('spreads a bucket evenly over the logarithm', () => {
    // One bucket from 10 to 100 ms: the median lies at the middle of ln 10.05 and ln 100.05, the quartiles a quarter away.
    const { count, medianLnMs, madLnMs, p90LnMs } = histogramStats(7, BOUNDS, [0, 100, 0, 0]);
    const [low, high] = [Math.log(10.05), Math.log(100.05)];
    expect(count).toBe(7);
    expect(medianLnMs).toBeCloseTo((low + high) / 2, 9);
    expect(madLnMs).toBeCloseTo((high - low) / 4, 3);
    expect(p90LnMs).toBeCloseTo(low + 0.9 * (high - low), 9);
  });

  it('puts what exceeds the last bound on it', () => {
    expect(histogramStats(3, BOUNDS, [0, 0, 0, 3])).toMatchObject({ medianLnMs: Math.log(1000.05), madLnMs: 0 });
  });

  it.each([
    [[], []],
    [BOUNDS, [0, 0, 0, 0]],
    [[Infinity], [5]],
    [
      [NaN, -1],
      [5, 5],
    ],
  ])('knows no durations without observations below a bound: %j %j', (bounds, counts) => {
    expect(histogramStats(5, bounds, counts)).toEqual(unknownDurations(5));
  });

  it('orders its quantiles and stays inside the buckets, whatever the counts', () => {
    const counts = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, (observed) => {
        fc.pre(observed.some((value) => value > 1e-6));
        const { medianLnMs, madLnMs, p90LnMs } = histogramStats(1, BOUNDS, observed);
        expect(medianLnMs).toBeLessThanOrEqual(p90LnMs + 1e-9);
        expect(medianLnMs).toBeGreaterThanOrEqual(Math.log(2.5));
        expect(p90LnMs).toBeLessThanOrEqual(Math.log(1000.05) + 1e-9);
        expect(madLnMs).toBeGreaterThanOrEqual(0);
        expect(madLnMs).toBeLessThanOrEqual(Math.log(1000.05) - Math.log(2.5));
      })
    );
  });

  it('moves by the logarithm of a factor when every bound does', () => {
    const before = histogramStats(9, BOUNDS, [1, 5, 3, 0]);
    const after = histogramStats(
      9,
      BOUNDS.map((bound) => 8 * bound),
      [1, 5, 3, 0]
    );
    expect(after.medianLnMs - before.medianLnMs).toBeCloseTo(Math.log(8), 2);
  });
});
