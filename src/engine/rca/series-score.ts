import type { SignalKind, Unit } from '#model';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { quartileScale, robustScaleSorted } from '../stats/robust-scale.ts';
import { sortedDistances } from '../stats/sorted-distances.ts';

/** How far a series left its baseline, in calibrated standard deviations and in its own unit. */
export interface SeriesScore {
  /** Mean of the larger half of the deviations, signed. */
  readonly up: number;
  /** The same for the smaller half, sign turned. */
  readonly down: number;
  /** Mean of the larger half of the incident values less the baseline median. */
  readonly delta: number;
  readonly median: number;
  /** Calibrated scale, in the unit of the series. */
  readonly scale: number;
  /** Mean of the larger half of the incident values. */
  readonly high: number;
  /** Mean of the smaller half of the incident values. */
  readonly low: number;
  /** Baseline values without sustained excursions, in order: what the score rests on. */
  readonly usual: readonly number[];
}

const LN_51 = Math.log(51);
/** Fewest baseline values that make a series usable. */
export const MIN_BASELINE_VALUES = 5;

/** `[relative, absolute]` floors of the scale; absolute ones in the unit of the signal. */
const FLOORS: Record<SignalKind, readonly [number, number]> = {
  latency: [0.05, 0.001],
  'client-latency': [0.08, 0.0003],
  'self-time': [0.08, 0.0003],
  'error-ratio': [0, 0.005],
  'request-rate': [0.1, 0.05],
  cpu: [0.1, 0.02],
  'cpu-throttling': [0, 0.02],
  memory: [0.02, 1_048_576],
  'memory-utilisation': [0.02, 0.01],
  restarts: [0, 0.2],
  'pool-utilisation': [0.05, 0.03],
  'pool-timeouts': [0, 0.05],
  'sequential-scans': [0.15, 0.1],
  evictions: [0.15, 0.5],
  'rejected-requests': [0, 0.005],
  'queue-lag': [0.15, 10],
  'log-errors': [0, 0.05],
  'client-error-ratio': [0, 0.02],
  'unique-clients': [0.15, 2],
  'response-size': [0.1, 100],
  'disk-io': [0.15, 65_536],
  'network-receive': [0.15, 4096],
  'network-transmit': [0.15, 4096],
  'unhealthy-containers': [0, 0.5],
  'dependency-count': [0, 0.5],
  'disk-utilisation': [0.02, 0.01],
  'descriptor-utilisation': [0.05, 0.02],
  'user-defined': [0.1, 1e-9],
};

/**
 * Smallest scale of a kind of signal.
 *
 * @param kind  kind
 * @param unit  of the signal
 * @returns in the unit of the signal, > 0
 * Cost O(1).
 */
export function absoluteFloorOf(kind: SignalKind, unit: Unit): number {
  return Math.max(1e-9, floorOf(kind, unit, 0));
}

/**
 * Baseline values without sustained excursions: older trouble is no example of what is normal.
 *
 * @param kind  kind of the signal
 * @param unit  of the signal
 * @param baseline  values of normal times; what is not finite is left out
 * @returns what remains, in order
 * Cost O(n log n).
 */
export function usualValues(kind: SignalKind, unit: Unit, baseline: readonly number[]): readonly number[] {
  return withoutExcursions(baseline.filter(Number.isFinite), (centre) => floorOf(kind, unit, centre));
}

/**
 * Robust signed deviation of the incident values from the baseline.
 *
 * @param kind  decides the floors of the scale
 * @param unit  rejected requests and log errors come as shares, rates or counts; the floor follows
 * @param baseline  values of normal times; at least five finite ones
 * @param incident  values since the onset; at least one finite one
 * @returns undefined when there are too few values: the series is dropped, never filled with zero
 * Cost O(n log n). Source: series score of the RCA specification, section 3, with kinds mapped to product units
 * (seconds, ratio 0 to 1, cores). Deviation: sustained excursions inside the baseline are left out (see {@link
 * withoutExcursions}).
 */
export function scoreSeries(
  kind: SignalKind,
  unit: Unit,
  baseline: readonly number[],
  incident: readonly number[]
): SeriesScore | undefined {
  const finite = baseline.filter(Number.isFinite);
  const values = sortedFinite(incident);
  if (finite.length < MIN_BASELINE_VALUES || values.length === 0) {
    return undefined;
  }
  const normal = withoutExcursions(finite, (centre) => floorOf(kind, unit, centre));
  const sorted = sortedFinite(normal);
  const { centre, scale } = robustScaleSorted(sorted);
  const floored = Math.max(scale, floorOf(kind, unit, centre), 1e-9);
  const deviations = sortedDistances(sorted, centre);
  const calibrated = floored * Math.max(1, quantileSorted(deviations, 0.97) / floored / 2.5);
  const half = Math.max(1, Math.ceil(values.length / 2));
  const high = mean(values.slice(-half));
  const low = mean(values.slice(0, half));
  return {
    up: (high - centre) / calibrated,
    down: (centre - low) / calibrated,
    delta: high - centre,
    median: centre,
    scale: calibrated,
    high,
    low,
    usual: normal,
  };
}

/**
 * Squashes a deviation: 0 at 0, 1 at 50, at most 1.5.
 *
 * @param z  deviation in standard deviations; non-finite counts as 0
 * @returns 0 to 1.5
 * Cost O(1). Ref: `g(z) = min(1.5, ln(1 + max(0,z)) / ln 51)`.
 */
export function squash(z: number): number {
  return Number.isFinite(z) ? Math.min(1.5, Math.log(1 + Math.max(0, z)) / LN_51) : 0;
}

function floorOf(kind: SignalKind, unit: Unit, centre: number): number {
  const [relative, absolute] = FLOORS[kind];
  const countFloor = kind === 'log-errors' && unit === 'count' ? Math.max(1, Math.sqrt(Math.max(centre, 0))) : absolute;
  const rateFloor = kind === 'rejected-requests' && unit === 'per-second' ? 0.05 : countFloor;
  return Math.max(relative * Math.abs(centre), rateFloor);
}

/**
 * Leaves earlier incidents out of a baseline: runs of at least four values more than eight scales away from the median,
 * as long as they are no more than a quarter of the baseline. Quartiles stand such values, the tail calibration does
 * not.
 *
 * @param values  finite, in order of time
 * @param floor  smallest scale at a level
 * @returns the values that remain, in order
 * Cost O(n log n).
 */
export function withoutExcursions(values: readonly number[], floor: (centre: number) => number): readonly number[] {
  const { centre, scale } = quartileScale(values);
  const limit = 8 * Math.max(scale, floor(centre), 1e-9);
  if (!values.some((value) => Math.abs(value - centre) > limit)) {
    return values;
  }
  const kept: number[] = [];
  let run: number[] = [];
  for (const value of [...values, centre]) {
    if (Math.abs(value - centre) > limit) {
      run.push(value);
      continue;
    }
    kept.push(...(run.length >= 4 ? [] : run), value);
    run = [];
  }
  kept.pop();
  return kept.length >= 0.75 * values.length ? kept : values;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
