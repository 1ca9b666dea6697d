import { countEvents } from './events.ts';
import { pool } from './precision-recall.ts';
import { segmentsOf } from './segments.ts';

/** Figures with the best threshold per entity: comparable with the literature, never a result. */
export interface OracleFigures {
  readonly eventF1: number;
  readonly pointF1: number;
  readonly pointAdjustedF1: number;
}

const THRESHOLDS = 120;
const HIGHEST = 0.9995;

/** The best F1 over 120 quantiles of the scores: by events, by rows, and by rows after point adjustment. */
export function oracleFigures(labels: ArrayLike<number>, scores: ArrayLike<number>): OracleFigures {
  const sorted = Float64Array.from(scores).sort();
  const best = (lowest: number, f1: (threshold: number) => number): number =>
    Math.max(...quantiles(sorted, lowest).map(f1));
  return {
    eventF1: best(0.7, (threshold) => pool([countEvents(labels, scores, threshold)]).f1),
    pointF1: best(0.6, (threshold) => pointF1(labels, scores, threshold, false)),
    pointAdjustedF1: best(0.6, (threshold) => pointF1(labels, scores, threshold, true)),
  };
}

/** F1 over rows. Adjusted: a segment with one hit counts as found in whole. */
function pointF1(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold: number, adjusted: boolean): number {
  const predicted = Uint8Array.from(scores, (score) => (score >= threshold ? 1 : 0));
  if (adjusted) {
    for (const [first, last] of segmentsOf(labels)) {
      if (predicted.subarray(first, last + 1).includes(1)) {
        predicted.fill(1, first, last + 1);
      }
    }
  }
  let hits = 0;
  let size = 0;
  predicted.forEach((flag, row) => {
    const label = labels[row] !== 0 ? 1 : 0;
    hits += flag * label;
    size += flag + label;
  });
  return size > 0 ? (2 * hits) / size : 0;
}

function quantiles(sorted: Float64Array, lowest: number): readonly number[] {
  const step = (HIGHEST - lowest) / (THRESHOLDS - 1);
  return Array.from({ length: THRESHOLDS }, (_, index) =>
    quantile(sorted, index === THRESHOLDS - 1 ? HIGHEST : lowest + index * step)
  );
}

/** Linear interpolation, from the nearer neighbour so that equal neighbours give exactly their value. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  const high = sorted[below + 1] ?? low;
  const part = position - below;
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}
