import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logGamma } from './log-gamma.ts';
import { regularisedBeta, studentTwoSided, studentWithin } from './student-t.ts';

// All values: scipy 1.10.1.

describe('logGamma equals scipy.special.gammaln', () => {
  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1, 0],
    [3.7, 1.428072326665388],
    [118.5, 445.8593711142878],
    [1e4, 82099.71749644238],
  ])('x = %d', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-12 * Math.max(1, expected));
  });
});

describe('regularisedBeta equals scipy.special.betainc', () => {
  it.each([
    [0.5, 0.5, 0.5, 0.5],
    [0.1, 2, 3, 0.0523],
    [0.9, 2, 3, 0.9963],
    [0.03, 118.5, 0.5, 1.8177510680076364e-182],
    [0.97, 118.5, 0.5, 0.007275516001389451],
    [1e-5, 0.6, 0.5, 0.0006007095473885031],
    [0.4987, 5000, 5000, 0.39743422424108993],
    [0.999, 0.5, 1000, 1],
    [0.7, 32, 0.5, 1.9386985609567437e-6],
  ])('x = %d, a = %d, b = %d', (x, a, b, expected) => {
    expect(Math.abs(regularisedBeta(x, a, b) / expected - 1)).toBeLessThan(1e-10);
  });

  it('is 0 at 0, 1 at 1, and refuses what has no value', () => {
    expect([regularisedBeta(0, 2, 3), regularisedBeta(1, 2, 3)]).toEqual([0, 1]);
    expect(() => regularisedBeta(Number.NaN, 1, 1)).toThrow(RangeError);
    expect(() => regularisedBeta(1.1, 1, 1)).toThrow(RangeError);
    expect(() => regularisedBeta(0.5, 0, 1)).toThrow(RangeError);
    expect(() => regularisedBeta(0.5, 1, Infinity)).toThrow(RangeError);
  });

  it('rises with x and mirrors itself', () => {
    const shape = fc.double({ min: 0.1, max: 300, noNaN: true });
    const share = fc.integer({ min: 0, max: 1024 }).map((n) => n / 1024);
    fc.assert(
      fc.property(share, share, shape, shape, (x, y, a, b) => {
        expect(regularisedBeta(Math.min(x, y), a, b)).toBeLessThanOrEqual(
          regularisedBeta(Math.max(x, y), a, b) + 1e-12
        );
        expect(regularisedBeta(x, a, b)).toBeCloseTo(1 - regularisedBeta(1 - x, b, a), 9);
      })
    );
  });
});

describe('studentTwoSided equals 2 scipy.stats.t.sf(|t|, df)', () => {
  it.each([
    [0, 5, 1],
    [1e-6, 3, 0.9999992648948062],
    [0.5, 1, 0.7048327646991336],
    [1, 1, 0.5],
    [2.5, 1.3, 0.19328076715615336],
    [12.99653, 237, 1.624656006569553e-29],
    [2.2, 62, 0.031542741207930707],
    [40, 3, 3.438068078915854e-5],
    [1e5, 2, 9.9999999985e-11],
    [60, 237, 2.7069714372988154e-145],
    [1.96, 1e6, 0.04999606758526978],
    [-3, 7.5, 0.018390938608204493],
  ])('t = %d, %d degrees', (t, degrees, expected) => {
    expect(Math.abs(studentTwoSided(t, degrees) / expected - 1)).toBeLessThan(1e-9);
  });

  it('is 0 at infinity, also where t * t overflows, and refuses NaN', () => {
    expect([studentTwoSided(Infinity, 4), studentTwoSided(-1e200, 4)]).toEqual([0, 0]);
    expect(() => studentTwoSided(Number.NaN, 4)).toThrow(RangeError);
    expect(() => studentTwoSided(1, 0)).toThrow(RangeError);
  });
});

describe('studentWithin equals scipy.stats.t.ppf((1 + level) / 2, df)', () => {
  it.each([
    [0.95, 1, 12.706204736432095],
    [0.95, 1.3, 7.500529335167913],
    [0.95, 2, 4.302652729911275],
    [0.95, 5, 2.5705818366147395],
    [0.95, 62, 1.9989715162223112],
    [0.95, 237, 1.970024010402567],
    [0.95, 1e5, 1.9599877075346093],
    [0.5, 3, 0.764892328080891],
    [0.999999, 4, 49.45863675520669],
    [0.99, 0.7, 364.9352029824522],
  ])('level %d, %d degrees', (level, degrees, expected) => {
    // scipy's own inversion is good to about 1e-9.
    expect(Math.abs(studentWithin(level, degrees) / expected - 1)).toBeLessThan(1e-8);
  });

  it('undoes studentTwoSided', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        fc.double({ min: 0.5, max: 400, noNaN: true }),
        (level, degrees) => {
          expect(studentTwoSided(studentWithin(level, degrees), degrees)).toBeCloseTo(1 - level, 9);
        }
      )
    );
  });

  it('refuses a level of 1', () => {
    expect(() => studentWithin(1, 5)).toThrow(RangeError);
  });
});
