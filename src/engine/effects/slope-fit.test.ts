import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSlope, product } from './slope-fit.ts';
import { toStandardColumn } from './standard-column.ts';

const ROWS = 30;
const column = (seed: number): Float64Array =>
  Float64Array.from({ length: ROWS }, (_, t) => Math.sin(seed * t * t) + ((seed * 7 * t) % 13) / 13);
const scaled = (values: Float64Array, factor: number, shift: number): Float64Array =>
  values.map((value) => factor * value + shift);

describe('fitSlope', () => {
  it('finds the coefficients it was made from', () => {
    const [x, z] = [column(1), column(2)];
    const y = x.map((value, i) => 3 * value - 2 * z[i]! + 5);
    const fit = fitSlope(y, x, [z])!;
    expect(fit.slope).toBeCloseTo(3, 10);
    expect(fit.columns).toBe(3);
    fit.residuals.forEach((residual) => expect(residual).toBeCloseTo(0, 10));
  });

  it('leaves residuals at right angles to every column, and reads the slope off the influence', () => {
    const [y, x, z] = [column(3), column(1), column(2)];
    const fit = fitSlope(y, x, [z])!;
    [x, z, x.map(() => 1)].forEach((each) => expect(product(fit.residuals, each)).toBeCloseTo(0, 10));
    expect(product(fit.influence, y)).toBeCloseTo(fit.slope, 12);
    expect(product(fit.influence, x)).toBeCloseTo(1, 10);
    expect(product(fit.influence, z)).toBeCloseTo(0, 10);
  });

  it('tells how much the other columns inflate the variance', () => {
    const [x, noise] = [column(1), column(2)];
    expect(fitSlope(noise, x, [])!.varianceInflation).toBeCloseTo(1, 12);
    const near = x.map((value, i) => value + 0.1 * noise[i]!);
    expect(fitSlope(noise, x, [near])!.varianceInflation).toBeGreaterThan(20);
  });

  it('has no slope where the covariates leave nothing of the treatment', () => {
    const x = column(1);
    expect(fitSlope(column(2), x, [scaled(x, -4, 9)])).toBeUndefined();
    expect(
      fitSlope(
        column(2),
        x.map(() => 7),
        []
      )
    ).toBeUndefined();
  });

  it('passes over covariates that say nothing new', () => {
    const [y, x, z] = [column(3), column(1), column(2)];
    const fit = fitSlope(y, x, [z, scaled(z, 2, 1), z.map(() => 3)])!;
    expect(fit.columns).toBe(3);
    expect(fit.slope).toBeCloseTo(fitSlope(y, x, [z])!.slope, 9);
  });

  it('follows units: a factor of the outcome multiplies, one of the treatment divides, covariates do not count', () => {
    const factor = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const [y, x, z] = [column(3), column(1), column(2)];
    const { slope } = fitSlope(y, x, [z])!;
    fc.assert(
      fc.property(factor, factor, factor, fc.integer({ min: -100, max: 100 }), (a, b, c, shift) => {
        const fit = fitSlope(scaled(y, a, a * shift), scaled(x, b, b * shift), [scaled(z, c, c * shift)])!;
        expect((fit.slope * b) / (a * slope)).toBeCloseTo(1, 6);
      })
    );
  });
});

describe('toStandardColumn', () => {
  it('has mean 0 and deviation 1, and says where it came from', () => {
    const { values, mean, deviation } = toStandardColumn([2, 4, 4, 4, 5, 5, 7, 9])!;
    expect([mean, deviation]).toEqual([expect.closeTo(5, 12), expect.closeTo(2, 12)]);
    expect(product(values, values) / values.length).toBeCloseTo(1, 12);
  });

  it.each([
    ['nothing', []],
    ['zeros', [0, 0, 0]],
    ['a constant', [0.1, 0.1, 0.1]],
    ['rounding', [0.3, 0.1 + 0.2, 0.3]],
    ['an infinity', [1, Infinity, 2]],
    ['a gap', [1, Number.NaN, 2]],
  ])('refuses %s', (_, values) => {
    expect(toStandardColumn(values)).toBeUndefined();
  });

  it.each([1e308, 1e-300])('stands values of about %d', (size) => {
    const column = toStandardColumn([-size, size, size / 2])!;
    expect(column.values.every(Number.isFinite)).toBe(true);
    expect(column.deviation / size).toBeCloseTo(0.85, 2);
  });
});
