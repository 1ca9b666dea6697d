/** A column whose gaps were filled, with a mark at each filled row. */
export interface FilledColumn {
  readonly values: Float64Array;
  /** 1 where the value was carried forward. */
  readonly imputed: Float64Array;
}

/**
 * Carries the last value forward over at most `maxSteps` missing rows. Never backward: that would look into the future.
 *
 * Cost O(n). Source: A2.15, corrected.
 */
export function forwardFill(values: Float64Array, maxSteps = 3): FilledColumn {
  const filled = Float64Array.from(values);
  const imputed = new Float64Array(values.length);
  let age = Infinity;
  let last = NaN;
  for (let i = 0; i < filled.length; i += 1) {
    const value = filled[i] ?? NaN;
    if (Number.isFinite(value)) {
      last = value;
      age = 0;
    } else {
      age += 1;
      filled[i] = age <= maxSteps ? last : NaN;
      imputed[i] = age <= maxSteps && Number.isFinite(last) ? 1 : 0;
    }
  }
  return { values: filled, imputed };
}

/** Mean, sample standard deviation and maximum over the last rows. */
export interface RollingMoments {
  readonly mean: Float64Array;
  readonly std: Float64Array;
  readonly max: Float64Array;
}

/**
 * Moments over a window that ends at each row, that row included. Missing rows leave the window; an empty window is NaN, and
 * so is a standard deviation of fewer than two values.
 * @param window  rows, >= 1
 * @throws RangeError for a window below 1
 * Cost O(n window).
 */
export function rollingMoments(values: Float64Array, window: number): RollingMoments {
  if (!(window >= 1)) {
    throw new RangeError('a rolling window has at least one row');
  }
  const moments = { mean: nan(values.length), std: nan(values.length), max: nan(values.length) };
  for (let i = 0; i < values.length; i += 1) {
    const seen = values.subarray(Math.max(0, i - window + 1), i + 1).filter(Number.isFinite);
    if (seen.length > 0) {
      const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
      moments.mean[i] = mean;
      moments.max[i] = seen.reduce((top, value) => Math.max(top, value), -Infinity);
      const squares = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      moments.std[i] = seen.length > 1 ? Math.sqrt(squares / (seen.length - 1)) : NaN;
    }
  }
  return moments;
}

/** The value of `steps` rows before; NaN at the beginning. Cost O(n). */
export function lag(values: Float64Array, steps = 1): Float64Array {
  const lagged = nan(values.length);
  lagged.set(values.subarray(0, Math.max(0, values.length - steps)), Math.min(steps, values.length));
  return lagged;
}

function nan(length: number): Float64Array {
  return new Float64Array(length).fill(NaN);
}
