import { describe, expect, it } from 'vitest';
import { studentTwoSided, studentWithin } from '../stats/student-t.ts';
import { calibratedError } from './calibrated-error.ts';
import { neweyWestError } from './newey-west.ts';
import { fitSlope, type SlopeFit } from './slope-fit.ts';

const ROWS = Array.from({ length: 40 }, (_, t) => t);
const MISSING = [7, 8, 9, 20, 33, 34];

/** t = 0..39; z = cos .7t; x = .5 z + sin 1.3t + (7t mod 11)/10, higher by `jump` from t = 36 on; y as below. */
function fitOf(rows: readonly number[], jump: number): SlopeFit {
  const z = rows.map((t) => Math.cos(0.7 * t));
  const x = rows.map((t, i) => 0.5 * z[i]! + Math.sin(1.3 * t) + ((7 * t) % 11) / 10 + (t >= 36 ? jump : 0));
  const y = rows.map((t, i) => 0.4 * x[i]! - 0.8 * z[i]! + ((5 * t) % 13) / 8 + Math.sin(t / 6));
  return fitSlope(Float64Array.from(y), Float64Array.from(x), [Float64Array.from(z)])!;
}

describe('neweyWestError', () => {
  // statsmodels 0.13.5: OLS(y, [1, x, z]).fit(cov_type='HAC', cov_kwds={'maxlags': L, 'use_correction': True}, use_t=True)
  it.each([
    [0, 0, 0.4308749495315152, 0.13465625560637243, 0.002820348913053917, 0.15803545932216212, 0.7037144397408682],
    [0, 3, 0.4308749495315152, 0.08427409949839783, 9.95037034064587e-6, 0.26011940429929625, 0.6016304947637341],
    [0, 6, 0.4308749495315152, 0.08659373108455767, 1.5200035316914319e-5, 0.25541938426241495, 0.6063305148006154],
    [4, 0, 0.395705514530123, 0.06434870391578165, 3.94175366534695e-7, 0.26532265565027446, 0.5260883734099715],
    [4, 3, 0.395705514530123, 0.05948318526568531, 8.270690924740672e-8, 0.27518113286782725, 0.5162298961924188],
    [4, 6, 0.395705514530123, 0.061798300780672874, 1.7902702035056467e-7, 0.27049026326031766, 0.5209207657999283],
  ])('jump %d, %d lags: equals statsmodels', (jump, lags, slope, standardError, p, low, high) => {
    const fit = fitOf(ROWS, jump);
    const error = neweyWestError(fit, lags);
    const half = studentWithin(0.95, error.degreesOfFreedom) * error.standardError;
    expect(fit.slope).toBeCloseTo(slope, 12);
    expect(error.standardError).toBeCloseTo(standardError, 12);
    expect(studentTwoSided(fit.slope / error.standardError, error.degreesOfFreedom) / p).toBeCloseTo(1, 8);
    expect([fit.slope - half, fit.slope + half]).toEqual([expect.closeTo(low, 9), expect.closeTo(high, 9)]);
  });
});

describe('calibratedError', () => {
  // numpy 1.24.2 with dense matrices: for every shape (memory m, lasting part l) S = l m^|distance|, 1 on the diagonal; its
  // restricted likelihood -(log|S| + log|U'S^-1 U| + (n - k) log s2)/2 with U from numpy.linalg.qr of the design and s2 =
  // r'S^-1 r/(n - k) of the generalised fit; S = sum of exp(likelihood) s2 S; W = diag(w^2); C = M S M;
  // variance = e'We w'Sw / tr(WC), degrees = tr(WC)^2 / tr(WCWC).
  it.each([
    ['no gaps', ROWS, 0, 0.10951769515630864, 12.987145222579928],
    ['gaps', ROWS.filter((t) => !MISSING.includes(t)), 0, 0.13784356586954255, 12.38771089772482],
    ['no gaps', ROWS, 4, 0.10699605720630223, 8.363906161130231],
    ['gaps', ROWS.filter((t) => !MISSING.includes(t)), 4, 0.1339367700435016, 7.351910411120352],
  ])('%s, jump of the last rows %#: equals the formula in dense matrices', (_, rows, jump, standardError, degrees) => {
    const error = calibratedError(fitOf(rows, jump), rows)!;
    expect(error.standardError).toBeCloseTo(standardError, 12);
    expect(error.degreesOfFreedom).toBeCloseTo(degrees, 9);
  });

  it('is none where the fit leaves nothing', () => {
    const x = Float64Array.from(ROWS, (t) => Math.sin(t));
    const flat = fitSlope(new Float64Array(ROWS.length), x, [])!;
    expect(calibratedError(flat, ROWS)).toBeUndefined();
  });

  it('is as large as the noise where one row decides the slope, of which Newey-West sees nothing', () => {
    const only = (row: number): Float64Array => Float64Array.from(ROWS, (t) => (t === row ? 1 : 0));
    const y = Float64Array.from(ROWS, (t) => Math.sin(3 * t));
    const fit = fitSlope(y, only(39), [only(38)])!;
    // The standard deviation of a sine is 0.71.
    expect(calibratedError(fit, ROWS)!.standardError).toBeCloseTo(0.71, 1);
    expect(neweyWestError(fit).standardError).toBeLessThan(0.05);
  });
});
