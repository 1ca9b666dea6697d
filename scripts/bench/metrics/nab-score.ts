import type { RowWindow } from '../packs/nab-pack.ts';
import { probationRows } from '../packs/nab-pack.ts';

/** Weights of a true positive, a missed window and a false positive. */
export interface NabProfile {
  readonly tp: number;
  readonly fn: number;
  readonly fp: number;
}

/** The three application profiles of the Numenta Anomaly Benchmark. */
export const NAB_PROFILES = {
  standard: { tp: 1, fn: 1, fp: 0.11 },
  rewardLowFp: { tp: 1, fn: 1, fp: 0.22 },
  rewardLowFn: { tp: 1, fn: 2, fp: 0.11 },
} as const satisfies Readonly<Record<string, NabProfile>>;

/** One file with the stream that is judged: one value per row. */
export interface NabStream {
  readonly windows: readonly RowWindow[];
  readonly stream: ArrayLike<number>;
}

/** What every threshold would score, from the highest down. */
export interface NabSweep {
  readonly thresholds: readonly number[];
  readonly totals: readonly number[];
  readonly nullTotal: number;
  readonly perfectTotal: number;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const MAX_TRUE_POSITIVE = 2 * logistic(5) - 1;

/** Weight of an alarm in each row, before the profile, and the window each row lies in (-1: none). */
export interface NabGeometry {
  readonly weights: Float64Array;
  readonly window: Int32Array;
}

/** Position in and after the windows of a file. Earlier alarms in a window weigh more; late ones fade to -1. */
export function nabGeometry(windows: readonly RowWindow[], rows: number): NabGeometry {
  const weights = new Float64Array(rows).fill(-1);
  const window = new Int32Array(rows).fill(-1);
  windows.forEach(([first, last], index) => {
    const width = last - first + 1;
    for (let row = first; row <= last; row += 1) {
      weights[row] = 2 * logistic((5 * (last - row + 1)) / width) - 1;
      window[row] = index;
    }
  });
  windows.forEach(([first, last], index) => {
    const width = last - first;
    const next = windows[index + 1]?.[0] ?? rows;
    for (let row = last + 1; row < next; row += 1) {
      const position = width > 0 ? (row - last) / width : Number.POSITIVE_INFINITY;
      weights[row] = position > 3 ? -1 : 2 * logistic(-5 * position) - 1;
    }
  });
  return { weights, window };
}

interface Row {
  readonly value: number;
  readonly weight: number;
  /** Number of the window over all files; -1 outside. */
  readonly window: number;
}

/** Totals of a profile at every threshold that occurs. Rows in probation are left out. */
export function sweepNab(files: readonly NabStream[], profile: NabProfile): NabSweep {
  const { rows, windows } = collectRows(files, profile);
  const nullTotal = -profile.fn * windows;
  const perfectTotal = profile.tp * files.reduce((sum, file) => sum + file.windows.length, 0);
  const best = new Map<number, number>();
  const thresholds: number[] = [];
  const totals: number[] = [];
  let total = nullTotal;
  rows.forEach((row, index) => {
    if (row.window < 0) {
      total += row.weight;
    } else {
      const before = best.get(row.window) ?? -profile.fn;
      if (row.weight > before) {
        total += row.weight - before;
        best.set(row.window, row.weight);
      }
    }
    if (rows[index + 1]?.value !== row.value) {
      thresholds.push(row.value);
      totals.push(total);
    }
  });
  return { thresholds, totals, nullTotal, perfectTotal };
}

/** The normalised score (null detector 0, perfect 100) at a fixed threshold; NaN without windows. */
export function nabScoreAt(sweep: NabSweep, threshold: number): number {
  const index = sweep.thresholds.findLastIndex((value) => value >= threshold);
  return normalise(sweep, index < 0 ? sweep.nullTotal : (sweep.totals[index] ?? sweep.nullTotal));
}

/** NAB's own convention: the best threshold on the same files; 0 and no threshold if all are worse than the null detector. */
export function nabBest(sweep: NabSweep): { readonly score: number; readonly threshold: number } {
  let best = -1;
  sweep.totals.forEach((total, index) => {
    best = total > (sweep.totals[best] ?? Number.NEGATIVE_INFINITY) ? index : best;
  });
  const total = sweep.totals[best];
  return total === undefined || total < sweep.nullTotal
    ? { score: normalise(sweep, sweep.nullTotal), threshold: Number.NaN }
    : { score: normalise(sweep, total), threshold: sweep.thresholds[best] ?? Number.NaN };
}

function normalise({ nullTotal, perfectTotal }: NabSweep, total: number): number {
  return perfectTotal > nullTotal ? (100 * (total - nullTotal)) / (perfectTotal - nullTotal) : Number.NaN;
}

function collectRows(files: readonly NabStream[], profile: NabProfile): { rows: readonly Row[]; windows: number } {
  const rows: Row[] = [];
  let offset = 0;
  const seen = new Set<number>();
  for (const { windows, stream } of files) {
    const { weights, window } = nabGeometry(windows, stream.length);
    for (let row = probationRows(stream.length); row < stream.length; row += 1) {
      const inside = (window[row] ?? -1) >= 0;
      const weight = (weights[row] ?? -1) * (inside ? profile.tp / MAX_TRUE_POSITIVE : profile.fp);
      const number = inside ? offset + (window[row] ?? 0) : -1;
      seen.add(number);
      rows.push({ value: stream[row] ?? 0, weight, window: number });
    }
    offset += windows.length;
  }
  seen.delete(-1);
  return { rows: rows.sort((left, right) => right.value - left.value), windows: seen.size };
}
