import type { DataGap, EpochMs, Signal, TimeSeries, TimeWindow } from '#model';
import type { SignalRead } from './read-signals.ts';

/** Signals up to the newest read, which grow by small reads. */
export interface RollingSignals {
  readonly signals: ReadonlyMap<string, Signal>;
  readonly gaps: readonly DataGap[];
  readonly fromMs: EpochMs;
  /** Everything before is read. */
  readonly toMs: EpochMs;
  /** Everything before is read without a failed query. */
  readonly completeToMs: EpochMs;
}

/**
 * Moves a rolling window on: reads what is missing, and after a gap of half the window, everything.
 *
 * @param known  what is held; nothing when undefined
 * @param window  what shall be held
 * @param overlapMs  newest stretch that is read again: late samples still change it
 * @param read  signals from an instant to the end of the window; `base` is what they are joined with
 */
export async function growSignals(
  known: RollingSignals | undefined,
  window: TimeWindow,
  overlapMs: number,
  read: (fromMs: EpochMs, base: ReadonlyMap<string, Signal>) => Promise<SignalRead>
): Promise<RollingSignals> {
  const { fromMs: keepFromMs, toMs: endMs } = window;
  const completeMs = Math.min(known?.completeToMs ?? keepFromMs, endMs);
  const resumeMs = Math.max(keepFromMs, completeMs - overlapMs);
  const fromMs = endMs - resumeMs <= (endMs - keepFromMs) / 2 ? resumeMs : keepFromMs;
  const base = fromMs === keepFromMs ? new Map<string, Signal>() : (known?.signals ?? new Map<string, Signal>());
  const { signals, gaps, complete } = await read(fromMs, base);
  return {
    signals: mergeSignals(base, signals, fromMs, keepFromMs),
    gaps,
    ...window,
    completeToMs: complete ? endMs : Math.max(keepFromMs, completeMs),
  };
}

/**
 * Joins a rolling window with a newer read: inside the read's window its points replace the old ones, points before
 * `keepFromMs` are dropped, and signals without any point left are forgotten. A signal that the read does not have
 * keeps its older points only, so that it becomes stale instead of standing still.
 *
 * @param known  signals by id
 * @param read  newer signals; points at or after `readFromMs`
 */
export function mergeSignals(
  known: ReadonlyMap<string, Signal>,
  read: readonly Signal[],
  readFromMs: number,
  keepFromMs: number
): ReadonlyMap<string, Signal> {
  const merged = new Map<string, Signal>();
  const fresh = new Map(read.map((signal) => [signal.id, signal]));
  for (const id of new Set([...known.keys(), ...fresh.keys()])) {
    const old = known.get(id);
    const current = fresh.get(id);
    const signal = current ?? old;
    if (signal) {
      const before = old ? sliceSeries(old.series, keepFromMs, readFromMs) : EMPTY;
      const after = current ? sliceSeries(current.series, Math.max(keepFromMs, readFromMs), Infinity) : EMPTY;
      const series = joinSeries(signal.series.labels, before, after);
      if (series.timesMs.length > 0) {
        merged.set(id, { ...signal, series });
      }
    }
  }
  return merged;
}

const EMPTY: Pick<TimeSeries, 'timesMs' | 'values'> = { timesMs: [], values: [] };

function sliceSeries(series: TimeSeries, fromMs: number, toMs: number): Pick<TimeSeries, 'timesMs' | 'values'> {
  const from = series.timesMs.findIndex((time) => time >= fromMs);
  const to = series.timesMs.findLastIndex((time) => time < toMs) + 1;
  return from === -1 || to <= from
    ? EMPTY
    : { timesMs: series.timesMs.slice(from, to), values: series.values.slice(from, to) };
}

function joinSeries(
  labels: TimeSeries['labels'],
  before: Pick<TimeSeries, 'timesMs' | 'values'>,
  after: Pick<TimeSeries, 'timesMs' | 'values'>
): TimeSeries {
  return {
    labels,
    timesMs: [...before.timesMs, ...after.timesMs],
    values: [...before.values, ...after.values],
  };
}
