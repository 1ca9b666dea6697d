import type { StateReader, StateWriter } from '../stats/state-bytes.ts';

/** Bins remembered: a week of five minutes. */
const CAPACITY = 2016;
const OPEN_AT = 3;
const CLOSE_BELOW = 2;
const CLOSE_AFTER = 3;
/** An episode that lasts longer counts again every so many bins. */
const EPISODE_BINS = 12;
/** One-sided 95 % quantile of the normal distribution. */
const Z95 = 1.645;

/**
 * Holds claims of surprise against the past: what has happened often is not as rare as claimed.
 *
 * A claim of surprisal u says "once in 10^u bins". The check counts the episodes of the last 2,016 bins that claimed as much,
 * takes the lower 95 % bound of their rate (so that a few past incidents do not silence the next one), and lowers the claim
 * to it. It never raises a claim. An episode counts with its first bin, and again every hour that it lasts; the open one
 * does not speak against itself. It ends after three bins below 2.
 *
 * Cost O(2016) for claims of 2 and more, else O(1); 8 kB. Ref: declustering of peaks over threshold, Coles 2001, section
 * 5.3.2; Poisson bound by Wilson & Hilferty. Deviation from detection 11 ("combine by maximum, then calibrate"): a tail
 * calibrator on the maximum would raise ordinary claims on quiet streams, where all but a few values are 0, and silence the
 * second incident of a day.
 */
export class ClaimCheck {
  private readonly claims = new Float32Array(CAPACITY);
  private total = 0;
  /** Bins of the open episode; 0 where none is open. */
  private age = 0;
  private low = 0;

  /** Whether calibrators may learn from this bin: not inside the first hour of an episode. */
  get isLearning(): boolean {
    return this.age === 0 || this.age > EPISODE_BINS;
  }

  /** Lowers a claim to what the past allows. @param claim  surprisal, >= 0 */
  check(claim: number): number {
    if (claim < CLOSE_BELOW) {
      return claim;
    }
    const own = this.age > 0 && this.age <= EPISODE_BINS ? (this.total - this.age) % CAPACITY : -1;
    const least = Math.fround(claim);
    let episodes = 0;
    for (let i = 0; i < CAPACITY; i += 1) {
      episodes += i !== own && (this.claims[i] ?? 0) >= least ? 1 : 0;
    }
    if (episodes === 0) {
      return claim;
    }
    const root = Math.max(0.1, 1 - 1 / (9 * episodes) - Z95 / (3 * Math.sqrt(episodes)));
    return Math.max(0, Math.min(claim, -Math.log10((episodes * root ** 3) / CAPACITY)));
  }

  /** Takes in the claim of one bin, as it was made. */
  push(claim: number): void {
    this.claims[this.total % CAPACITY] = this.age % EPISODE_BINS === 0 ? claim : 0;
    this.total += 1;
    this.low = claim < CLOSE_BELOW ? this.low + 1 : 0;
    const isOpen = this.age > 0 ? this.low < CLOSE_AFTER : claim >= OPEN_AT;
    this.age = isOpen ? this.age + 1 : 0;
  }

  write(writer: StateWriter): void {
    writer.f64(this.total).f64(this.age).u32(this.low).f32s(this.claims);
  }

  /** @throws RangeError when the bytes are no such state */
  read(reader: StateReader): void {
    this.total = reader.f64();
    this.age = reader.f64();
    this.low = reader.u32();
    reader.f32s(this.claims);
  }
}
