import { studentTwoSided, studentWithin } from '../stats/student-t.ts';
import { calibratedError } from './calibrated-error.ts';
import type { Estimate } from './effect-result.ts';
import { finiteOrNull } from './finite-or-null.ts';
import { neweyWestError, neweyWestLags } from './newey-west.ts';
import type { FitColumns } from './refuters.ts';
import { fitSlope, product, type SlopeFit } from './slope-fit.ts';

/** A slope with what is known of its error; in standard deviations of the target for one of the cause. */
export interface SlopeEstimate {
  readonly fit: SlopeFit;
  readonly slope: Estimate;
  /** The same with the interval for another incident of the same cause. */
  readonly anotherIncident: Estimate;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  /** Share of what is left of both that a hidden common cause must explain to make the slope zero, 0 to 1. */
  readonly hiddenCauseStrength: number;
  readonly neweyWest: { readonly standardError: number; readonly lags: number; readonly p: number };
}

const LEVEL = 0.95;
/** Residuals below this share of the outcome's variance are rounding. */
const LEAST_RESIDUAL = 1e-18;
/**
 * How much slopes of one cause differ between its incidents, as a share of the slope: the root of the mean excess of
 * their variance over that of the estimates, on the public PetShop incidents (four causes, two metrics: .12, and .10 to .13
 * with any one cause left out), rounded up. `npm run bench:effects -- --data DIR` measures it again.
 */
const BETWEEN_INCIDENTS = 0.15;

/**
 * Slope, error, interval and p of one fit.
 *
 * @param columns  standard columns of the fit
 * @param positions  place of each row on the grid
 * @returns the estimate, or why there is none
 * Cost O(n^2 (k + lags)). Ref: RCA specification 10.3, with the error of {@link calibratedError}.
 */
export function estimateSlope(
  { outcome, treatment, covariates }: FitColumns,
  positions: ArrayLike<number>
): SlopeEstimate | 'explained-by-adjustment' | 'no-error-estimate' {
  const fit = fitSlope(outcome, treatment, covariates);
  if (!fit) {
    return 'explained-by-adjustment';
  }
  const isExact = product(fit.residuals, fit.residuals) <= LEAST_RESIDUAL * outcome.length;
  const error = isExact ? undefined : calibratedError(fit, positions);
  if (!error || !(error.degreesOfFreedom > 0)) {
    return 'no-error-estimate';
  }
  const classical = neweyWestError(fit);
  const factor = studentWithin(LEVEL, error.degreesOfFreedom);
  const around = (deviation: number): Estimate => ({
    value: fit.slope,
    low: finiteOrNull(fit.slope - factor * deviation),
    high: finiteOrNull(fit.slope + factor * deviation),
  });
  return {
    fit,
    slope: around(error.standardError),
    anotherIncident: around(Math.hypot(error.standardError, BETWEEN_INCIDENTS * fit.slope)),
    ...error,
    p: pOf(fit.slope, error.standardError, error.degreesOfFreedom),
    hiddenCauseStrength: robustnessValue(fit),
    neweyWest: {
      standardError: classical.standardError,
      lags: neweyWestLags(outcome.length),
      p: pOf(fit.slope, classical.standardError, classical.degreesOfFreedom),
    },
  };
}

function pOf(slope: number, standardError: number, degrees: number): number {
  return slope === 0 ? 1 : studentTwoSided(slope / standardError, degrees);
}

/** Ref: Cinelli & Hazlett 2020, eq. 18, for a reduction by the whole effect. */
function robustnessValue({ slope, influence, residuals }: SlopeFit): number {
  const explained = (slope * slope) / product(influence, influence);
  const ratio = explained / product(residuals, residuals);
  // The same as (sqrt(f^4 + 4 f^2) - f^2) / 2, without the difference of large numbers.
  return (2 * ratio) / (ratio + Math.sqrt(ratio * ratio + 4 * ratio)) || 0;
}
