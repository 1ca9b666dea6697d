import { benjaminiHochberg } from '../../stats/benjamini-hochberg.ts';
import { ksTwoSample } from './ks-two-sample.ts';

/** The history of one feature in two periods that are compared. */
export interface DriftSample {
  readonly signalId: string;
  /** The last seven days, in order of time. */
  readonly recent: ArrayLike<number>;
  /** The seven days before. */
  readonly previous: ArrayLike<number>;
}

/** How far a feature has moved. */
export interface FeatureDrift {
  readonly signalId: string;
  /** Kolmogorov distance of the thinned periods, 0 to 1. */
  readonly distance: number;
  readonly p: number;
  /** p after Benjamini and Hochberg over the features of the service. */
  readonly adjustedP: number;
  /** Every how many steps a value was taken. */
  readonly thinnedBy: number;
}

const MIN_SPACING_SECONDS = 7200;
const DECORRELATED = 0.2;
/** Fewer values a period say nothing. */
const MIN_VALUES = 20;
const CERTAIN_P = 0.01;
const CERTAIN_DAYS = 3;
const LARGE_DISTANCE = 0.3;
const LARGE_P = 0.05;

/**
 * Compares the last days of every feature of a service with the days before.
 *
 * Both periods are thinned to every L-th value, L = the first lag at which the values are uncorrelated and at least two
 * hours: on raw five-minute values the test sees drift in 62 % of healthy series, thinned in 2 %.
 *
 * @param samples  the features of one service; not finite values are left out
 * @param stepSeconds  distance of two values
 * @returns one result per feature, in the given order
 * Cost O(features n L). Source: A8.8, detection 10; Benjamini & Hochberg 1995.
 */
export function featureDrift(samples: readonly DriftSample[], stepSeconds: number): FeatureDrift[] {
  const results = samples.map(({ signalId, recent, previous }) => {
    const thinnedBy = thinning(previous, recent, stepSeconds);
    const [left, right] = [thin(previous, thinnedBy), thin(recent, thinnedBy)];
    const enough = left.length >= MIN_VALUES && right.length >= MIN_VALUES;
    return { signalId, thinnedBy, ...(enough ? ksTwoSample(left, right) : { distance: 0, p: 1 }) };
  });
  const adjusted = benjaminiHochberg(results.map((result) => result.p));
  return results.map((result, i) => ({ ...result, adjustedP: adjusted[i] ?? 1 }));
}

/**
 * Whether the drift of a feature is accepted as its new normal: certain (adjusted p below .01) on three days in a row, or
 * large (distance above .3) and likely (below .05) today. Then all-time extremes restart and the service is fitted anew
 * with the reason "data_drift".
 *
 * @param days  results of one feature, one per day, oldest first
 * @returns false without results
 * Cost O(1). Source: A8.8, detection 10.
 */
export function isDriftAccepted(days: readonly Pick<FeatureDrift, 'distance' | 'adjustedP'>[]): boolean {
  const today = days[days.length - 1];
  if (!today) {
    return false;
  }
  const certain = days.length >= CERTAIN_DAYS && days.slice(-CERTAIN_DAYS).every((day) => day.adjustedP < CERTAIN_P);
  return certain || (today.distance > LARGE_DISTANCE && today.adjustedP < LARGE_P);
}

function thinning(previous: ArrayLike<number>, recent: ArrayLike<number>, stepSeconds: number): number {
  const least = Math.max(1, Math.ceil(MIN_SPACING_SECONDS / stepSeconds));
  const most = Math.max(least, Math.floor(Math.min(previous.length, recent.length) / MIN_VALUES));
  const left = centred(previous);
  const right = centred(recent);
  const energy = products(left, 0) + products(right, 0);
  for (let lag = least; lag < most; lag += 1) {
    if (!(Math.abs(products(left, lag) + products(right, lag)) >= DECORRELATED * energy)) {
      return lag;
    }
  }
  return most;
}

function thin(values: ArrayLike<number>, every: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(values.length / every) }, (_, i) => values[i * every] ?? NaN).filter(
    (value) => Number.isFinite(value)
  );
}

/** Distances from the mean; 0 where a value is missing. */
function centred(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  const finite = all.filter((value) => Number.isFinite(value));
  const mean = finite.reduce((sum, value) => sum + value / finite.length, 0);
  return all.map((value) => (Number.isFinite(value) ? value - mean : 0));
}

function products(values: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < values.length; i += 1) {
    sum += (values[i] ?? 0) * (values[i - lag] ?? 0);
  }
  return sum;
}
