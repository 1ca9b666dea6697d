import type { Recording } from './move-view.ts';

/** How smoothly the view moved. */
export interface FrameFigures {
  readonly frames: number;
  readonly framesPerSecond: number;
  /** Time from one frame to the next. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  /** Frames in which everything was drawn anew. */
  readonly drawn: number;
  /** Share of the frames that showed another picture than the one before. */
  readonly changedShare: number;
}

/** Frames per second and quantiles of the time between frames. */
export function toFrameFigures({ framesMs, drawn, changed }: Recording): FrameFigures {
  const gaps = framesMs.slice(1).map((at, index) => at - (framesMs[index] ?? at));
  const sorted = gaps.toSorted((a, b) => a - b);
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  const quantile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return {
    frames: gaps.length,
    framesPerSecond: (gaps.length * 1000) / total,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    longestMs: sorted.at(-1) ?? Number.NaN,
    drawn,
    changedShare: changed / framesMs.length,
  };
}
