import type { PathStretch } from '#model';

const MOST_SHOWN = 8;
/** Per cent; a bar that is thinner cannot be seen. */
const LEAST_WIDTH = 0.7;
/** Share of the trace below which nobody waits for a stretch. */
const WORTH = 0.1;
const GROWN = 2;

/** The longest stretches in the order of time, and those left out. */
export function chooseStretches(path: readonly PathStretch[]): {
  readonly shown: readonly PathStretch[];
  readonly hidden: readonly PathStretch[];
} {
  const longest = new Set(path.toSorted((a, b) => b.selfMs - a.selfMs).slice(0, MOST_SHOWN));
  const inTime = path.toSorted((a, b) => a.startMs - b.startMs);
  return { shown: inTime.filter((item) => longest.has(item)), hidden: inTime.filter((item) => !longest.has(item)) };
}

/** Whether a stretch took much longer than usual and long enough to matter, or was never seen before and is long. */
export function isStrange({ selfMs, usualSelfMs }: PathStretch, durationMs: number): boolean {
  return selfMs >= durationMs * WORTH && (usualSelfMs === null || selfMs > usualSelfMs * GROWN);
}

/** Place and length of a stretch in per cent of the trace; the usual length where it is known. Stays inside of 0 to 100. */
export function toBar(
  { startMs, selfMs, usualSelfMs }: PathStretch,
  durationMs: number
): { readonly left: number; readonly width: number; readonly usualWidth: number | undefined } {
  const share = (ms: number) => Math.min(100, Math.max(0, durationMs > 0 ? (ms / durationMs) * 100 : 0));
  const left = Math.min(100 - LEAST_WIDTH, share(startMs));
  const inside = (width: number) => Math.min(100 - left, Math.max(LEAST_WIDTH, width));
  return {
    left,
    width: inside(share(selfMs)),
    usualWidth: usualSelfMs === null ? undefined : inside(share(usualSelfMs)),
  };
}
