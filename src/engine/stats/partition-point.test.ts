import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstAfter, partitionPoint } from './partition-point.ts';

describe('firstAfter', () => {
  it.each([
    [[], 5, 0],
    [[10, 20, 30], 5, 0],
    [[10, 20, 30], 10, 1],
    [[10, 20, 30], 29, 2],
    [[10, 20, 30], 30, 3],
    [[10, 20, 20, 20, 30], 20, 4],
    [[10, 20], Infinity, 2],
    [[10, 20], -Infinity, 0],
    [[10, 20], NaN, 0],
  ])('of %j and %d is %d', (sorted, bound, expected) => {
    expect(firstAfter(sorted, bound)).toBe(expected);
    expect(firstAfter(Float64Array.from(sorted), bound)).toBe(expected);
  });

  it('has everything that is not larger before it, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (values, bound) => {
        const sorted = values.toSorted((left, right) => left - right);
        expect(firstAfter(sorted, bound)).toBe(values.filter((value) => value <= bound).length);
      })
    );
  });
});

describe('partitionPoint', () => {
  it('asks about few elements, and about none outside', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), fc.nat({ max: 5000 }), (length, point) => {
        const asked: number[] = [];
        const found = partitionPoint(length, (index) => {
          asked.push(index);
          return index < point;
        });
        expect(found).toBe(Math.min(length, point));
        expect(asked.every((index) => index >= 0 && index < length)).toBe(true);
        expect(asked.length).toBeLessThanOrEqual(Math.ceil(Math.log2(length + 1)));
      })
    );
  });
});
