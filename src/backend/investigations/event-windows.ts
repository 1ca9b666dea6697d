import type { EpochMs, TimeWindow } from '#model';

/** Two stretches of time whose events are compared, whole seconds. */
export interface EventWindows {
  readonly baseline: TimeWindow;
  readonly incident: TimeWindow;
}

/** Normal times that are counted: more of them cost more and say little more. */
const MAX_BASELINE_MS = 60 * 60_000;
/** Fewer are no measure of what is usual. */
const LEAST_BASELINE_MS = 10 * 60_000;
/** Time before the onset that belongs to neither window. */
const GUARD_MS = 120_000;

/**
 * Where events are counted: since the onset (since the window began, where the onset is not known), and in the newest
 * stretch of normal times, at most an hour, in which no known incident lies.
 *
 * @param times  windows of the analysis
 * @param excluded  times that are no example of what is normal
 * @returns undefined where there are no ten minutes of normal times
 */
export function eventWindows(
  times: { readonly baseline: TimeWindow; readonly window: TimeWindow; readonly onsetMs?: EpochMs | undefined },
  excluded: readonly TimeWindow[]
): EventWindows | undefined {
  const { baseline, window, onsetMs = window.fromMs } = times;
  const incident = wholeSeconds({ fromMs: Math.min(onsetMs, window.toMs - 1000), toMs: window.toMs });
  const endMs = Math.min(baseline.toMs, incident.fromMs - GUARD_MS);
  const free = freeStretches({ fromMs: baseline.fromMs, toMs: endMs }, excluded);
  const chosen = free.findLast(({ fromMs, toMs }) => toMs - fromMs >= LEAST_BASELINE_MS);
  return (
    chosen && {
      baseline: wholeSeconds({ fromMs: Math.max(chosen.fromMs, chosen.toMs - MAX_BASELINE_MS), toMs: chosen.toMs }),
      incident,
    }
  );
}

/** What of a window lies in none of the others, in order of time. */
function freeStretches(window: TimeWindow, excluded: readonly TimeWindow[]): readonly TimeWindow[] {
  const free: TimeWindow[] = [];
  let { fromMs } = window;
  for (const hole of excluded.toSorted((left, right) => left.fromMs - right.fromMs)) {
    if (hole.fromMs > fromMs) {
      free.push({ fromMs, toMs: Math.min(hole.fromMs, window.toMs) });
    }
    fromMs = Math.max(fromMs, hole.toMs);
  }
  return [...free, { fromMs, toMs: window.toMs }].filter((stretch) => stretch.toMs > stretch.fromMs);
}

function wholeSeconds({ fromMs, toMs }: TimeWindow): TimeWindow {
  return { fromMs: Math.floor(fromMs / 1000) * 1000, toMs: Math.floor(toMs / 1000) * 1000 };
}
