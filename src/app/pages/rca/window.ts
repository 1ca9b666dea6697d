import { dateMath, type TimeRange } from '@grafana/data';
import type { TimeWindow } from '#model';

const HOUR_MS = 3_600_000;
/** The longest stretch that the backend analyses. */
const LONGEST_MS = 24 * HOUR_MS;

/** Bounds of a time range as text: `now-1h` or epoch ms. */
export function boundsOf({ raw }: TimeRange): { readonly from: string; readonly to: string } {
  return { from: String(raw.from.valueOf()), to: String(raw.to.valueOf()) };
}

/** Turns `now-1h` or epoch ms into a window; `now` is the time of the call. */
export function resolveWindow({ from, to }: { readonly from: string; readonly to: string }): TimeWindow {
  const now = Date.now();
  const read = (text: string, fallback: number) =>
    Math.floor(/^\d+$/.test(text) ? Number(text) : (dateMath.toDateTime(text, {})?.valueOf() ?? fallback));
  const toMs = read(to, now);
  return { fromMs: Math.min(read(from, toMs - HOUR_MS), toMs - 1), toMs };
}

/** The window up to a later end, where the end is later; never longer than what is analysed at once. */
export function extendTo({ fromMs, toMs }: TimeWindow, nowMs: number): TimeWindow {
  const end = Math.max(toMs, Math.floor(nowMs));
  return { fromMs: Math.max(fromMs, end - LONGEST_MS), toMs: end };
}
