import type { EvidenceSeries, TimeWindow } from '#model';

/** What the charts can show: from the first point to the end of the analysed window, and closer, the stretch in which services began to be strange. */
export interface SeriesRanges {
  readonly whole: TimeWindow;
  /** Missing where no series has an onset, or when it would be hardly shorter than the whole. */
  readonly start?: TimeWindow;
}

const LEAD_MS = 3 * 60_000;
const TRAIL_MS = 5 * 60_000;
/** A change so long before the first onset still belongs to the picture of the start. */
const CHANGE_LEAD_MS = 15 * 60_000;
const LEAST_GAIN = 0.7;

/**
 * The ranges that all series are drawn over.
 * @param changesMs instants of the changes that the report names
 */
export function toSeriesRanges(
  series: readonly EvidenceSeries[],
  window: TimeWindow,
  changesMs: readonly number[]
): SeriesRanges {
  const firsts = series.flatMap(({ timesMs }) => timesMs[0] ?? []);
  const whole = {
    fromMs: firsts.length === 0 ? window.fromMs : Math.min(...firsts),
    toMs: Math.max(window.toMs, ...series.flatMap(({ timesMs }) => timesMs.at(-1) ?? [])),
  };
  const onsets = series.flatMap(({ onsetMs }) => onsetMs ?? []);
  if (onsets.length === 0) {
    return { whole };
  }
  const first = Math.min(...onsets);
  const near = changesMs.filter((atMs) => atMs <= first && first - atMs <= CHANGE_LEAD_MS);
  const start = {
    fromMs: Math.max(whole.fromMs, Math.min(first, ...near) - LEAD_MS),
    toMs: Math.min(whole.toMs, Math.max(...onsets) + TRAIL_MS),
  };
  return lengthOf(start) < LEAST_GAIN * lengthOf(whole) ? { whole, start } : { whole };
}

/** Where an instant lies in a range: 0 at its start, 1 at its end; undefined outside. */
export function toShare(atMs: number, { fromMs, toMs }: TimeWindow): number | undefined {
  const share = (atMs - fromMs) / Math.max(1, toMs - fromMs);
  return share >= 0 && share <= 1 ? share : undefined;
}

function lengthOf({ fromMs, toMs }: TimeWindow): number {
  return toMs - fromMs;
}
