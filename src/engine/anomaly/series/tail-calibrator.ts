import { fitParetoTail, paretoQuantile, paretoSurvival, type ParetoTail } from '../../stats/generalised-pareto.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { MAX_SURPRISAL } from '../score-map.ts';

const THRESHOLD_QUANTILE = 0.98;
const REFIT_EVERY = 50;

/** Places that enter or leave at a refit: working space of one call, shared by all calibrators. */
const FRESH = new Uint16Array(REFIT_EVERY);

/** Raw values a calibrator must have seen before it answers. */
export const CALIBRATION_NEED = 60;

/**
 * Turns the raw values of a detector into surprisals `u = -log10 p` by its own history (peaks over threshold).
 *
 * Below the 98 % quantile the empirical rank speaks, above it a generalised Pareto tail. A value is judged with the fit
 * made from earlier values and then enters the ring **as it is**: winsorising it would keep the tail from ever learning
 * its scale. Six bytes per value.
 *
 * Cost O(log W) per answer, O(W) every 50 values. Ref: Siffer et al. 2017, KDD, "Anomaly Detection in Streams with
 * Extreme Value Theory"; Hosking & Wallis 1987, probability-weighted moments; clamps of detection 5.1:
 * `xi = clamp(xi, 0, .5)`, `beta = max(beta, .5 a0 (1 - xi))`, below four excesses `xi = .1`.
 */
