import type { SlopeFit } from './slope-fit.ts';

/** How uncertain a slope is, in its own unit. */
export interface SlopeError {
  readonly standardError: number;
  /** Of the Student variable that the slope over its error follows. */
  readonly degreesOfFreedom: number;
}

/**
 * Lags of autocorrelation that are taken into account: `floor(4 (n / 100)^(2/9))`.
 *
 * @param rows  n >= 1
 * @returns 0 for one row, 4 for 100, 5 for 300
 * Cost O(1). Ref: Newey & West 1994, Review of Economic Studies 61(4), with the Bartlett kernel.
 */
export function neweyWestLags(rows: number): number {
  return Math.floor(4 * (rows / 100) ** (2 / 9));
}

/**
 * Error of a slope that stands heteroscedastic and autocorrelated residuals, by the classical formula.
 *
 * @param fit  rows in order of time
 * @param lags  0 and more; {@link neweyWestLags} by default
 * @returns error in the unit of the slope, and n - k degrees of freedom
 * Cost O(n lags). Ref: Newey & West 1987, Econometrica 55(3), with the correction n / (n - k); RCA specification 10.3.
 * It is too small for short windows and for slopes that few rows decide: see {@link ./calibrated-error.ts}.
 */
export function neweyWestError(fit: SlopeFit, lags = neweyWestLags(fit.residuals.length)): SlopeError {
  const scores = fit.residuals.map((residual, row) => residual * (fit.influence[row] ?? 0));
  const n = scores.length;
  let variance = 0;
  for (let lag = 0; lag <= lags; lag += 1) {
    let sum = 0;
    for (let row = lag; row < n; row += 1) {
      sum += (scores[row] ?? 0) * (scores[row - lag] ?? 0);
    }
    variance += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * sum;
  }
  const degreesOfFreedom = n - fit.columns;
  return { standardError: Math.sqrt(Math.max(0, (variance * n) / degreesOfFreedom)), degreesOfFreedom };
}
