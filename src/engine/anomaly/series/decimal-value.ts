const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** No metric is larger; squares of what lies below stay finite. */
const LARGEST = 1e30;

/**
 * A value as a data source sent it, as a number.
 *
 * @param value  a number, or a string that is exactly a decimal number
 * @returns the number; NaN for everything else, infinities included
 * Cost O(length).
 */
export function toDecimal(value: unknown): number {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : NaN;
  }
  if (typeof value !== 'string' || value.length > 64 || !DECIMAL.test(value)) {
    return NaN;
  }
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : NaN;
}

/**
 * Whether a number is too large to be a measurement.
 *
 * @param value  finite
 * Cost O(1).
 */
export function isAbsurd(value: number): boolean {
  return value > LARGEST || value < -LARGEST;
}
