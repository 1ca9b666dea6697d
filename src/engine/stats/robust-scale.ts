import { median, quantileSorted, sortedFinite } from './quantile.ts';
import { sortedDistances } from './sorted-distances.ts';

/** Factor that makes the median absolute deviation estimate the standard deviation of normal data. */
export const MAD_TO_SIGMA = 1.4826;

/** Interquartile range of the standard normal distribution. */
export const NORMAL_IQR = 1.349;

/**
 * Median absolute deviation from a centre, unscaled.
 *
 * @param values  at least one finite number
 * @param centre  usually the median of the same values
 * @returns median of |value - centre|, >= 0, in the unit of the values
 * @throws RangeError when no value is finite
 * Cost O(n log n). Ref: Hampel 1974, JASA 69(346).
 */
export function medianAbsoluteDeviation(values: Iterable<number>, centre: number): number {
  return median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}

/** Centre and spread of a sample by quartiles. */
export interface RobustScale {
  /** Median. */
  readonly centre: number;
  /** Estimate of the standard deviation; 0 only when the sample is constant. */
  readonly scale: number;
}

/**
 * Centre and spread that stand a quarter of contamination: median, and the larger of the scaled interquartile range and
 * the scaled median absolute deviation.
 *
 * @param values  at least one finite number
 * @returns centre and scale, in the unit of the values; scale 0 where half of the values agree
 * @throws RangeError when no value is finite
 * Cost O(n log n). Ref: the scale of the series score, `s = max((q3-q1)/1.349, 1.4826 MAD)`.
 */
export function quartileScale(values: Iterable<number>): RobustScale {
  return quartileScaleSorted(sortedFinite(values));
}

function quartileScaleSorted(sorted: Float64Array): RobustScale {
  const centre = quantileSorted(sorted, 0.5);
  const iqr = (quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25)) / NORMAL_IQR;
  const deviation = quantileSorted(sortedDistances(sorted, centre), 0.5);
  return { centre, scale: Math.max(iqr, MAD_TO_SIGMA * deviation) };
}

/**
 * {@link quartileScale}, with half the standard deviation where that is zero.
 *
 * @param values  at least one finite number
 * @returns centre and scale, in the unit of the values; scale 0 only for a constant
 * @throws RangeError when no value is finite
 * Cost O(n log n). Ref: `s = 0.5 sd` where the quartiles agree.
 */
export function robustScale(values: Iterable<number>): RobustScale {
  return robustScaleSorted(sortedFinite(values));
}

/**
 * The same for values that are sorted already.
 *
 * @param sorted  ascending and finite, at least one
 * @returns centre and scale, in the unit of the values
 * @throws RangeError when there is no value
 * Cost O(n).
 */
export function robustScaleSorted(sorted: Float64Array): RobustScale {
  const { centre, scale } = quartileScaleSorted(sorted);
  return { centre, scale: scale > 0 ? scale : 0.5 * standardDeviation(sorted) };
}

/**
 * Population standard deviation.
 *
 * @param values  n >= 1 finite numbers
 * @returns >= 0, in the unit of the values; 0 for an empty list
 * Cost O(n).
 */
export function standardDeviation(values: ArrayLike<number>): number {
  const count = values.length;
  if (count === 0) {
    return 0;
  }
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    sum += values[i] ?? 0;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i += 1) {
    squares += ((values[i] ?? 0) - mean) ** 2;
  }
  return Math.sqrt(squares / count);
}
