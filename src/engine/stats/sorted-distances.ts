import { partitionPoint } from './partition-point.ts';

/**
 * Distances from a centre, ascending: a merge of both sides, without another sort.
 *
 * @param sorted  ascending, no NaN
 * @param centre  any number
 * @returns |value - centre| of every value, in its unit
 * Cost O(n).
 */
export function sortedDistances(sorted: Float64Array, centre: number): Float64Array {
  const distances = new Float64Array(sorted.length);
  let right = partitionPoint(sorted.length, (i) => (sorted[i] ?? 0) < centre);
  let left = right - 1;
  for (let i = 0; i < distances.length; i += 1) {
    const below = left >= 0 ? centre - (sorted[left] ?? 0) : Infinity;
    const above = right < sorted.length ? (sorted[right] ?? 0) - centre : Infinity;
    if (below < above) {
      distances[i] = below;
      left -= 1;
    } else {
      distances[i] = above;
      right += 1;
    }
  }
  return distances;
}
