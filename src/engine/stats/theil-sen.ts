import { MAD_TO_SIGMA, medianAbsoluteDeviation } from './robust-scale.ts';
import { median, quantileSorted } from './quantile.ts';

/** A robust straight line through equally spaced values. */
export interface TheilSenLine {
  /** Rise per step, in the unit of the values. */
  readonly slope: number;
  /** Value of the line at the last step. */
  readonly level: number;
  /** Standard error of the slope per step; 0 only where half of the residuals agree. */
  readonly slopeError: number;
  /** Standard error of the line at the last step. */
  readonly levelError: number;
  /** Robust standard deviation of the residuals. */
  readonly residualScale: number;
}

/**
 * Line through values at steps 0, 1, 2, ...: the slope is the median of all pairwise slopes, the level the median of the
 * values carried along it to the last step. Steps whose value is not finite take no part.
 *
 * @param values  in time order
 * @returns the line; undefined with fewer than three finite values
 * Cost O(n^2) slopes and their sort: keep n small (12 to 168 here).
 * Ref: Theil 1950; Sen 1968, JASA 63(324), eq. 2.5. Deviation: the standard error is that of least squares with a robust
 * residual scale, `1.4826 MAD sqrt(12 / n^3)`; that of the level is taken at the end of the line, `2 s / sqrt(n)`.
 */
export function theilSen(values: ArrayLike<number>): TheilSenLine | undefined {
  const steps = Array.from(values, (_, step) => step).filter((step) => Number.isFinite(values[step]));
  if (steps.length < 3) {
    return undefined;
  }
  const slope = medianSlope(values, steps);
  const last = values.length - 1;
  const carried = steps.map((step) => (values[step] ?? 0) - slope * (step - last));
  const level = median(carried);
  const residualScale = MAD_TO_SIGMA * medianAbsoluteDeviation(carried, level);
  const n = steps.length;
  return {
    slope,
    level,
    residualScale,
    slopeError: residualScale * Math.sqrt(12 / n ** 3),
    levelError: (2 * residualScale) / Math.sqrt(n),
  };
}

function medianSlope(values: ArrayLike<number>, steps: readonly number[]): number {
  const slopes = new Float64Array((steps.length * (steps.length - 1)) / 2);
  let count = 0;
  steps.forEach((from, i) => {
    for (const to of steps.slice(i + 1)) {
      slopes[count] = ((values[to] ?? 0) - (values[from] ?? 0)) / (to - from);
      count += 1;
    }
  });
  return quantileSorted(slopes.sort(), 0.5);
}
