import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from '../stats/benjamini-hochberg.ts';
import { studentTwoSided, studentWithin } from '../stats/student-t.ts';
import { neweyWestError, neweyWestLags } from './newey-west.ts';
import { placeboFits } from './refuters.ts';
import { fitSlope } from './slope-fit.ts';
import { toStandardColumn, type StandardColumn } from './standard-column.ts';

/** Six simulated data sets with the values of a reference implementation in numpy, to seven digits. */
interface Golden {
  readonly effects: readonly {
    readonly y: readonly number[];
    readonly x: readonly number[];
    /** One array per confounder. */
    readonly z: readonly (readonly number[])[];
    readonly lags: number;
    readonly degreesOfFreedom: number;
    readonly slope: number;
    readonly standardError: number;
    readonly p: number;
    readonly ci95: readonly [number, number];
    /** Rows by which x is moved to the right. */
    readonly circularShifts: readonly number[];
    readonly placeboSlopes: readonly number[];
  }[];
  readonly benjaminiHochberg: { readonly p: readonly number[]; readonly q: readonly number[] };
}

const FILE = new URL('../../../tests/fixtures/effects/golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Golden;

function standard(values: readonly number[]): StandardColumn {
  const column = toStandardColumn(values);
  if (!column) {
    throw new Error('the fixture holds a constant');
  }
  return column;
}

function expectClose(value: number, expected: number): void {
  expect(Math.abs(value / expected - 1)).toBeLessThan(1e-6);
}

describe.each(golden.effects.map((effect, i) => ({ i, effect })))('golden data set $i', ({ effect }) => {
  const [outcome, treatment] = [standard(effect.y), standard(effect.x)];
  const covariates = effect.z.map((column) => standard(column).values);
  const fit = fitSlope(outcome.values, treatment.values, covariates)!;
  const unit = outcome.deviation / treatment.deviation;

  it('has the slope, the Newey-West error, p and the interval', () => {
    const { standardError, degreesOfFreedom } = neweyWestError(fit);
    expect(neweyWestLags(effect.y.length)).toBe(effect.lags);
    expect(degreesOfFreedom).toBe(effect.degreesOfFreedom);
    expectClose(fit.slope * unit, effect.slope);
    expectClose(standardError * unit, effect.standardError);
    expectClose(studentTwoSided(fit.slope / standardError, degreesOfFreedom), effect.p);
    const half = studentWithin(0.95, degreesOfFreedom) * standardError;
    expectClose((fit.slope - half) * unit, effect.ci95[0]);
    expectClose((fit.slope + half) * unit, effect.ci95[1]);
  });

  it('has the placebo slopes', () => {
    const columns = { outcome: outcome.values, treatment: treatment.values, covariates, incidentRows: 0 };
    const slopes = placeboFits(columns, effect.circularShifts).map(({ slope }) => slope);
    // The reference's ridge moves a slope by up to 1e-9, which is more than 1e-6 of the one that is 0.00013.
    effect.placeboSlopes.forEach((expected, i) => {
      expect(Math.abs(slopes[i]! * unit - expected)).toBeLessThan(Math.max(1e-9, 1e-6 * Math.abs(expected)));
    });
  });
});

it('has the corrected probabilities', () => {
  const adjusted = benjaminiHochberg(golden.benjaminiHochberg.p);
  golden.benjaminiHochberg.q.forEach((expected, i) => expect(Math.abs(adjusted[i]! / expected - 1)).toBeLessThan(1e-6));
});
