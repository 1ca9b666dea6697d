import type { Ratio } from '#model';

/** Surprisals above this are not told apart: the probability is below 1e-12. */
export const MAX_SURPRISAL = 12;

/**
 * Maps a surprisal to the score people see: 0.70 at 3, 0.80 at 4, 0.90 at 5, 1 at 12.
 *
 * @param surprisal  -log10 of a tail probability, >= 0; more than 12 counts as 12
 * @returns score 0 to 1, continuous and strictly rising up to 12
 * @throws RangeError when the surprisal is negative or NaN
 * Cost O(1). Ref: A3.12; `.7 u/3`, `.7 + .1 (u-3)`, `.9 + .1 (u-5)/7`.
 */
export function toScore(surprisal: number): Ratio {
  if (!(surprisal >= 0)) {
    throw new RangeError('a surprisal is a number >= 0');
  }
  if (surprisal <= 3) {
    // In this order 3, 4 and 5 give exactly 0.7, 0.8 and 0.9: rules compare with them.
    return 0.7 * (surprisal / 3);
  }
  return surprisal <= 5 ? 0.8 + 0.1 * (surprisal - 4) : Math.min(1, 0.9 + (0.1 * (surprisal - 5)) / 7);
}

/**
 * Inverse of {@link toScore}.
 *
 * @param score  0 to 1
 * @returns surprisal 0 to 12
 * @throws RangeError when the score is outside 0..1
 * Cost O(1).
 */
export function toSurprisal(score: Ratio): number {
  if (!(score >= 0 && score <= 1)) {
    throw new RangeError('a score is a number from 0 to 1');
  }
  if (score <= 0.7) {
    return (score * 3) / 0.7;
  }
  return score <= 0.9 ? 3 + (score - 0.7) * 10 : 5 + (score - 0.9) * 70;
}
