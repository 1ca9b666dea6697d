import { describe, expect, it } from 'vitest';
import { Xorshift32 } from '../stats/xorshift.ts';
import { gaussian, xorshift32 } from '../testing/xorshift.ts';
import { placeboFits, refute, type FitColumns } from './refuters.ts';
import { fitSlope } from './slope-fit.ts';

function system(effect: number, rows = 120, incidentRows = 0, seed = 3): FitColumns {
  const random = xorshift32(seed);
  const draw = (): Float64Array => Float64Array.from({ length: rows }, () => gaussian(random));
  const [load, own, noise] = [draw(), draw(), draw()];
  const jump = (row: number): number => (row >= rows - incidentRows ? 8 : 0);
  const treatment = load.map((value, row) => 0.5 * value + own[row]! + jump(row));
  const outcome = treatment.map((value, row) => effect * value + 0.7 * load[row]! + noise[row]!);
  return { outcome, treatment, covariates: [load], incidentRows };
}

const refuted = (columns: FitColumns, seed = 1): ReturnType<typeof refute> =>
  refute(columns, fitSlope(columns.outcome, columns.treatment, columns.covariates)!, new Xorshift32(seed));

describe('refute', () => {
  it('lets a real effect pass', () => {
    const found = refuted(system(0.8));
    expect(found.placebo).toEqual({ p: 1 / 101, shifts: 100, passed: true });
    expect(found.randomCommonCause.passed).toBe(true);
    expect(found.randomCommonCause.largestChange).toBeLessThan(0.1);
    expect(found.blockSubsets).toEqual({ sameSign: 1, fits: 20, passed: true });
  });

  it('does not let an effect of zero pass', () => {
    const found = refuted(system(0));
    expect(found.placebo.passed).toBe(false);
    expect(found.placebo.p).toBeGreaterThan(0.05);
  });

  it('is the same for the same seed and another for another', () => {
    const columns = system(0.1);
    expect(refuted(columns)).toEqual(refuted(columns));
    expect(refuted(columns, 2)).not.toEqual(refuted(columns));
  });

  it('keeps a real effect of a short incident, whatever blocks are left out', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      expect(refuted(system(0.5, 65, 5, seed), seed).blockSubsets.passed).toBe(true);
    }
  });

  it('runs no placebo that could never reach 0.05', () => {
    expect(refuted(system(0.8, 38)).placebo).toEqual({ p: null, shifts: 0, passed: false });
    expect(refuted(system(0.8, 39)).placebo.shifts).toBe(19);
  });

  it('uses every shift once', () => {
    expect(refuted(system(0.8, 65)).placebo).toEqual({ p: 1 / 46, shifts: 45, passed: true });
  });
});

describe('placeboFits', () => {
  it('equals fits of the moved column', () => {
    const columns = system(0.5);
    const { outcome, treatment, covariates } = columns;
    const n = outcome.length;
    [0, 1, 17, 119].forEach((shift, i) => {
      const moved = treatment.map((_, row) => treatment[(row - shift + n) % n]!);
      const fit = fitSlope(outcome, moved, covariates)!;
      expect(placeboFits(columns, [0, 1, 17, 119])[i]!.slope).toBeCloseTo(fit.slope, 10);
    });
  });

  it('has the t of the HC2 error', () => {
    const columns = system(0.5);
    const { influence, residuals, basis, slope } = fitSlope(columns.outcome, columns.treatment, columns.covariates)!;
    const variance = residuals.reduce((sum, residual, row) => {
      const leverage = basis.reduce((share, direction) => share + direction[row]! ** 2, 0);
      return sum + (influence[row]! * residual) ** 2 / (1 - leverage);
    }, 0);
    expect(placeboFits(columns, [0])[0]!.t).toBeCloseTo(slope / Math.sqrt(variance), 10);
  });

  it('has no slope where the covariates leave nothing of the moved column', () => {
    const { outcome, treatment } = system(0.5);
    const moved = treatment.map((_, row) => treatment[(row + 119) % 120]!);
    const [fit] = placeboFits({ outcome, treatment, covariates: [moved], incidentRows: 0 }, [1]);
    expect(fit).toEqual({ slope: Number.NaN, t: Number.NaN });
  });
});
