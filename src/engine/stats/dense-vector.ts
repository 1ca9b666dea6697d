/**
 * Dot product of two stretches of numbers.
 *
 * @param a  first array; reads `count` numbers from `aFrom`
 * @param b  second array; reads `count` numbers from `bFrom`
 * @returns sum of the products; numbers beyond an end count as 0
 * Cost O(count), no allocation.
 */
export function dot(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    sum += (a[aFrom + i] ?? 0) * (b[bFrom + i] ?? 0);
  }
  return sum;
}

/**
 * Adds a multiple of one stretch of numbers to another: `target += factor * source`.
 *
 * @param target  changed in place, `count` numbers from `targetFrom`
 * @param factor  any number
 * @param source  reads `count` numbers from `sourceFrom`
 * Cost O(count), no allocation.
 */
export function addScaled(
  target: Float64Array,
  targetFrom: number,
  factor: number,
  source: Float64Array,
  sourceFrom: number,
  count: number
): void {
  for (let i = 0; i < count; i += 1) {
    target[targetFrom + i] = (target[targetFrom + i] ?? 0) + factor * (source[sourceFrom + i] ?? 0);
  }
}
