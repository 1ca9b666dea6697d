/** A column brought to mean 0 and standard deviation 1. */
export interface StandardColumn {
  readonly values: Float64Array;
  readonly mean: number;
  /** Population standard deviation, in the unit of the column; > 0. */
  readonly deviation: number;
}

/** A spread below this share of the values is rounding, not variation. */
const LEAST_SPREAD = 1e-10;

/**
 * Brings a column to mean 0 and standard deviation 1, so that what follows does not depend on units.
 *
 * @param values  finite numbers in one unit
 * @returns undefined for a constant, for an empty column, and where numbers so large occur that nothing can be said
 * Cost O(n).
 */
export function toStandardColumn(values: ArrayLike<number>): StandardColumn | undefined {
  const n = values.length;
  let largest = 0;
  for (let i = 0; i < n; i += 1) {
    largest = Math.max(largest, Math.abs(values[i] ?? 0));
  }
  if (!(largest > 0 && largest < Infinity)) {
    return undefined;
  }
  // Shares of the largest value: neither the sum nor a square overflows.
  const shares = Float64Array.from(values, (value) => value / largest);
  const mean = shares.reduce((sum, share) => sum + share, 0) / n;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / n;
  const deviation = Math.sqrt(variance);
  if (!(deviation > LEAST_SPREAD)) {
    return undefined;
  }
  return {
    values: shares.map((share) => (share - mean) / deviation),
    mean: mean * largest,
    deviation: deviation * largest,
  };
}
