import type { EpochMs, Seconds, UnknownReason } from '#model';

/** Points of one series; times in any order. What is no finite number of sane size is taken as missing. */
export interface ObservedPoints {
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<unknown>;
}

/** Consecutive values on the grid of the step. */
export interface SlotWindow {
  /** NaN where nothing was observed. */
  readonly values: Float64Array;
  /** Beginning of the last slot. */
  readonly endMs: EpochMs;
}

/** Why something cannot be computed: the state, and a sentence for people. */
export interface ForecastProblem {
  readonly kind: 'unknown';
  readonly why: UnknownReason;
  readonly reason: string;
  readonly have?: number;
  readonly need?: number;
}

/** Gaps up to this many points are closed by the value before them. */
export const MAX_CARRIED = 3;
/** Share of a history that may be made up from the day before. */
const MAX_FILLED_SHARE = 0.2;
/** Larger values overflow when they are squared and summed. */
const MAX_MAGNITUDE = 1e100;

/**
 * Says why a step cannot be worked with.
 *
 * @param stepSeconds  any number
 * @returns undefined for a step from a millisecond to a day. Cost O(1).
 */
export function stepProblem(stepSeconds: Seconds): ForecastProblem | undefined {
  return stepSeconds >= 1e-3 && stepSeconds <= 86_400
    ? undefined
    : { kind: 'unknown', why: 'invalid', reason: 'The step of the series is not between a millisecond and a day.' };
}

/**
 * Says why a limit cannot be reached by a forecast.
 *
 * @param limit  any number
 * @returns undefined for a positive number that is no overflow. Cost O(1).
 */
export function unusableLimit(limit: number): ForecastProblem | undefined {
  return limit > 0 && limit <= MAX_MAGNITUDE
    ? undefined
    : { kind: 'unknown', why: 'invalid', reason: 'The limit is not a positive number.' };
}

/**
 * Places points on the grid of the step.
 *
 * @param points  the series
 * @param stepSeconds  width of a slot, > 0
 * @param slots  how many slots, the last one being that of `atMs`
 * @param atMs  an instant inside the last slot; the newest usable point when missing. Later points are not looked at
 * @returns the window, shorter at its beginning where the series is younger; empty when there is no point
 * Cost O(points). The last of several points of one slot (in the given order) counts.
 */
export function toSlots(points: ObservedPoints, stepSeconds: Seconds, slots: number, atMs?: EpochMs): SlotWindow {
  const stepMs = stepSeconds * 1000;
  const end = Math.floor((atMs ?? newestMs(points)) / stepMs);
  const values = new Float64Array(Number.isSafeInteger(end) ? Math.max(0, Math.floor(slots)) : 0).fill(Number.NaN);
  const count = Math.min(points.timesMs.length, points.values.length);
  let first = values.length;
  for (let i = 0; i < count; i += 1) {
    const slot = values.length - 1 - (end - Math.floor((points.timesMs[i] ?? Number.NaN) / stepMs));
    const value = points.values[i];
    if (slot >= 0 && slot < values.length && isUsable(value)) {
      values[slot] = value;
      first = Math.min(first, slot);
    }
  }
  return { values: values.subarray(first), endMs: end * stepMs };
}

/**
 * Closes gaps of up to three points by the value before them.
 *
 * @param window  from {@link toSlots}; not changed
 * @param stepSeconds  its step, for the text
 * @returns values without gaps, or the problem: no data, or a longer gap and where it is
 * Cost O(n). Ref: detection 12: longer gaps are not bridged, because a made-up course would be forecast on.
 */
export function closeGaps(window: SlotWindow, stepSeconds: Seconds): Float64Array | ForecastProblem {
  const { values, endMs } = window;
  if (values.length === 0) {
    return { kind: 'unknown', why: 'no-data', reason: 'There are no values in the history.', have: 0 };
  }
  const closed = values.slice();
  let missing = 0;
  for (let i = 0; i < closed.length; i += 1) {
    missing = Number.isNaN(closed[i]) ? missing + 1 : 0;
    if (missing > MAX_CARRIED) {
      return gapProblem(values, i, endMs, stepSeconds);
    }
    if (missing > 0) {
      closed[i] = closed[i - 1] ?? Number.NaN;
    }
  }
  return closed;
}

