/** When a case's windows begin and end, epoch ms. */
export interface RankingWindow {
  readonly baselineFromMs: number;
  /** First moment of the incident as far as it is known. */
  readonly onsetMs: number;
  /** End of the incident window: now, or the recovery. */
  readonly toMs: number;
  /** Usual time between two points of the series. */
  readonly stepMs: number;
}

/** A series cut in two. */
export interface CutSeries {
  readonly baseline: Float64Array;
  readonly incident: Float64Array;
  /** Rows that the baseline window could have had, for the coverage. */
  readonly expectedBaselineRows: number;
}

const LEAST_GUARD_MS = 120_000;
const GUARD_STEPS = 2;
/** More points than this add nothing to quartiles. */
const MAX_POINTS = 3000;

/**
 * Time before the onset that belongs to neither window. The onset is found late as a rule, and incident rows in the
 * baseline inflate its tail calibration: without a guard one minute of delay halves the accuracy.
 *
 * @param stepMs  usual time between two points
 * @returns the larger of two steps and two minutes, ms
 * Cost O(1). Ref: RCA specification 9.
 */
export function guardBeforeOnset(stepMs: number): number {
  return Math.max(GUARD_STEPS * (Number.isFinite(stepMs) ? stepMs : 0), LEAST_GUARD_MS);
}

/**
 * Cuts a series into baseline and incident and leaves the guard out.
 *
 * @param timesMs  times of the points, in any order
 * @param values  one per time; any numbers
 * @param window  when the windows begin and end
 * @returns both windows in the order of the points, at most 3,000 each: longer ones become means of equal stretches
 * Cost O(n).
 */
export function cutSeries(timesMs: ArrayLike<number>, values: ArrayLike<number>, window: RankingWindow): CutSeries {
  const baselineToMs = window.onsetMs - guardBeforeOnset(window.stepMs);
  const between = (fromMs: number, toMs: number): Float64Array => {
    const kept: number[] = [];
    for (let i = 0; i < timesMs.length; i += 1) {
      const time = timesMs[i] ?? Number.NaN;
      if (time >= fromMs && time < toMs) {
        kept.push(values[i] ?? Number.NaN);
      }
    }
    return shorten(kept);
  };
  const baseline = between(window.baselineFromMs, baselineToMs);
  const span = Math.max(0, baselineToMs - window.baselineFromMs);
  const rows = window.stepMs > 0 ? Math.floor(span / window.stepMs) : baseline.length;
  return {
    baseline,
    incident: between(window.onsetMs, window.toMs),
    expectedBaselineRows: Math.min(rows, MAX_POINTS),
  };
}

function shorten(values: readonly number[]): Float64Array {
  if (values.length <= MAX_POINTS) {
    return Float64Array.from(values);
  }
  return Float64Array.from({ length: MAX_POINTS }, (_, i) => {
    const from = Math.floor((i * values.length) / MAX_POINTS);
    const to = Math.floor(((i + 1) * values.length) / MAX_POINTS);
    const finite = values.slice(from, to).filter(Number.isFinite);
    return finite.reduce((sum, value) => sum + value / finite.length, finite.length > 0 ? 0 : Number.NaN);
  });
}

/**
 * Growth of a raw counter from point to point.
 *
 * @param values  readings of a counter that only grows, except where it starts again at 0
 * @returns one number per point: the growth since the point before, NaN for the first one and where the counter fell
 * Cost O(n). Ref: RCA specification 9, counters: a reset becomes missing.
 */
export function counterGrowth(values: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: values.length }, (_, i) => {
    const growth = i === 0 ? Number.NaN : (values[i] ?? Number.NaN) - (values[i - 1] ?? Number.NaN);
    return growth >= 0 ? growth : Number.NaN;
  });
}
