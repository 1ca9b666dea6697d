import type { Interpretation } from '../packs/multivariate-pack.ts';

/** How often the feature with the largest share, or one of the three largest, is a labelled one. */
export interface AttributionCounts {
  readonly incidents: number;
  readonly top1: number;
  readonly top3: number;
}

/**
 * Judges attribution at the row of each incident where the score is largest.
 * @param shareOf share of every metric in the score of a row, in order of the metrics
 */
export function countAttribution(
  interpretations: readonly Interpretation[],
  scores: ArrayLike<number>,
  shareOf: (row: number) => ArrayLike<number>
): AttributionCounts {
  let [top1, top3] = [0, 0];
  for (const { start, end, metrics } of interpretations) {
    const shares = shareOf(largestRow(scores, start, Math.min(end, scores.length)));
    const order = Array.from({ length: shares.length }, (_, metric) => metric).sort(
      (left, right) => (shares[right] ?? 0) - (shares[left] ?? 0)
    );
    top1 += metrics.has(order[0] ?? -1) ? 1 : 0;
    top3 += order.slice(0, 3).some((metric) => metrics.has(metric)) ? 1 : 0;
  }
  return { incidents: interpretations.length, top1, top3 };
}

/** The first row with the largest score. */
export function largestRow(scores: ArrayLike<number>, start: number, end: number): number {
  let best = start;
  for (let row = start + 1; row < end; row += 1) {
    best = (scores[row] ?? 0) > (scores[best] ?? 0) ? row : best;
  }
  return best;
}
