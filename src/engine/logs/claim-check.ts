import type { StateReader, StateWriter } from '../stats/state-bytes.ts';

/** Bins remembered: a week of five minutes. */
const CAPACITY = 2016;
const OPEN_AT = 3;
const CLOSE_BELOW = 2;
const CLOSE_AFTER = 3;
/** One-sided 95 % quantile of the normal distribution. */
const Z95 = 1.645;

/**
 * Holds claims of surprise against the past: what has happened often is not as rare as claimed.
 *
 * A claim of surprisal u says "once in 10^u bins". The check counts the episodes of the last 2,016 bins that claimed as
 * much, takes the lower 95 % bound of their rate (so that one or two past incidents do not silence the next one), and lowers the
 * claim to it. It never raises a claim. Only the first bin of an episode counts; one ends after three bins below 2.
 *
 * Cost O(2016) for claims of 2 and more, else O(1); 8 kB. Ref: declustering of peaks over threshold, Coles 2001, section 5.3.2;
 * Poisson bound by Wilson & Hilferty. Deviation from detection 11 ("combine by maximum, then calibrate"): a tail calibrator
 * on the maximum would raise ordinary claims on quiet streams, where all but a few values are 0, and silence the second
 * incident of a day.
 */
export class ClaimCheck {
  private readonly claims = new Float32Array(CAPACITY);
  private total = 0;
  private open = false;
  private low = 0;

  /** Lowers a claim to what the past allows. @param claim  surprisal, >= 0 */
  check(claim: number): number {
    if (claim < CLOSE_BELOW || this.total === 0) {
      return claim;
    }
    const bins = Math.min(this.total, CAPACITY);
    let episodes = 0;
    for (let i = 0; i < bins; i += 1) {
      episodes += (this.claims[i] ?? 0) >= Math.fround(claim) ? 1 : 0;
    }
    if (episodes === 0) {
      return claim;
    }
    const root = Math.max(0.1, 1 - 1 / (9 * episodes) - Z95 / (3 * Math.sqrt(episodes)));
    const rate = (episodes * root ** 3) / bins;
    return Math.max(0, Math.min(claim, -Math.log10(rate)));
  }

  /** Takes in the claim of one bin, as it was made. */
  push(claim: number): void {
    this.claims[this.total % CAPACITY] = this.open ? 0 : claim;
    this.total += 1;
    this.low = claim < CLOSE_BELOW ? this.low + 1 : 0;
    this.open = this.open ? this.low < CLOSE_AFTER : claim >= OPEN_AT;
  }

  write(writer: StateWriter): void {
    writer
      .f64(this.total)
      .u32(this.open ? 1 : 0)
      .u32(this.low)
      .f32s(this.claims);
  }

  /** @throws RangeError when the bytes are no such state */
  read(reader: StateReader): void {
    this.total = reader.f64();
    this.open = reader.u32() === 1;
    this.low = reader.u32();
    reader.f32s(this.claims);
  }
}
