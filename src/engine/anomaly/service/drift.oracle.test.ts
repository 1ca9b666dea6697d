import { describe, expect, it } from 'vitest';
import { ksTwoSample } from './ks-two-sample.ts';
import { congruential } from './testing/service-history.ts';

const SIZES = [50, 30, 100, 84, 200, 10];

describe('two-sample KS against scipy', () => {
  // scipy 1.10.1, scipy.stats.ks_2samp(x, y, mode='exact') with x = the generator's numbers of seed 11 + i and y those of
  // seed 101 + i plus a shift; the last pair as floor(4 x) and floor(4 y), to have ties.
  it.each([
    [0, 60, 0, 0.1133333333, 0.833705],
    [1, 30, 0.2, 0.3, 0.135004],
    [2, 20, 0.1, 0.21, 0.418986],
    [3, 84, 0.5, 0.7380952381, 1.66339e-22],
    [4, 150, 0.02, 0.08833333333, 0.491787],
    [5, 12, 0, 0.2333333333, 0.863089],
  ])('pair %i', (i, rightSize, shift, distance, p) => {
    const coarse = (value: number): number => (i === 5 ? Math.floor(4 * value) : value);
    const left = congruential(SIZES[i]!, 11 + i).map(coarse);
    const right = congruential(rightSize, 101 + i).map((value) => coarse(value + shift));
    const found = ksTwoSample(left, right);
    expect(found.distance).toBeCloseTo(distance, 9);
    // Ours is the asymptotic value.
    expect(Math.abs(found.p - p)).toBeLessThan(0.05);
    expect(ksTwoSample(right, left)).toEqual(found);
  });
});
