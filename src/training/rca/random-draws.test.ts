import { describe, expect, it } from 'vitest';
import { RandomDraws } from './random-draws.ts';

const COUNT = 20_000;

function moments(draw: (random: RandomDraws) => number): { mean: number; variance: number } {
  const random = new RandomDraws(11);
  const values = Array.from({ length: COUNT }, () => draw(random));
  const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT };
}

describe('RandomDraws', () => {
  it.each([
    ['normal', (random: RandomDraws) => random.normal(), 0, 1],
    ['uniform', (random: RandomDraws) => random.uniform(2, 8), 5, 3],
    ['poisson of few', (random: RandomDraws) => random.poisson(2.5), 2.5, 2.5],
    ['poisson of many', (random: RandomDraws) => random.poisson(80), 80, 80],
    ['binomial of few', (random: RandomDraws) => random.binomial(20, 0.3), 6, 4.2],
    ['binomial of many', (random: RandomDraws) => random.binomial(500, 0.1), 50, 45],
  ])('draws with the mean and the variance of %s', (_, draw, mean, variance) => {
    const found = moments(draw);
    const error = 4 * Math.sqrt(variance / COUNT);
    expect(Math.abs(found.mean - mean)).toBeLessThan(error);
    expect(found.variance / variance).toBeGreaterThan(0.93);
    expect(found.variance / variance).toBeLessThan(1.07);
  });

  it('has heavy tails in Student t', () => {
    const random = new RandomDraws(5);
    const far = Array.from({ length: COUNT }, () => Math.abs(random.studentT3())).filter((value) => value > 3.182);
    expect(far.length / COUNT).toBeGreaterThan(0.04); // 5 % of t with 3 degrees of freedom lie beyond 3.182
    expect(far.length / COUNT).toBeLessThan(0.06);
  });

  it('is the same for the same seed', () => {
    const draw = (seed: number): number[] => {
      const random = new RandomDraws(seed);
      return [
        random.normal(),
        random.studentT3(),
        random.below(100),
        random.poisson(5),
        ...random.shuffled([1, 2, 3, 4]),
      ];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('shuffles without loss', () => {
    expect(new RandomDraws(1).shuffled([5, 3, 1, 4, 2]).sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps counts within their limits', () => {
    const random = new RandomDraws(2);
    expect(random.binomial(10, -1)).toBe(0);
    expect(random.binomial(10, 2)).toBe(10);
    expect(random.poisson(0)).toBe(0);
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
