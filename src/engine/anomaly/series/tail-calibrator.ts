import { fitParetoTail, paretoQuantile, paretoSurvival, type ParetoTail } from '../../stats/generalised-pareto.ts';
import { RankedRing } from '../../stats/ranked-ring.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { MAX_SURPRISAL } from '../score-map.ts';

const THRESHOLD_QUANTILE = 0.98;
const REFIT_EVERY = 50;

/** Raw values a calibrator must have seen before it answers. */
export const CALIBRATION_NEED = 60;

/**
 * Turns the raw values of a detector into surprisals `u = -log10 p` by its own history (peaks over threshold).
 *
 * Below the 98 % quantile the empirical rank speaks, above it a generalised Pareto tail. A value is judged with the fit
 * made from earlier values and then enters the ring **as it is**: winsorising it would keep the tail from ever learning
 * its scale. Six bytes per value that is not zero.
 *
 * Cost O(log W) per answer, O(W) every 50 values. Ref: Siffer et al. 2017, KDD, "Anomaly Detection in Streams with
 * Extreme Value Theory"; Hosking & Wallis 1987, probability-weighted moments; clamps of detection 5.1:
 * `xi = clamp(xi, 0, .5)`, `beta = max(beta, .5 a0 (1 - xi))`, below four excesses `xi = .1`.
 */
export class TailCalibrator {
  private readonly capacity: number;
  private readonly leastShape: number;
  /** Values up to the last refit. */
  private readonly ring: RankedRing;
  /** Values since the last refit. */
  private readonly pending = new Float32Array(REFIT_EVERY);
  private waiting = 0;
  private total = 0;
  private threshold = 0;
  /** Least of the fitted values: where raw values are mostly zero, most answers need no search. */
  private smallest = 0;
  private exceedRate = 0;
  /** The last answer since the refit: raw values repeat. */
  private lastRaw = NaN;
  private lastSurprisal = NaN;
  private tail: ParetoTail = { shape: 0.1, scale: 1 };

  /**
   * @param capacity  raw values remembered, 60 to 65,535; default 4032
   * @param leastShape  lightest tail that is believed; default 0. Short histories make tails look light: with a larger
   *   value they alarm later
   * @throws RangeError when the capacity is outside
   */
  constructor(capacity = 4032, leastShape = 0) {
    if (!(capacity >= CALIBRATION_NEED && capacity <= 65_535)) {
      throw new RangeError('TailCalibrator needs a capacity from 60 to 65535');
    }
    this.capacity = capacity;
    this.leastShape = leastShape;
    this.ring = new RankedRing(capacity);
  }

  /** Raw values known. */
  get size(): number {
    return Math.min(this.capacity, this.ring.size + this.waiting);
  }

  /** Takes in one raw value, >= 0; NaN is ignored. */
  push(raw: number): void {
    if (Number.isNaN(raw)) {
      return;
    }
    this.pending[this.waiting] = Math.min(raw, 1e30);
    this.waiting += 1;
    this.total += 1;
    const isFirst = this.exceedRate === 0 && this.waiting + this.ring.size >= CALIBRATION_NEED;
    if (this.waiting === REFIT_EVERY || isFirst || this.total % REFIT_EVERY === 1) {
      this.ring.push(this.pending, this.waiting);
      this.waiting = 0;
      if (this.ring.size >= CALIBRATION_NEED) {
        this.refit();
      }
    }
  }

  /** Surprisal of a raw value, 0 to 12; NaN while fewer than 60 values are known or for NaN. */
  surprisal(raw: number): number {
    if (this.exceedRate === 0 || Number.isNaN(raw)) {
      return NaN;
    }
    const rounded = Math.fround(raw);
    if (rounded !== this.lastRaw) {
      this.lastRaw = rounded;
      this.lastSurprisal = this.judge(rounded);
    }
    return this.lastSurprisal;
  }

  /** Raw value that has a surprisal; NaN while fewer than 60 values are known. */
  rawAt(surprisal: number): number {
    if (this.exceedRate === 0) {
      return NaN;
    }
    const p = 10 ** -surprisal;
    if (p >= this.exceedRate) {
      const last = this.ring.size - 1;
      return this.ring.at(Math.min(last, Math.max(0, Math.floor((1 - p) * last))));
    }
    return this.threshold + paretoQuantile(this.tail, p / this.exceedRate);
  }

  /** The remembered raw values, oldest first. */
  values(): number[] {
    return [...this.ring.inTime(), ...this.pending.subarray(0, this.waiting)].slice(-this.capacity);
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.u32(this.total).f32s(this.ring.inTime()).f32s(this.pending, this.waiting);
  }

  /** Takes the state back. Throws RangeError when it does not fit. */
  read(reader: StateReader): void {
    this.total = reader.u32();
    this.ring.restore(reader.f32List(this.capacity));
    this.waiting = reader.f32s(this.pending);
    this.exceedRate = 0;
    if (this.ring.size >= CALIBRATION_NEED) {
      this.refit();
    }
  }

  private judge(raw: number): number {
    const p =
      raw > this.threshold
        ? this.exceedRate * paretoSurvival(this.tail, raw - this.threshold)
        : (this.ring.size - (raw <= this.smallest ? 0 : this.ring.countBelow(raw)) + 0.5) / (this.ring.size + 1);
    return p >= 1 ? 0 : Math.min(MAX_SURPRISAL, -Math.log10(p > 1e-12 ? p : 1e-12));
  }

  private refit(): void {
    const { ring } = this;
    const n = ring.size;
    const k = Math.floor(THRESHOLD_QUANTILE * (n - 1));
    const threshold = ring.at(k);
    let first = Math.max(k + 1, Math.min(ring.zeroCount, n));
    while (first < n && ring.at(first) <= threshold) {
      first += 1;
    }
    const excesses: number[] = [];
    for (let rank = first; rank < n; rank += 1) {
      excesses.push(ring.at(rank) - threshold);
    }
    this.threshold = threshold;
    this.smallest = ring.at(0);
    this.lastRaw = NaN;
    this.exceedRate = Math.max(excesses.length, 1) / n;
    this.tail = fitParetoTail(excesses, threshold, this.leastShape);
  }
}
