/**
 * Row numbers to predict, drawn without replacement and in random order.
 * @param from  first row that may be a target
 * @param to  exclusive
 * @param count  at most so many
 * Cost O(to - from). Deterministic for a seed (xorshift32, Marsaglia 2003).
 */
export function shuffledWindows(from: number, to: number, count: number, seed: number): readonly number[] {
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  let state = seed >>> 0 || 1;
  for (let i = rows.length - 1; i > 0; i -= 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (i + 1);
    [rows[i], rows[other]] = [rows[other] ?? 0, rows[i] ?? 0];
  }
  return rows.slice(0, count);
}
