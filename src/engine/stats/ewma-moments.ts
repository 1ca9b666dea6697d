/** Running mean and variance of the exponentially weighted kind. */
export interface EwmaMoments {
  readonly mean: number;
  readonly variance: number;
  /** Values taken in so far. */
  readonly count: number;
}

/**
 * One step of exponentially weighted mean and variance, with a mean that follows fast and a variance that follows
 * slowly.
 *
 * The first value sets the mean. Deviations are clipped at four standard deviations once 100 values are known, so that
 * one outlier does not blind the detector.
 *
 * @param state  moments so far
 * @param value  finite
 * @param lambda  weight of the newest value in the mean, 0 to 1 (exclusive of 0)
 * @param memory  values that the variance remembers, >= 1
 * @returns the new moments
 * Cost O(1). Ref: Roberts 1959, Technometrics 1(3); long clipped variance of the EWMA detector,
 * `v += max(1/max(100, ppd), 1/n) (d'^2 - v)`, `e += lambda d`.
 */
export function stepEwmaMoments(state: EwmaMoments, value: number, lambda: number, memory: number): EwmaMoments {
  const count = state.count + 1;
  if (count === 1) {
    return { mean: value, variance: 0, count };
  }
  const deviation = value - state.mean;
  const limit = count > 100 ? 4 * Math.sqrt(state.variance) : Infinity;
  const clipped = Math.max(-limit, Math.min(limit, deviation));
  const rate = Math.max(1 / Math.max(100, memory), 1 / count);
  return {
    mean: state.mean + lambda * deviation,
    variance: state.variance + rate * (clipped * clipped - state.variance),
    count,
  };
}

/** Moments before the first value. */
export const EMPTY_MOMENTS: EwmaMoments = { mean: 0, variance: 0, count: 0 };
