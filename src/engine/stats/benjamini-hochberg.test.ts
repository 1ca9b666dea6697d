import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('benjaminiHochberg', () => {
  it('agrees with p.adjust(c(.01, .04, .03, .005, .9), "BH") of R', () => {
    const adjusted = benjaminiHochberg([0.01, 0.04, 0.03, 0.005, 0.9]);
    [0.025, 0.05, 0.05, 0.025, 0.9].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 12));
  });

  it('answers nothing for nothing and one for itself', () => {
    expect(benjaminiHochberg([])).toEqual([]);
    expect(benjaminiHochberg([0.2])).toEqual([0.2]);
  });

  it('never lowers a probability and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(share), (ps) => {
        const adjusted = benjaminiHochberg(ps);
        expect(adjusted.every((p, i) => p >= ps[i]! - 1e-15 && p <= 1)).toBe(true);
        const order = ps.map((_, i) => i).sort((left, right) => ps[left]! - ps[right]!);
        order.forEach((i, place) => expect(adjusted[i]).toBeGreaterThanOrEqual(adjusted[order[place - 1] ?? i]!));
      })
    );
  });

  it('gives every question its own answer, in whatever order they are asked', () => {
    fc.assert(
      fc.property(fc.array(share), (ps) => {
        expect(benjaminiHochberg(ps.toReversed()).toReversed()).toEqual(benjaminiHochberg(ps));
      })
    );
  });
});
