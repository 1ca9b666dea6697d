import { fitParetoTail, paretoQuantile, paretoSurvival, type ParetoTail } from '../stats/generalised-pareto.ts';
import { SortedWindow } from '../stats/sorted-window.ts';
import { MAX_SURPRISAL } from './score-map.ts';

const THRESHOLD_QUANTILE = 0.98;
const REFIT_EVERY = 50;

/** Raw values a calibrator must have seen before it answers. */
export const CALIBRATION_NEED = 60;

/**
 * Turns the raw values of a detector into surprisals `u = -log10 p` by its own history (peaks over threshold).
 *
 * Below the 98 % quantile the empirical rank speaks, above it a generalised Pareto tail; a value is judged with the fit
 * made from earlier values. Feed raw values as they are: winsorising them would keep the tail from ever learning its
 * scale.
 *
 * Cost O(log W) per answer, O(W) per push, a refit every 50 pushes. Ref: Siffer et al. 2017, KDD, "Anomaly Detection in
 * Streams with Extreme Value Theory"; fit as in {@link fitParetoTail}.
 */
export class TailCalibrator {
  private readonly window: SortedWindow;
  private threshold = 0;
  private exceedRate = 0;
  private tail: ParetoTail = { shape: 0.1, scale: 1 };
  private untilRefit = 0;

  /** @param capacity  raw values remembered, default 4032 */
  constructor(capacity = 4032) {
    this.window = new SortedWindow(capacity);
  }

  /** Raw values known. */
  get size(): number {
    return this.window.size;
  }

  /** Takes in one raw value, >= 0 and finite. */
  push(raw: number): void {
    this.window.push(raw);
    this.untilRefit -= 1;
    if (this.window.size >= CALIBRATION_NEED && this.untilRefit <= 0) {
      this.refit();
    }
  }

  /** Surprisal of a raw value, 0 to 12, or undefined while fewer than 60 values are known. */
  surprisal(raw: number): number | undefined {
    if (this.window.size < CALIBRATION_NEED) {
      return undefined;
    }
    const n = this.window.size;
    const p =
      raw > this.threshold
        ? this.exceedRate * paretoSurvival(this.tail, raw - this.threshold)
        : (n - this.window.countBelow(raw) + 0.5) / (n + 1);
    return Math.min(MAX_SURPRISAL, Math.max(0, -Math.log10(Math.max(p, 1e-12))));
  }

  /**
   * Raw value that has this surprisal; the inverse of {@link surprisal}. Undefined while fewer than 60 values are
   * known.
   */
  rawAt(surprisal: number): number | undefined {
    if (this.window.size < CALIBRATION_NEED) {
      return undefined;
    }
    const p = 10 ** -surprisal;
    if (p >= this.exceedRate) {
      return this.window.quantile(Math.max(0, 1 - p));
    }
    return this.threshold + paretoQuantile(this.tail, p / this.exceedRate);
  }

  private refit(): void {
    const sorted = this.window.ascending();
    const k = Math.floor(THRESHOLD_QUANTILE * (sorted.length - 1));
    this.threshold = sorted[k] ?? 0;
    const excesses = sorted
      .slice(k + 1)
      .filter((value) => value > this.threshold)
      .map((value) => value - this.threshold);
    this.exceedRate = Math.max(excesses.length, 1) / sorted.length;
    this.tail = fitParetoTail(excesses, this.threshold);
    this.untilRefit = REFIT_EVERY;
  }
}
