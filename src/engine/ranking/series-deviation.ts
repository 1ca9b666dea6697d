import { quantileSorted } from '../stats/quantile.ts';
import { sortedDistances } from '../stats/sorted-distances.ts';
import type { FeatureMethod } from './feature-names.ts';
import { calibrateWindow, type WindowCalibration } from './quiet-windows.ts';
import type { MetricKind, RankingSeries } from './ranking-case.ts';

/** How far the incident values of a series left its baseline. */
export interface SeriesDeviation {
  /** Mean of the larger half of the deviations, in calibrated standard deviations, signed. */
  readonly up: number;
  /** The same for the smaller half, sign turned. */
  readonly down: number;
  /** Mean of the larger half of the incident values less the baseline median, in the unit of the series. */
  readonly delta: number;
  /** Median of the baseline, in the unit of the series. */
  readonly median: number;
  /** 0 to 1: how many of the baseline rows were there; up and down are multiplied by it in the features. */
  readonly coverage: number;
  readonly baselineValues: number;
  readonly incidentValues: number;
  /** Index of the first incident value that crossed, if more than five did. Only where order in time was asked for. */
  readonly onset: number | undefined;
}

/** Why a series says nothing. */
export type UnusableSeries = 'few-baseline-values' | 'no-incident-value';

/** How to score a series. */
export interface DeviationOptions {
  readonly method: FeatureMethod;
  readonly withOnset: boolean;
}

const UNCALIBRATED: WindowCalibration = { up: 1, down: 1 };
/** Fewest baseline values that make a series usable. */
export const MIN_BASELINE_VALUES = 5;

/** Larger values are no measurements: their products would overflow. They are dropped like NaN. */
const MAX_VALUE = 1e100;

/** `[relative, absolute]` floors of the scale, absolute ones in the unit of the kind. */
const FLOORS: Readonly<Record<MetricKind, readonly [number, number]>> = {
  latency: [0.05, 0.001],
  client_latency: [0.05, 0.001],
  avail: [0, 0.5],
  error: [0, 0.005],
  cpu: [0.1, 0.2],
  mem: [0.02, 0],
  disk: [0.15, 2],
  net: [0.15, 50],
  traffic: [0.1, 0.05],
  self: [0.08, 0.3],
  tnet: [0.08, 0.3],
  struct: [0.05, 0.1],
  logsev: [0, 1],
  logbad: [0, 1],
  lognovel: [0, 1],
  loglines: [0.15, 3],
  other: [0.05, 1e-9],
};
const COUNTS: ReadonlySet<MetricKind> = new Set<MetricKind>(['logsev', 'logbad', 'lognovel', 'loglines']);
/** Smallest scale of all; keeps rounding noise of constant series from looking like a deviation. */
const TINY = 1e-9;
/** An onset needs more crossings than this, so that one stray value is none. */
const STRAY_CROSSINGS = 5;

/**
 * Robust, tail-calibrated deviation of an incident window from its baseline.
 *
 * @param series  windows of any finite or non-finite numbers; values beyond 1e100 count as non-finite
 * @param options  the method, and whether to look for the first crossing as well
 * @returns the deviation, or why there is none: a series with too few values is dropped, never filled with zero
 * Cost O(n log n + a log a), one sort of each window.
 *
 * Ref: RCA specification, section 3 (after the robust scorer of BARO, Pham et al., FSE 2024, with floors and a tail
 * calibration `cal = max(1, q97(|n - q2| / s) / 2.5)`) and 4.3 for the onset.
 */
export function deviationOf(
  series: RankingSeries,
  { method, withOnset }: DeviationOptions
): SeriesDeviation | UnusableSeries {
  const inOrder = finiteValues(series.baseline);
  const baseline = inOrder.slice().sort();
  if (baseline.length < MIN_BASELINE_VALUES) {
    return 'few-baseline-values';
  }
  const incident = finiteValues(series.incident);
  if (incident.length === 0) {
    return 'no-incident-value';
  }
  const median = quantileSorted(baseline, 0.5);
  const distances = sortedDistances(baseline, median);
  const scale = scaleOf(series, baseline, distances, median);
  const calibrated = scale * Math.max(1, quantileSorted(distances, 0.97) / scale / 2.5);
  const onset = withOnset ? onsetOf(series, incident, { baseline, distances, median }) : undefined;
  const ordered = incident.sort();
  const half = Math.max(1, Math.ceil(ordered.length / 2));
  const window = method === 'reference' ? UNCALIBRATED : calibrateWindow(inOrder, ordered.length, median, calibrated);
  const high = meanOf(ordered, ordered.length - half, ordered.length);
  return {
    up: (high - median) / calibrated / window.up,
    down: (median - meanOf(ordered, 0, half)) / calibrated / window.down,
    delta: high - median,
    median,
    coverage: coverageOf(baseline.length, series.expectedBaselineRows),
    baselineValues: baseline.length,
    incidentValues: ordered.length,
    onset,
  };
}

/**
 * The usable values of a window, in order: finite and at most 1e100 in size.
 *
 * @param values  any numbers
 * @returns a new array
 * Cost O(n).
 */
export function finiteValues(values: Float64Array): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  // A loop: a callback per value would cost as much as the sort that follows.
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Math.abs(value) <= MAX_VALUE) {
      kept[count] = value;
      count += 1;
    }
  }
  return kept.subarray(0, count);
}

/**
 * Mean of a stretch of an array.
 *
 * @param values  at least `to` numbers
 * @param from  first index
 * @param to  index behind the last, larger than `from`
 * @returns the mean, in the unit of the values
 * Cost O(to - from).
 */
export function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) {
    sum += values[i] ?? 0;
  }
  return sum / (to - from);
}

function floorOf({ kind, absoluteFloor }: RankingSeries, median: number): number {
  const [relative, absolute] = FLOORS[kind];
  const own = absoluteFloor !== undefined && absoluteFloor >= 0 ? Math.min(absoluteFloor, MAX_VALUE) : absolute;
  return Math.max(relative * Math.abs(median), own, TINY);
}

function quartileScale(sorted: Float64Array): number {
  return (quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25)) / 1.349;
}

function scaleOf(series: RankingSeries, sorted: Float64Array, distances: Float64Array, median: number): number {
  const robust = Math.max(quartileScale(sorted), 1.4826 * quantileSorted(distances, 0.5));
  const spread = robust > 0 ? robust : 0.5 * standardDeviation(sorted);
  const counting = COUNTS.has(series.kind) ? Math.sqrt(Math.max(median, 0)) : 0;
  return Math.max(spread, counting, floorOf(series, median));
}

/** Population standard deviation. */
function standardDeviation(values: Float64Array): number {
  const mean = meanOf(values, 0, values.length);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function coverageOf(values: number, expectedRows: number | undefined): number {
  return expectedRows === undefined ? 1 : Math.min(1, values / (0.4 * Math.max(1, expectedRows)));
}

interface BaselineShape {
  readonly baseline: Float64Array;
  readonly distances: Float64Array;
  readonly median: number;
}

function onsetOf(series: RankingSeries, incident: Float64Array, shape: BaselineShape): number | undefined {
  const scale = Math.max(quartileScale(shape.baseline), floorOf(series, shape.median));
  const threshold = Math.max(5, (1.3 * quantileSorted(shape.distances, 0.99)) / scale);
  let crossings = 0;
  let first: number | undefined;
  incident.forEach((value, i) => {
    if (Math.abs(value - shape.median) / scale > threshold) {
      crossings += 1;
      first ??= i;
    }
  });
  return crossings > STRAY_CROSSINGS ? first : undefined;
}
