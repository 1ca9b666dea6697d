import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawWithoutReplacement, Xorshift32 } from './xorshift.ts';

describe('Xorshift32', () => {
  it('repeats itself for a seed and differs between neighbouring seeds', () => {
    const draw = (seed: number): number[] => {
      const random = new Xorshift32(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(42)).toEqual(draw(42));
    expect(new Set([0, 1, 2, 3].flatMap(draw)).size).toBe(20);
  });

  it('is uniform: tenths of 100,000 draws differ by less than 3 %', () => {
    const random = new Xorshift32(7);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i += 1) {
      counts[random.below(10)]! += 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(9_700);
    expect(Math.max(...counts)).toBeLessThan(10_300);
  });
});

describe('drawWithoutReplacement', () => {
  it('draws different numbers of the population', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(300), fc.nat(300), (seed, count, more) => {
        const drawn = drawWithoutReplacement(count + more, count, new Xorshift32(seed));
        expect(new Set(drawn).size).toBe(count);
        expect(drawn.every((index) => index < count + more)).toBe(true);
      })
    );
  });

  it('draws every number equally often', () => {
    const random = new Xorshift32(3);
    const counts = new Array<number>(12).fill(0);
    for (let round = 0; round < 12_000; round += 1) {
      drawWithoutReplacement(12, 5, random).forEach((index) => (counts[index]! += 1));
    }
    expect(Math.min(...counts)).toBeGreaterThan(4_750);
    expect(Math.max(...counts)).toBeLessThan(5_250);
  });

  it('refuses to draw more than there are', () => {
    expect(() => drawWithoutReplacement(3, 4, new Xorshift32(1))).toThrow(RangeError);
  });
});
