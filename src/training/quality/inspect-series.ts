import { quantileSorted } from '#engine';
import type { QualityVerdict, Signal } from '#model';

/** What can be counted about one series over a window. */
export interface SeriesInspection {
  readonly signalId: string;
  readonly service: string;
  readonly unit: string;
  /** Steps of the window. */
  readonly expected: number;
  /** Steps with a finite value. */
  readonly accepted: number;
  readonly missing: number;
  /** Missing steps in a row. */
  readonly longestGap: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Points that the gate found stale, reset or out of range. */
  readonly stale: number;
  readonly resets: number;
  readonly outOfRange: number;
  readonly zeroShare: number;
  /** Share outside 1.5 interquartile ranges: counted, never removed. */
  readonly outlierShare: number;
  readonly constant: boolean;
}

/** The window and grid of an inspection. */
export interface InspectionGrid {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly stepSeconds: number;
}

/**
 * Inspects one series on a grid.
 * @param counts  how often the gate gave each verdict
 * @returns counts and shares; shares are NaN for a series without values
 * Cost O(n log n). Source: A2.15, corrected: outliers are counted, not dropped.
 */
export function inspectSeries(
  signal: Signal,
  counts: Readonly<Partial<Record<QualityVerdict, number>>>,
  { fromMs, toMs, stepSeconds }: InspectionGrid
): SeriesInspection {
  const stepMs = stepSeconds * 1000;
  const expected = Math.max(0, Math.ceil((toMs - fromMs) / stepMs));
  const slots = new Uint8Array(expected);
  const order = countOrder(signal.series.timesMs, fromMs, stepMs);
  const known: number[] = [];
  signal.series.timesMs.forEach((atMs, i) => {
    const slot = Math.floor((atMs - fromMs) / stepMs);
    const value = signal.series.values[i] ?? NaN;
    if (slot >= 0 && slot < expected && Number.isFinite(value)) {
      slots[slot] = 1;
      known.push(value);
    }
  });
  const accepted = slots.reduce((sum, slot) => sum + slot, 0);
  const sorted = Float64Array.from(known).sort();
  return {
    signalId: signal.id,
    service: signal.service,
    unit: signal.unit,
    expected,
    accepted,
    missing: expected - accepted,
    longestGap: longestGap(slots),
    ...order,
    stale: counts.stale ?? 0,
    resets: counts['counter-reset'] ?? 0,
    outOfRange: counts['out-of-range'] ?? 0,
    zeroShare: known.filter((value) => value === 0).length / known.length,
    outlierShare: outlierShare(sorted),
    constant: sorted.length > 0 && sorted[0] === sorted.at(-1),
  };
}

function countOrder(timesMs: readonly number[], fromMs: number, stepMs: number) {
  let duplicates = 0;
  let outOfOrder = 0;
  let newest = -Infinity;
  for (const atMs of timesMs) {
    const slot = Math.floor((atMs - fromMs) / stepMs);
    duplicates += Number(slot === newest);
    outOfOrder += Number(slot < newest);
    newest = Math.max(newest, slot);
  }
  return { duplicates, outOfOrder };
}

function longestGap(slots: Uint8Array): number {
  let longest = 0;
  let run = 0;
  for (const slot of slots) {
    run = slot === 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

function outlierShare(sorted: Float64Array): number {
  if (sorted.length === 0) {
    return NaN;
  }
  const lower = quantileSorted(sorted, 0.25);
  const upper = quantileSorted(sorted, 0.75);
  const reach = 1.5 * (upper - lower);
  return sorted.filter((value) => value < lower - reach || value > upper + reach).length / sorted.length;
}
