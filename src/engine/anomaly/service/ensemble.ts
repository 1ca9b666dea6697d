import { toSurprisal } from '../score-map.ts';
import { MEMBERS } from './member-streams.ts';
import type { StateReader, StateWriter } from './state-bytes.ts';
import { BOUNDED_SHAPE, FittedTail } from './tail-fit.ts';

/** Weights of sub-PCA 6, sub-PCA 24, forest, EWMA mean, seasonal maximum and LSTM. */
const WEIGHTS: readonly number[] = [2, 2, 0.5, 0.5, 1, 1];
/** Smallest shapes of their tails: forest scores and the seasonal maximum are bounded. */
const MIN_SHAPES: readonly number[] = [0, 0, BOUNDED_SHAPE, 0, BOUNDED_SHAPE, 0];
const SMOOTHED_STEPS = 3;
/** Weights of the last rows, oldest first: the newest counts most, one row alone only half. */
const SMOOTHING: readonly number[] = [1, 2, 3];
/** Training scores below which a member has no tail and stays silent. */
const MIN_TAIL_SCORES = 60;
/** Surprisal of the threshold above which tails are fitted: below it rank and surprisal agree. */
const RANKED_FROM = -Math.log10(0.02);
/** A single opinion never reaches the warning level. */
const SINGLE_MEMBER_LIMIT = toSurprisal(0.69);

/**
 * Combines the members of a service: each raw value through its own tail, the weighted mean of the surprisals, the weighted mean of the last three rows, and a last tail, because a mean of calibrated numbers is not calibrated itself.
 *
 * Members that have nothing to say leave the mean. Cost O(members log rows) per step, no allocation.
 * Ref: detection 6.6. Deviation: weights 2, 1, 1, 1, 1 there; forest and EWMA, which alarm most in a changed regime, count
 * half; the newest of the three rows counts most (all alike there).
 */
export class Ensemble {
  /** Surprisal of every member at the last step; NaN = nothing to say. */
  readonly surprisals = new Float64Array(MEMBERS.length).fill(NaN);
  /** Share of every member in the weighted mean of the last step; sums to 1 where a member spoke. */
  readonly shares = new Float64Array(MEMBERS.length);
  /** The smoothed mean before the last tail and without the cap of 12; NaN = unknown. */
  ranking = NaN;
  private readonly tails: readonly (FittedTail | undefined)[];
  private finalTail: FittedTail | undefined;
  private readonly recent = new Float64Array(SMOOTHED_STEPS);
  private readonly recentRanks = new Float64Array(SMOOTHED_STEPS);
  private held = 0;
  private voices = 0;

  private constructor(tails: readonly (FittedTail | undefined)[], finalTail: FittedTail | undefined) {
    this.tails = tails;
    this.finalTail = finalTail;
  }

  /**
   * Fits all tails on the raw values of a training pass, which it then runs through.
   *
   * @param streams  per member one raw value per training row, NaN = nothing to say
   * @param rowCount  rows of the training pass
   * @param contamination  share of the strangest scores that every tail leaves out
   * @returns the ensemble in the state after the last training row; undefined when no member could be calibrated
   * Cost O(members rows log rows).
   */
  static fit(streams: readonly Float64Array[], rowCount: number, contamination: number): Ensemble | undefined {
    const tails = streams.map((stream, k) => {
      const known = stream.reduce((count, raw) => count + (Number.isFinite(raw) ? 1 : 0), 0);
      const tail = known >= MIN_TAIL_SCORES ? FittedTail.fit(stream, contamination, MIN_SHAPES[k]) : undefined;
      return tail?.isResolved ? tail : undefined;
    });
    const ensemble = new Ensemble(tails, undefined);
    const raw = new Float64Array(MEMBERS.length);
    const means = new Float64Array(rowCount).fill(NaN);
    for (let row = 0; row < rowCount; row += 1) {
      streams.forEach((stream, k) => (raw[k] = stream[row] ?? NaN));
      means[row] = ensemble.smoothedMean(raw);
    }
    if (!means.some((mean) => Number.isFinite(mean))) {
      return undefined;
    }
    ensemble.finalTail = FittedTail.fit(means, contamination);
    return ensemble;
  }

