const KEYS_PER_VALUE = 65_536;
const SIGN = 0x8000_0000;

/**
 * Indices of values in ascending order of the values; equal values keep their order.
 *
 * @param values  finite; 65,535 at most
 * @param count  how many of them, from the first
 * @param order  receives the indices
 * Cost O(n log n) without a call per comparison: bits of single-precision numbers, turned so that they rise with the
 * number, make keys together with the index.
 */
export function rankOrder(values: Float32Array, count: number, order: Uint16Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, count);
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    const raw = bits[i] ?? 0;
    // Both zeros are one number.
    const rising = raw > SIGN ? 0xffff_ffff - raw : raw === SIGN ? SIGN : raw + SIGN;
    keys[i] = rising * KEYS_PER_VALUE + i;
  }
  keys.sort();
  for (let rank = 0; rank < count; rank += 1) {
    const key = keys[rank] ?? 0;
    order[rank] = key - Math.floor(key / KEYS_PER_VALUE) * KEYS_PER_VALUE;
  }
}
