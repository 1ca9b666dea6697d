/** Points over which an alert must be exceeded to count again: six hours at five minutes. */
export const HOLD_OFF_POINTS = 72;

/** Keeps a value only where it exceeds all `points` values before it (as they were, not as kept), else 0. */
export function holdOff(stream: ArrayLike<number>, points = HOLD_OFF_POINTS): Float64Array {
  const kept = new Float64Array(stream.length);
  const rows = new Int32Array(stream.length);
  let head = 0;
  let tail = 0;
  for (let row = 0; row < stream.length; row += 1) {
    const value = stream[row] ?? 0;
    while (head < tail && (rows[head] ?? 0) < row - points) {
      head += 1;
    }
    kept[row] = head === tail || value > (stream[rows[head] ?? 0] ?? 0) ? value : 0;
    while (tail > head && (stream[rows[tail - 1] ?? 0] ?? 0) <= value) {
      tail -= 1;
    }
    rows[tail] = row;
    tail += 1;
  }
  return kept;
}
