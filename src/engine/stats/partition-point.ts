/**
 * How many elements of a sequence hold a condition that its first elements hold and the others do not: the index of the
 * first one that does not.
 *
 * @param length  of the sequence, 0 or more
 * @param holds  of an index below `length`; true up to some index and false from there on
 * @returns 0 to `length`
 * Cost O(log n). Binary search.
 */
export function partitionPoint(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/**
 * Index of the first of ascending values that is larger than a bound; with times, of the first one after an instant. The
 * one before it is the newest at or before that instant.
 *
 * @param sorted  ascending, possibly empty
 * @param bound  in the unit of the values
 * @returns 0 to n; n when no value is larger, 0 for a bound that is NaN
 * Cost O(log n).
 */
export function firstAfter(sorted: ArrayLike<number>, bound: number): number {
  return partitionPoint(sorted.length, (index) => (sorted[index] ?? Infinity) <= bound);
}
