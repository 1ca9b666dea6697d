import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Random', () => {
  it('repeats itself for equal seeds and differs for others', () => {
    const sequence = (seed: string) => {
      const random = new Random(seed);
      return draw(20, () => random.bits());
    };
    expect(sequence('a')).toEqual(sequence('a'));
    expect(sequence('a')).not.toEqual(sequence('b'));
  });

  it('forks without being disturbed', () => {
    const plain = new Random(1);
    const forked = new Random(1);
    forked.fork('x').bits();
    expect(forked.bits()).toBe(plain.bits());
  });

  it('draws uniformly from [0, 1) for any seed', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const random = new Random(seed);
        const values = draw(2000, () => random.uniform());
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...values)).toBeLessThan(1);
        expect(mean(values)).toBeCloseTo(0.5, 1);
      }),
      { numRuns: 30 }
    );
  });

  it('has the moments of its distributions', () => {
    const random = new Random(7);
    const normals = draw(50_000, () => random.normal());
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(mean(normals.map((value) => value * value))).toBeCloseTo(1, 1);
    expect(normals.filter((value) => value < -1.6449).length / 50_000).toBeCloseTo(0.05, 2);
    expect(mean(draw(50_000, () => random.exponential(3)))).toBeCloseTo(3, 0);
    expect(mean(draw(20_000, () => random.poisson(4)))).toBeCloseTo(4, 0);
    expect(mean(draw(20_000, () => random.poisson(400))) / 400).toBeCloseTo(1, 1);
  });

  it('refuses to pick from nothing', () => {
    expect(() => new Random(1).pick([])).toThrow(RangeError);
  });
});
