import { firstAfter } from '../../stats/partition-point.ts';
import { quantileSorted } from '../../stats/quantile.ts';
import { MAX_SURPRISAL } from '../score-map.ts';
import type { StateReader, StateWriter } from './state-bytes.ts';

/** Where the tail begins: the share of training scores above the threshold is 1 - this. */
const THRESHOLD_QUANTILE = 0.98;
const EXCEED_RATE = 1 - THRESHOLD_QUANTILE;
/** Smallest shape of scores that have a largest value, like the logit of a forest score of few distinct paths. */
export const BOUNDED_SHAPE = -0.3;
const MAX_SHAPE = 0.4;
/** Beyond this many mean excesses ranks grow by the logarithm, so that one member cannot drown the others. */
const RANK_SPAN = 10;

/**
 * Tail of the scores of one training pass, fixed until the next fit: turns a raw score into a surprisal.
 *
 * Below the 98 % quantile the share of training scores at or above the value speaks, above it a generalised Pareto tail
 * fitted by moments. The strangest `contamination` of the training scores is left out of the fit; it is never an alarm
 * threshold.
 *
 * Ref: Hosking & Wallis 1987, Technometrics 29(3), moments: `xi = .5 (1 - m^2/s^2)`, `beta = m (1 - xi)`.
 * Deviation: xi is held in 0 .. .4 (-.3 .. .4 in the design, which only bounded scores keep).
 */
export class FittedTail {
  private readonly sorted: Float64Array;
  private readonly threshold: number;
  private readonly shape: number;
  private readonly scale: number;

  private readonly meanExcess: number;

  private constructor(sorted: Float64Array, threshold: number, shape: number, scale: number) {
    this.sorted = sorted;
    this.threshold = threshold;
    this.shape = shape;
    this.scale = scale;
    this.meanExcess = Math.max(scale / (1 - shape), 1e-9);
  }

  /** Whether the scores can tell the strange apart at all: not when 2 % of them already lie at their maximum. */
  get isResolved(): boolean {
    return this.threshold < (this.sorted[this.sorted.length - 1] ?? 0);
  }

  /**
   * Fits the tail.
   *
   * @param scores  training scores; NaN (no score) is left out
   * @param contamination  share of the largest that is dropped first, 0 to 0.5
   * @param minShape  smallest shape; 0 (default) for scores without a largest value, so that the tail never ends: a sample
   *   that was trimmed or happens to be short-tailed must not make everything beyond it impossible
   * @throws RangeError when no score is left
   * Cost O(n log n).
   */
  static fit(scores: Float64Array, contamination: number, minShape = 0): FittedTail {
    const all = scores.filter((score) => Number.isFinite(score)).sort();
    const kept = all.subarray(0, Math.floor(all.length * (1 - contamination)));
    if (kept.length === 0) {
      throw new RangeError('a tail needs at least one training score');
    }
    const threshold = quantileSorted(kept, THRESHOLD_QUANTILE);
    const from = firstAfter(kept, threshold);
    const { shape, scale } = fitMoments(kept.subarray(from), threshold, minShape);
    return new FittedTail(kept, threshold, shape, scale);
  }

  /**
   * Surprisal of a raw score.
   *
   * @param raw  NaN where there is no score
   * @returns -log10 p, 0 to 12; NaN for NaN
   * Cost O(log n).
   */
  surprisal(raw: number): number {
    const surprisal = this.tailSurprisal(raw);
    return surprisal > MAX_SURPRISAL ? MAX_SURPRISAL : surprisal;
  }

  /**
   * Ranks raw scores beyond any cap: like {@link surprisal} up to the threshold, above it by the excess in units
   * of the mean excess, which never ends where the fitted tail is bounded. For ordering only; NaN for NaN.
   * Cost O(log n).
   */
  rank(raw: number): number {
    if (!(raw > this.threshold)) {
      return this.tailSurprisal(raw);
    }
    const excess = (raw - this.threshold) / this.meanExcess;
    return -Math.log10(EXCEED_RATE) + RANK_SPAN * Math.log10(1 + excess / RANK_SPAN);
  }

  /** The raw score that a share of the training scores does not exceed. */
  quantile(share: number): number {
    return quantileSorted(this.sorted, share);
  }

  /** Appends the tail to a state. */
  save(writer: StateWriter): void {
    writer.number(this.threshold).number(this.shape).number(this.scale).float64(this.sorted);
  }

  /** Reads what {@link save} wrote. */
  static load(reader: StateReader): FittedTail {
    const [threshold, shape, scale] = [reader.number(), reader.number(), reader.number()];
    return new FittedTail(reader.float64(), threshold, shape, scale);
  }

  private tailSurprisal(raw: number): number {
    if (Number.isNaN(raw)) {
      return NaN;
    }
    if (raw <= this.threshold) {
      const n = this.sorted.length;
      return -Math.log10((n - firstAtLeast(this.sorted, raw)) / n);
    }
    const excess = (raw - this.threshold) / this.scale;
    const inside = 1 + this.shape * excess;
    if (Math.abs(this.shape) < 1e-3) {
      return -Math.log10(EXCEED_RATE) + excess * Math.LOG10E;
    }
    return inside <= 0 ? MAX_SURPRISAL : -Math.log10(EXCEED_RATE) + Math.log10(inside) / this.shape;
  }
}

function fitMoments(upper: Float64Array, threshold: number, minShape: number): { shape: number; scale: number } {
  const n = upper.length;
  let sum = 0;
  let squares = 0;
  for (const value of upper) {
    sum += value - threshold;
  }
  const mean = n > 0 ? sum / n : 0;
  for (const value of upper) {
    squares += (value - threshold - mean) ** 2;
  }
  const variance = n > 0 ? squares / n : 0;
  const raw = 0.5 * (1 - (mean * mean) / Math.max(variance, 1e-12));
  const shape = Math.max(minShape, Math.min(MAX_SHAPE, raw));
  return { shape, scale: Math.max(mean * (1 - shape), 1e-9) };
}

/** Index of the first value >= `bound`. */
function firstAtLeast(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < bound) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
