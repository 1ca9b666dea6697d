import type { StateReader, StateWriter } from './state-bytes.ts';

/** Settings of the EWMA of every feature. */
export interface EwmaSettings {
  /** Weight of the newest value in the mean, 0 to 1; documented 0.2. */
  readonly lambda: number;
  /** Standard deviations at which a feature is flagged; documented 3. */
  readonly sigma: number;
}

const MIN_RATE = 1 / 200;
const SCORED_AFTER = 50;
const CLIPPED_AFTER = 100;
const CLIP = 4;
const SCALE_FLOOR = 0.02;
/** A flag stands for 15 minutes. */
const FLAG_MS = 900_000;

/**
 * EWMA of every feature of a service, on robust z: how far a feature jumped from its recent mean, and whether it did so
 * on 2 of the last 3 scored points (the flag of the hybrid verdict).
 *
 * Cost O(1) per feature and step. Ref: A3.3, Roberts 1959; `v += max(1/200, 1/n) (d'^2 - v)` with
 * `d' = clip(d, 4 sigma)`. Deviation: the documented `(1-lambda)(v + lambda d^2)` fires 48 times per healthy service and
 * day; this one, with 2 of 3, 0.08 times.
 */
export class FeatureEwma {
  /** z of every feature at the last step; NaN where it is missing or still warming up. */
  readonly deviations: Float64Array;
  private readonly settings: EwmaSettings;
  private readonly means: Float64Array;
  private readonly variances: Float64Array;
  private readonly counts: Float64Array;
  /** Bit i: whether the deviation i scored points ago was above sigma. */
  private readonly history: Uint8Array;
  private readonly flaggedAtMs: Float64Array;
  /** Rows that are still taken in without being judged. */
  private silentRows = 0;

  /**
   * @param width  number of features
   * @param settings  lambda and sigma
   */
  constructor(width: number, settings: EwmaSettings) {
    this.settings = settings;
    this.deviations = new Float64Array(width).fill(NaN);
    this.means = new Float64Array(width);
    this.variances = new Float64Array(width);
    this.counts = new Float64Array(width);
    this.history = new Uint8Array(width);
    this.flaggedAtMs = new Float64Array(width).fill(-Infinity);
  }

  /** Judges one row of robust z and takes it in; features with `present[j] = 0` keep their state. */
  step(atMs: number, z: Float64Array, present: Uint8Array): void {
    const silent = this.silentRows > 0;
    this.silentRows -= silent ? 1 : 0;
    for (let j = 0; j < this.means.length; j += 1) {
      this.deviations[j] = present[j] === 1 ? this.stepFeature(j, atMs, z[j] ?? 0, silent) : NaN;
    }
  }

  /** Mean deviation over the features that have one; NaN when none has. */
  mean(): number {
    let sum = 0;
    let count = 0;
    for (const deviation of this.deviations) {
      if (!Number.isNaN(deviation)) {
        sum += deviation;
        count += 1;
      }
    }
    return count > 0 ? sum / count : NaN;
  }

  /** Whether the flag of a feature was up within the last 15 minutes. */
  isFlagged(feature: number, atMs: number): boolean {
    return atMs - (this.flaggedAtMs[feature] ?? -Infinity) < FLAG_MS;
  }

  /** Features that have a deviation at the last step. */
  scoredCount(): number {
    return this.deviations.reduce((count, deviation) => count + (Number.isNaN(deviation) ? 0 : 1), 0);
  }

  /** After a gap: variances are widened by a factor, and the next rows are taken in without being judged. */
  resume(factor: number, silentRows: number): void {
    this.silentRows = silentRows;
    this.variances.forEach((variance, j) => (this.variances[j] = variance * factor));
  }

  /** Forgets everything, as after a gap of more than a day. */
  reset(): void {
    this.silentRows = 0;
    this.counts.fill(0);
    this.history.fill(0);
    this.deviations.fill(NaN);
    this.flaggedAtMs.fill(-Infinity);
  }

  /** Appends the state. */
  save(writer: StateWriter): void {
    const { deviations, means, variances, counts, history, flaggedAtMs } = this;
    writer.float64(deviations).float64(means).float64(variances).float64(counts).raw(history).float64(flaggedAtMs);
    writer.int(this.silentRows);
  }

  /** Reads what {@link save} wrote, into this. */
  restore(reader: StateReader): void {
    const width = this.means.length;
    for (const target of [this.deviations, this.means, this.variances, this.counts]) {
      target.set(reader.float64(width));
    }
    this.history.set(reader.raw(width));
    this.flaggedAtMs.set(reader.float64(width));
    this.silentRows = reader.int();
  }

  private stepFeature(j: number, atMs: number, value: number, silent: boolean): number {
    const n = this.counts[j] ?? 0;
    this.counts[j] = n + 1;
    if (n === 0) {
      this.means[j] = value;
      this.variances[j] = 0;
      return NaN;
    }
    const mean = this.means[j] ?? 0;
    const variance = this.variances[j] ?? 0;
    const distance = value - mean;
    const scale = Math.max(Math.sqrt(variance), SCALE_FLOOR);
    const clipped = n > CLIPPED_AFTER ? Math.max(-CLIP * scale, Math.min(CLIP * scale, distance)) : distance;
    this.variances[j] = variance + Math.max(MIN_RATE, 1 / n) * (clipped * clipped - variance);
    this.means[j] = mean + this.settings.lambda * distance;
    if (n <= SCORED_AFTER || silent) {
      return NaN;
    }
    const deviation = Math.abs(distance) / scale;
    this.flag(j, atMs, deviation);
    return deviation;
  }

  private flag(j: number, atMs: number, deviation: number): void {
    const recent = (((this.history[j] ?? 0) << 1) | (deviation > this.settings.sigma ? 1 : 0)) & 7;
    this.history[j] = recent;
    if ((recent & 1) + ((recent >> 1) & 1) + (recent >> 2) >= 2) {
      this.flaggedAtMs[j] = atMs;
    }
  }
}
