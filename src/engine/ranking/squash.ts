const LN_51 = Math.log(51);

/**
 * Squashes a deviation: 0 at 0, 1 at 50, at most 1.5.
 *
 * @param z  deviation in standard deviations; negative and non-finite ones count as 0
 * @returns 0 to 1.5
 * Cost O(1). Ref: RCA specification 3, `g(z) = min(1.5, ln(1 + max(0, z)) / ln 51)`.
 */
export function squashDeviation(z: number): number {
  return Math.min(1.5, openSquash(z));
}

/**
 * The same without the cap, so that large deviations keep their order.
 *
 * @param z  deviation in standard deviations; negative and non-finite ones count as 0
 * @returns 0 and more
 * Cost O(1). Ref: RCA specification 6.
 */
export function openSquash(z: number): number {
  return Number.isFinite(z) ? Math.log1p(Math.max(0, z)) / LN_51 : 0;
}
