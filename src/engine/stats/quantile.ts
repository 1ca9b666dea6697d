/**
 * Quantile of an ascending array by linear interpolation at index `(n - 1) * p` (Hyndman and Fan type 7, numpy's
 * default).
 *
 * @param sorted  ascending, n >= 1, no NaN
 * @param p  0 to 1
 * @returns a value between the first and the last element, in their unit
 * @throws RangeError when the array is empty or `p` is outside 0..1
 * Cost O(1). Ref: Hyndman & Fan 1996, The American Statistician 50(4), definition 7.
 */
export function quantileSorted(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0 || !(p >= 0 && p <= 1)) {
    throw new RangeError('quantileSorted needs at least one value and 0 <= p <= 1');
  }
  const index = (sorted.length - 1) * p;
  const below = Math.floor(index);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low === high ? low : low + (high - low) * (index - below);
}

/**
 * The finite values of a list, ascending. NaN and infinities never enter a sort.
 *
 * @param values  any numbers
 * @returns a new ascending array, possibly empty
 * Cost O(n log n), without calls for comparisons.
 */
export function sortedFinite(values: Iterable<number>): Float64Array {
  const all = isList(values) ? values : Float64Array.from(values);
  const finite = new Float64Array(all.length);
  let count = 0;
  for (let i = 0; i < all.length; i += 1) {
    const value = all[i] ?? Number.NaN;
    if (Number.isFinite(value)) {
      finite[count] = value;
      count += 1;
    }
  }
  return finite.subarray(0, count).sort();
}

function isList(values: Iterable<number>): values is readonly number[] | Float64Array {
  return Array.isArray(values) || values instanceof Float64Array;
}

/**
 * Median of the finite values.
 *
 * @param values  at least one finite number
 * @returns the median, in the unit of the values
 * @throws RangeError when no value is finite
 * Cost O(n log n).
 */
export function median(values: Iterable<number>): number {
  return quantileSorted(sortedFinite(values), 0.5);
}
