import { studentTwoSided, studentWithin } from '../stats/student-t.ts';
import { calibratedError } from './calibrated-error.ts';
import type { Estimate } from './effect-result.ts';
import { finiteOrNull } from './finite-or-null.ts';
import { neweyWestError, neweyWestLags } from './newey-west.ts';
import type { FitColumns } from './refuters.ts';
import { fitSlope, type SlopeFit } from './slope-fit.ts';

/** A slope with what is known of its error; in standard deviations of the target for one of the cause. */
export interface SlopeEstimate {
  readonly fit: SlopeFit;
  readonly slope: Estimate;
  /** The same with the interval for another incident of the same cause. */
  readonly anotherIncident: Estimate;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  readonly neweyWest: { readonly standardError: number; readonly lags: number; readonly p: number };
}

const LEVEL = 0.95;
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
  const error = calibratedError(fit, positions);
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
    neweyWest: {
      standardError: classical.standardError,
      lags: neweyWestLags(outcome.length),
      p: pOf(fit.slope, classical.standardError, classical.degreesOfFreedom),
    },
  };
}

/** Without any error a slope of zero is certain, and so is every other one. */
function pOf(slope: number, standardError: number, degrees: number): number {
  return slope === 0 ? 1 : studentTwoSided(slope / standardError, degrees);
}
