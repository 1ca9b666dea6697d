import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, xorshift32 } from '../../testing/xorshift.ts';
import { featureDrift, isDriftAccepted } from './drift.ts';
import { ksTwoSample } from './ks-two-sample.ts';

const WEEK = 2016;

/** AR(.9), as healthy five-minute series are. */
function wandering(count: number, seed: number, shift = 0): Float64Array {
  const random = xorshift32(seed);
  let level = 0;
  return Float64Array.from({ length: count }, () => {
    level = 0.9 * level + gaussian(random);
    return level + shift;
  });
}

describe('ksTwoSample', () => {
  it('is symmetric, a distance, and zero for equal samples', () => {
    const sample = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sample, sample, (left, right) => {
        const found = ksTwoSample(left, right);
        expect(ksTwoSample(right, left)).toEqual(found);
        expect(found.distance).toBeGreaterThanOrEqual(0);
        expect(found.distance).toBeLessThanOrEqual(1);
        expect(found.p).toBeGreaterThanOrEqual(0);
        expect(found.p).toBeLessThanOrEqual(1);
        expect(ksTwoSample(left, left).distance).toBe(0);
      })
    );
  });

  it('leaves out what is no number', () => {
    expect(ksTwoSample([1, 2, NaN, 3], [1, 2, 3, Infinity])).toEqual(ksTwoSample([1, 2, 3], [3, 2, 1]));
    expect(ksTwoSample([], [1])).toEqual({ distance: 0, p: 1 });
  });
});

describe('featureDrift', () => {
  it('sees no drift in healthy series: at most 5 % at p < .05', () => {
    const found = Array.from({ length: 200 }, (_, seed) => {
      const series = wandering(2 * WEEK, seed + 1);
      return featureDrift([{ signalId: 'a', previous: series.slice(0, WEEK), recent: series.slice(WEEK) }], 300)[0]!;
    });
    expect(found.filter((drift) => drift.p < 0.05).length).toBeLessThanOrEqual(10);
    expect(found.every((drift) => drift.thinnedBy >= 24)).toBe(true);
  });

  it('sees a level that moved', () => {
    const previous = wandering(WEEK, 1);
    const [moved, same] = featureDrift(
      [
        { signalId: 'moved', previous, recent: wandering(WEEK, 2, 4) },
        { signalId: 'same', previous, recent: wandering(WEEK, 3) },
      ],
      300
    );
    expect(moved!.distance).toBeGreaterThan(0.3);
    expect(moved!.adjustedP).toBeLessThan(0.01);
    expect(same!.adjustedP).toBeGreaterThan(0.05);
  });

  it.each([
    ['nothing', [], []],
    ['one value', [1], [2]],
    ['no numbers', new Float64Array(500).fill(NaN), new Float64Array(500).fill(NaN)],
    ['constants', new Float64Array(WEEK).fill(3), new Float64Array(WEEK).fill(3)],
    ['huge numbers', new Float64Array(WEEK).fill(1e308), new Float64Array(WEEK).fill(-1e308)],
  ])('does not fail on %s', (_, previous, recent) => {
    const [found] = featureDrift([{ signalId: 'a', previous, recent }], 300);
    expect(found!.distance).toBeGreaterThanOrEqual(0);
    expect(found!.adjustedP).toBeLessThanOrEqual(1);
  });
});

describe('isDriftAccepted', () => {
  const day = (adjustedP: number, distance = 0.1): { adjustedP: number; distance: number } => ({ adjustedP, distance });
  it.each([
    ['nothing known', [], false],
    ['certain on three days', [day(0.5), day(0.001), day(0.001), day(0.001)], true],
    ['certain on two days', [day(0.001), day(0.001)], false],
    ['interrupted', [day(0.001), day(0.2), day(0.001), day(0.001)], false],
    ['large and likely', [day(0.04, 0.31)], true],
    ['large yesterday only', [day(0.04, 0.31), day(0.04)], false],
    ['large by chance', [day(0.06, 0.5)], false],
  ])('%s', (_, days, expected) => {
    expect(isDriftAccepted(days)).toBe(expected);
  });
});
