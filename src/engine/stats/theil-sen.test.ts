import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { theilSen } from './theil-sen.ts';

const noisy = (n: number): number[] => Array.from({ length: n }, (_, i) => 3 + 0.5 * i + Math.sin(i * 12.9898) * 2);

describe('the Theil-Sen line', () => {
  it('finds a straight line exactly, without an error', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 }), (slope, start) => {
        const line = theilSen(Array.from({ length: 12 }, (_, i) => start + slope * i));
        expect(line).toMatchObject({ slope, level: start + 11 * slope, slopeError: 0, levelError: 0 });
      })
    );
  });

  it('moves with the values and stretches with them', () => {
    const base = theilSen(noisy(20));
    const moved = theilSen(noisy(20).map((value) => 10 + 4 * value));
    expect(moved?.slope).toBeCloseTo(4 * (base?.slope ?? 0), 10);
    expect(moved?.level).toBeCloseTo(10 + 4 * (base?.level ?? 0), 10);
    expect(moved?.slopeError).toBeCloseTo(4 * (base?.slopeError ?? 0), 10);
  });

  it('does not follow a quarter of outliers', () => {
    const spoilt = noisy(40).map((value, i) => (i % 5 === 2 ? value + 1000 : value));
    expect(theilSen(spoilt)?.slope).toBeCloseTo(0.5, 0);
  });

  it('leaves out what is not finite, and needs three values', () => {
    const line = theilSen([1, Number.NaN, 3, 4, Infinity, 6]);
    expect(line).toMatchObject({ slope: 1, level: 6 });
    expect(theilSen([1, 2])).toBeUndefined();
    expect(theilSen([Number.NaN, 1, Number.NaN, 2])).toBeUndefined();
  });

  it('gives the standard error of least squares for normal noise', () => {
    // 1.4826 MAD sqrt(12 / n^3) with residual scale s: for n = 12 the factor is sqrt(12 / 1728) = 1 / 12.
    const line = theilSen(noisy(12));
    expect(line?.slopeError).toBeCloseTo((line?.residualScale ?? 0) / 12, 12);
    expect(line?.residualScale).toBeGreaterThan(0);
  });
});
