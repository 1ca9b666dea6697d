import { describe, expect, it } from 'vitest';
import { gaussian, xorshift32 } from '../../testing/xorshift.ts';
import { detectSeasonality, seasonalStrength } from './seasonality.ts';

const sine = (i: number, period: number): number => Math.sin((2 * Math.PI * i) / period);
type Shape = (i: number, noise: () => number) => number;

/** How many of 20 series of one or two weeks have the expected season, in points (0: none). */
function hits(shape: Shape, length: number, expected: number): number {
  const random = xorshift32(5);
  return Array.from({ length: 20 }, () => {
    const values = Float64Array.from({ length }, (_, i) => shape(i, () => gaussian(random)));
    return (detectSeasonality(values, 300)?.period ?? 0) === expected;
  }).filter(Boolean).length;
}

let walk = 0;
// detection 4.3, 20 series each
describe.each([2016, 4032])('of %d points', (length) => {
  it.each<[string, Shape, number, number]>([
    ['a sine of a day', (i, noise) => 20 * sine(i, 288) + 3 * noise(), 288, 20],
    ['harmonics of a day', (i, noise) => 20 * sine(i, 288) + 8 * sine(i, 144) + 3 * noise(), 288, 20],
    ['a spike a day', (i, noise) => (i % 288 < 6 ? 15 : 0) + noise(), 288, 19],
    ['an hourly pulse', (i, noise) => 6 * Number(i % 12 < 2) + noise(), 12, 17],
    ['noise', (_, noise) => noise(), 0, 20],
    ['a trend', (i, noise) => 0.01 * i + noise(), 0, 20],
    ['a random walk', (i, noise) => (walk = i === 0 ? 0 : walk + noise()), 0, 18],
    ['a constant', () => 5, 0, 20],
  ])('%s', (_, shape, expected, least) => {
    expect(hits(shape, length, expected)).toBeGreaterThanOrEqual(least);
  });
});

it('takes the smallest of the multiples', () => {
  expect(hits((i, noise) => 10 * sine(i, 144) + noise(), 4032, 144)).toBe(20);
});

it('does not depend on unit and offset', () => {
  const random = xorshift32(9);
  const values = Float64Array.from({ length: 2016 }, (_, i) => 10 * sine(i, 288) + 4 * gaussian(random));
  const plain = seasonalStrength(values, 288);
  const moved = seasonalStrength(
    values.map((value) => 3 * value - 40),
    288
  );
  expect(moved?.strength).toBeCloseTo(plain?.strength ?? NaN, 9);
  expect(plain?.accepted).toBe(true);
});

it('has no answer for short or constant series', () => {
  expect(seasonalStrength(new Float64Array(700).fill(1), 288)).toBeUndefined();
  expect(seasonalStrength(new Float64Array(4000).fill(1), 288)).toBeUndefined();
  expect(detectSeasonality(new Float64Array(), 300)).toBeUndefined();
});