  /** Quantile of the training scores of a member; NaN where it has no tail. */
  trainingQuantile(member: number, share: number): number {
    return this.tails[member]?.quantile(share) ?? NaN;
  }

  /**
   * Surprisal of a row.
   *
   * @param raw  one raw value per member; NaN = nothing to say
   * @returns 0 to 12; NaN when no member spoke; below the warning level when only one did
   */
  step(raw: Float64Array): number {
    const surprisal = this.finalTail?.surprisal(this.smoothedMean(raw)) ?? NaN;
    return this.voices < 2 && surprisal > SINGLE_MEMBER_LIMIT ? SINGLE_MEMBER_LIMIT : surprisal;
  }

  /** Appends tails and state. */
  save(writer: StateWriter): void {
    writer.int(this.tails.length);
    for (const tail of [...this.tails, this.finalTail]) {
      writer.int(tail ? 1 : 0);
      tail?.save(writer);
    }
    writer.float64(this.recent).float64(this.recentRanks).int(this.held);
  }

  /** Reads what {@link save} wrote. */
  static load(reader: StateReader): Ensemble {
    const tails = Array.from({ length: Math.min(reader.int(), MEMBERS.length) + 1 }, () =>
      reader.int() === 1 ? FittedTail.load(reader) : undefined
    );
    const ensemble = new Ensemble(tails.slice(0, -1), tails[tails.length - 1]);
    ensemble.recent.set(reader.float64(SMOOTHED_STEPS));
    ensemble.recentRanks.set(reader.float64(SMOOTHED_STEPS));
    ensemble.held = reader.int();
    return ensemble;
  }

  private smoothedMean(raw: Float64Array): number {
    let weights = 0;
    let sum = 0;
    let ranks = 0;
    this.voices = 0;
    for (let k = 0; k < MEMBERS.length; k += 1) {
      const surprisal = this.tails[k]?.surprisal(raw[k] ?? NaN) ?? NaN;
      const weight = Number.isNaN(surprisal) ? 0 : (WEIGHTS[k] ?? 0);
      this.surprisals[k] = surprisal;
      this.shares[k] = weight > 0 ? weight * surprisal : 0;
      if (weight > 0) {
        weights += weight;
        sum += weight * surprisal;
        ranks += weight * this.rankOf(k, raw[k] ?? NaN, surprisal);
        this.voices += 1;
      }
    }
    this.shareOut(sum, weights);
    if (Number.isNaN(raw[0] ?? NaN)) {
      // The short window starts anew: what was before a gap is not mixed with what comes after.
      this.held = 0;
    }
    if (weights === 0) {
      this.ranking = NaN;
      return NaN;
    }
    return this.smooth(sum / weights, ranks / weights);
  }

  private rankOf(member: number, raw: number, surprisal: number): number {
    return surprisal > RANKED_FROM ? (this.tails[member]?.rank(raw) ?? surprisal) : surprisal;
  }

  private shareOut(sum: number, weights: number): void {
    for (let k = 0; k < MEMBERS.length; k += 1) {
      const spoke = !Number.isNaN(this.surprisals[k] ?? NaN);
      const even = weights > 0 ? (WEIGHTS[k] ?? 0) / weights : 0;
      this.shares[k] = !spoke ? 0 : sum > 0 ? (this.shares[k] ?? 0) / sum : even;
    }
  }

  private smooth(mean: number, rank: number): number {
    this.recent.copyWithin(0, 1);
    this.recentRanks.copyWithin(0, 1);
    this.recent[SMOOTHED_STEPS - 1] = mean;
    this.recentRanks[SMOOTHED_STEPS - 1] = rank;
    this.held = Math.min(SMOOTHED_STEPS, this.held + 1);
    let weights = 0;
    let sum = 0;
    let ranks = 0;
    for (let i = SMOOTHED_STEPS - this.held; i < SMOOTHED_STEPS; i += 1) {
      const weight = SMOOTHING[i] ?? 0;
      weights += weight;
      sum += weight * (this.recent[i] ?? 0);
      ranks += weight * (this.recentRanks[i] ?? 0);
    }
    this.ranking = ranks / weights;
    return sum / weights;
  }
}
