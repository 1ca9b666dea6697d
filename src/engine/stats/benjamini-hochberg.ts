/**
 * Probabilities corrected for having asked several times (false discovery rate): `q_(i) = min over j >= i of min(1, m p_(j)
 * / j)`.
 *
 * @param ps  0 to 1
 * @returns adjusted, in the same order, each at least as large
 * Cost O(n log n). Ref: Benjamini & Hochberg 1995, J. R. Statist. Soc. B 57(1).
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((left, right) => (ps[right] ?? 0) - (ps[left] ?? 0));
  const adjusted = new Array<number>(ps.length).fill(1);
  let least = 1;
  order.forEach((index, place) => {
    least = Math.min(least, ((ps[index] ?? 1) * ps.length) / (ps.length - place));
    adjusted[index] = least;
  });
  return adjusted;
}
