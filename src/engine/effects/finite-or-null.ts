/**
 * The number itself where it is finite.
 *
 * @param value  anything
 * @returns null for what is no finite number
 * Cost O(1).
 */
export function finiteOrNull(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
