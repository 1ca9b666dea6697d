import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepApart } from './places-across.ts';

describe('keepApart', () => {
  it('leaves what is far enough apart where it is wanted', () => {
    expect(keepApart([0, 5, 9], [1, 1, 1], [0, 1, 1])).toEqual([0, 5, 9]);
  });

  it('moves two that want the same place by the same amount, or less for the heavier', () => {
    expect(keepApart([4, 4], [1, 1], [0, 2])).toEqual([3, 5]);
    expect(keepApart([4, 4], [3, 1], [0, 2])).toEqual([3.5, 5.5]);
  });

  it('never comes nearer than asked', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 60 }), (wanted) => {
        const places = keepApart(
          wanted,
          wanted.map(() => 1),
          wanted.map(() => 1)
        );
        const gaps = places.slice(1).map((place, index) => place - (places[index] ?? 0));
        expect(gaps.every((gap) => gap > 1 - 1e-6)).toBe(true);
      })
    );
  });
});
