import type { DetectionTier, DetectorId, Harm, SignalKind, Unit } from '#model';

/** What a {@link SeriesModel} needs to know about its series. */
export interface SeriesConfig {
  /** Distance of two points, > 0. */
  readonly stepSeconds: number;
  /** `light`: range, KS drift, EWMA, slow range, roughness; `full`: discord and window forest as well. */
  readonly tier: DetectionTier;
  readonly unit?: Unit | undefined;
  readonly kind?: SignalKind | undefined;
  /** With it, only harmful and material deviations alarm; without it, the score is purely statistical. */
  readonly harm?: Harm | undefined;
  /** The values are those of a growing counter; its rate per second is judged. */
  readonly counter?: boolean | undefined;
  /** Floor times to the step; default true. False where every row is due a score, whatever its time. */
  readonly grid?: boolean | undefined;
  /** Default: the members of the tier. Any set of single-series detectors for backtests and benches. */
  readonly detectors?: readonly DetectorId[] | undefined;
  /** Seconds that local time is ahead of UTC at an instant; default 0. */
  readonly utcOffsetSeconds?: ((atMs: number) => number) | undefined;
  /** Settings of the EWMA detector; default 0.2 and 3. */
  readonly ewma?: { readonly lambda?: number; readonly sigma?: number } | undefined;
  /** Points before the window forest is fitted for the first time; default 750. */
  readonly warmUpPoints?: number | undefined;
  /** Random seed of the window forest; default 42. */
  readonly seed?: number | undefined;
  /** Points after which a sustained critical excursion is the new normal; default 480. */
  readonly acceptAfter?: number | undefined;
}

const SECONDS_PER_DAY = 86_400;

/** Members of the tiers. */
export const TIER_MEMBERS: Record<DetectionTier, readonly DetectorId[]> = {
  light: ['range', 'ksDrift', 'ewma', 'slowRange', 'roughness'],
  full: ['range', 'ksDrift', 'ewma', 'slowRange', 'roughness', 'discord', 'windowForest'],
};

/** Raw values that the calibrators of a tier remember. */
export const CALIBRATOR_POINTS: Record<DetectionTier, number> = { light: 4032, full: 8064 };

/**
 * Points of a day at a step.
 *
 * @param stepSeconds  > 0
 * @returns at least 2
 * Cost O(1).
 */
export function pointsPerDay(stepSeconds: number): number {
  return Math.max(2, Math.round(SECONDS_PER_DAY / stepSeconds));
}