/** A history whose older gaps were filled for a forecast, or the problem. */
export type FilledHistory = { readonly values: Float64Array; readonly filled: number } | ForecastProblem;

/**
 * Makes a history of a forecast whole: an outage of minutes must not cost a week of forecasts.
 *
 * Gaps of up to three points take the value before them. Older, longer ones take the values of a day before, else the
 * value before them, while they are at most a fifth of the history; otherwise only what comes after the newest of them is used.
 *
 * @param window  from {@link toSlots}; not changed
 * @param stepSeconds  its step
 * @param recentPoints  points at the end that must be observed but for short gaps
 * @returns values without gaps and how many of them were made up, or the problem: no data, or a gap among the recent points
 * Cost O(n). Deviation from detection 12, which gives no forecast while a longer gap is in the lookback.
 */
export function fillHistory(window: SlotWindow, stepSeconds: Seconds, recentPoints: number): FilledHistory {
  const recent = closeGaps({ ...window, values: window.values.subarray(-recentPoints) }, stepSeconds);
  if ('kind' in recent) {
    return recent;
  }
  const bridged = bridgeShortGaps(window.values);
  const missing = bridged.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
  if (missing === 0) {
    return { values: bridged, filled: 0 };
  }
  if (missing > MAX_FILLED_SHARE * bridged.length) {
    return { values: bridged.slice(bridged.findLastIndex((value) => Number.isNaN(value)) + 1), filled: 0 };
  }
  const day = Math.round(86_400 / stepSeconds);
  for (let i = 0; i < bridged.length; i += 1) {
    if (Number.isNaN(bridged[i])) {
      bridged[i] = bridged[i - day] ?? bridged[i - 1] ?? Number.NaN;
    }
  }
  return { values: bridged, filled: missing };
}

/**
 * Closes gaps of up to three points and leaves longer ones as they are.
 *
 * @param values  from {@link toSlots}; not changed
 * @returns a copy
 * Cost O(n).
 */
export function bridgeShortGaps(values: Float64Array): Float64Array {
  const bridged = values.slice();
  let from = 0;
  for (let i = 1; i <= values.length; i += 1) {
    if (i === values.length || !Number.isNaN(values[i])) {
      if (i - from - 1 <= MAX_CARRIED) {
        bridged.fill(values[from] ?? Number.NaN, from, i);
      }
      from = i;
    }
  }
  return bridged;
}

function gapProblem(values: Float64Array, at: number, endMs: EpochMs, stepSeconds: Seconds): ForecastProblem {
  let to = at + 1;
  while (to < values.length && Number.isNaN(values[to])) {
    to += 1;
  }
  const points = to - (at - MAX_CARRIED);
  const timeOf = (slot: number): string => isoOf(endMs - (values.length - 1 - slot) * stepSeconds * 1000);
  const until = to < values.length ? `until ${timeOf(to)}` : 'and is still open';
  const reason = `${points} points are missing from ${timeOf(at - MAX_CARRIED)} ${until}; at most ${MAX_CARRIED} are bridged.`;
  return { kind: 'unknown', why: 'gap', reason, have: points, need: MAX_CARRIED };
}

function isoOf(ms: EpochMs): string {
  return Math.abs(ms) < 8.64e15 ? `${new Date(ms).toISOString().slice(0, 16)}Z` : 'an unusable time';
}

function isUsable(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= MAX_MAGNITUDE;
}

function newestMs({ timesMs, values }: ObservedPoints): number {
  let newest = Number.NaN;
  for (let i = 0; i < Math.min(timesMs.length, values.length); i += 1) {
    const time = timesMs[i] ?? Number.NaN;
    if (isUsable(values[i]) && Number.isFinite(time) && !(time <= newest)) {
      newest = time;
    }
  }
  return newest;
}
