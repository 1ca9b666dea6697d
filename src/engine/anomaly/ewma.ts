import type { EwmaMoments } from '../stats/ewma-moments.ts';
import { EMPTY_MOMENTS, stepEwmaMoments } from '../stats/ewma-moments.ts';

/** Settings of the EWMA detector. */
export interface EwmaOptions {
  /** Weight of the newest value in the mean; default 0.2. */
  readonly lambda?: number;
  /** Values in a day: the memory of the variance; default 5760 (15 s steps). */
  readonly pointsPerDay?: number;
  /** Smallest standard deviation to assume at a level, in the unit of the series. */
  readonly floor: (level: number) => number;
}

const WARM_UP = 30;
const MAX_RAW = 1e4;

/**
 * EWMA detector: signed deviation of a value from an exponentially weighted mean, in standard deviations.
 *
 * It fires at a jump and is back to normal about ten points later, so it dates changes; pair it with a slow level
 * detector where an excursion must stay visible. The value is judged before it enters the state.
 *
 * Cost O(1) per step. Ref: A3.3 (lambda 0.2, 3 sigma); Roberts 1959. Deviation: slow clipped variance instead of
 * `(1-lambda)(v + lambda d^2)`, see {@link stepEwmaMoments}.
 */
export class EwmaDetector {
  private moments: EwmaMoments = EMPTY_MOMENTS;
  private readonly options: EwmaOptions;

  constructor(options: EwmaOptions) {
    this.options = options;
  }

  /**
   * Judges one value and takes it in.
   *
   * @param value  finite, in the unit of the series
   * @returns signed z, -1e4 to 1e4; undefined for the first 30 values
   */
  step(value: number): number | undefined {
    const { mean, variance, count } = this.moments;
    const scale = Math.max(Math.sqrt(variance), this.options.floor(mean));
    const z = count > WARM_UP ? Math.max(-MAX_RAW, Math.min(MAX_RAW, (value - mean) / scale)) : undefined;
    this.moments = stepEwmaMoments(this.moments, value, this.options.lambda ?? 0.2, this.options.pointsPerDay ?? 5760);
    return z;
  }
}

/**
 * The documented EWMA flag: more than `sigmas` standard deviations on at least 2 of the last 3 scored points.
 *
 * @param zs  signed z of consecutive points, newest last; undefined where not scored
 * @param sigmas  default 3
 * @returns one flag per point
 * Cost O(n). Ref: A3.3 with the 2-of-3 rule (3.7 instead of 0.08 false flags per service and day without it).
 */
export function ewmaFlags(zs: readonly (number | undefined)[], sigmas = 3): boolean[] {
  return zs.map((_, i) => zs.slice(Math.max(0, i - 2), i + 1).filter((z) => Math.abs(z ?? 0) > sigmas).length >= 2);
}