export class TailCalibrator {
  private readonly capacity: number;
  private readonly leastShape: number;
  /** Values in order of arrival, up to the last refit. */
  private readonly ring: Float32Array;
  /** Places in the ring, by rank. */
  private readonly order: Uint16Array;
  /** Values since the last refit. */
  private readonly pending = new Float32Array(REFIT_EVERY);
  private fitted = 0;
  private waiting = 0;
  private next = 0;
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
    this.ring = new Float32Array(capacity);
    this.order = new Uint16Array(capacity);
  }

  /** Raw values known. */
  get size(): number {
    return Math.min(this.capacity, this.fitted + this.waiting);
  }

  /** Takes in one raw value, >= 0; NaN is ignored. */
  push(raw: number): void {
    if (Number.isNaN(raw)) {
      return;
    }
    this.pending[this.waiting] = Math.min(raw, 1e30);
    this.waiting += 1;
    this.total += 1;
    const isFirst = this.exceedRate === 0 && this.waiting + this.fitted >= CALIBRATION_NEED;
    if (this.waiting === REFIT_EVERY || isFirst || this.total % REFIT_EVERY === 1) {
      this.absorb();
      if (this.fitted >= CALIBRATION_NEED) {
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
      const rank = Math.min(this.fitted - 1, Math.max(0, Math.floor((1 - p) * (this.fitted - 1))));
      return this.at(rank);
    }
    return this.threshold + paretoQuantile(this.tail, p / this.exceedRate);
  }

  /** The remembered raw values, oldest first. */
  values(): number[] {
    const start = this.fitted === this.capacity ? this.next : 0;
    const old = Array.from({ length: this.fitted }, (_, i) => this.ring[(start + i) % this.capacity] ?? 0);
    return [...old, ...this.pending.subarray(0, this.waiting)].slice(-this.capacity);
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    const start = this.fitted === this.capacity ? this.next : 0;
    const old = Float32Array.from({ length: this.fitted }, (_, i) => this.ring[(start + i) % this.capacity] ?? 0);
    writer.u32(this.total).f32s(old).f32s(this.pending, this.waiting);
  }

  /** Takes the state back. Throws RangeError when it does not fit. */
  read(reader: StateReader): void {
    this.total = reader.u32();
    this.fitted = reader.f32s(this.ring);
    this.waiting = reader.f32s(this.pending);
    this.next = this.fitted === this.capacity ? 0 : this.fitted;
    const places = Array.from({ length: this.fitted }, (_, i) => i);
    places.sort((left, right) => (this.ring[left] ?? 0) - (this.ring[right] ?? 0) || left - right);
    this.order.set(places);
    this.exceedRate = 0;
    if (this.fitted >= CALIBRATION_NEED) {
      this.refit();
    }
  }

  private judge(raw: number): number {
    const p =
      raw > this.threshold
        ? this.exceedRate * paretoSurvival(this.tail, raw - this.threshold)
        : (this.fitted - (raw <= this.smallest ? 0 : this.countBelow(raw)) + 0.5) / (this.fitted + 1);
    return p >= 1 ? 0 : Math.min(MAX_SURPRISAL, -Math.log10(p > 1e-12 ? p : 1e-12));
  }

  private at(rank: number): number {
    return this.ring[this.order[rank] ?? 0] ?? 0;
  }

  private countBelow(value: number): number {
    let low = 0;
    let high = this.fitted;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Replaces the oldest values by the pending ones and merges them into the order. */
  private absorb(): void {
    const { capacity, waiting } = this;
    const kept = this.dropOldest(Math.max(0, this.fitted + waiting - capacity));
    for (let i = 0; i < waiting; i += 1) {
      const place = (this.next + i) % capacity;
      this.ring[place] = this.pending[i] ?? 0;
      FRESH[i] = place;
    }
    this.sortByValue(FRESH, waiting);
    this.fitted = kept + waiting;
    this.next = (this.next + waiting) % capacity;
    this.waiting = 0;
    this.merge(kept, waiting);
  }

  /** Takes the oldest places out of the order; returns how many stay. */
  private dropOldest(dropped: number): number {
    const { order, capacity, fitted } = this;
    const from = (this.next - fitted + capacity) % capacity;
    for (let i = 0; i < dropped; i += 1) {
      FRESH[i] = (from + i) % capacity;
    }
    this.sortByValue(FRESH, dropped);
    let kept = 0;
    let start = 0;
    let before = NaN;
    for (let i = 0; i < dropped; i += 1) {
      const value = this.valueAt(FRESH[i]);
      // Among equal values the oldest comes first: their ranks follow each other.
      const rank = value === before ? start : this.countBelow(value);
      order.copyWithin(kept, start, rank);
      kept += rank - start;
      start = rank + 1;
      before = value;
    }
    if (dropped > 0) {
      order.copyWithin(kept, start, fitted);
    }
    return kept + fitted - start;
  }

  /** Sorts the first places by their values, by insertion; equal values keep their order. */
  private sortByValue(places: Uint16Array, count: number): void {
    const { ring } = this;
    for (let i = 1; i < count; i += 1) {
      const place = places[i] ?? 0;
      const value = ring[place] ?? 0;
      let at = i;
      while (at > 0 && (ring[places[at - 1] ?? 0] ?? 0) > value) {
        places[at] = places[at - 1] ?? 0;
        at -= 1;
      }
      places[at] = place;
    }
  }

  /** Merges the ascending fresh places into the `kept` first ranks of the order; among equal values the oldest comes first. */
  private merge(kept: number, count: number): void {
    const { order } = this;
    let end = kept;
    for (let fresh = count - 1; fresh >= 0; fresh -= 1) {
      const place = FRESH[fresh] ?? 0;
      const rank = this.countAtMost(this.valueAt(place), end);
      order.copyWithin(rank + fresh + 1, rank, end);
      order[rank + fresh] = place;
      end = rank;
    }
  }

  /** How many of the first `end` ranks are not larger than a value. */
  private countAtMost(value: number, end: number): number {
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private valueAt(place: number | undefined): number {
    return this.ring[place ?? 0] ?? 0;
  }

  private refit(): void {
    const n = this.fitted;
    const k = Math.floor(THRESHOLD_QUANTILE * (n - 1));
    const threshold = this.at(k);
    let first = k + 1;
    while (first < n && this.at(first) <= threshold) {
      first += 1;
    }
    const excesses: number[] = [];
    for (let rank = first; rank < n; rank += 1) {
      excesses.push(this.at(rank) - threshold);
    }
    this.threshold = threshold;
    this.smallest = this.at(0);
    this.lastRaw = NaN;
    this.exceedRate = Math.max(excesses.length, 1) / n;
    this.tail = fitParetoTail(excesses, threshold, this.leastShape);
  }
}
