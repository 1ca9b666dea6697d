/** Points of all series that a replay judges: about five seconds of work for one core. */
const MAX_JUDGED_POINTS = 1_100_000;
/** Points of all series that are read for the sake of a few of them. */
const MAX_READ_POINTS = 6_000_000;
const LEAST_POINTS = 300;
const MOST_POINTS = 4000;
/** With fewer points before it, the scores of a range are capped for want of history. */
const HISTORY_POINTS = 650;

/** How a range of the past is read: on which grid, and with how much before it. */
export interface ReplayWindow {
  readonly stepSeconds: number;
  readonly historyMs: number;
}

/** What a replay is for. */
export interface ReplaySize {
  readonly rangeMs: number;
  /** Wanted before the range. */
  readonly historyMs: number;
  readonly baseSeconds: number;
  /** Series that are read. */
  readonly series: number;
}

/**
 * For a replay that judges all series it reads: as fine as they allow, with as much history as is left. A short range
 * keeps the base step and gets hours of history; a long one gets a coarser step and days.
 */
export function windowToJudge({ rangeMs, historyMs, baseSeconds, series }: ReplaySize): ReplayWindow {
  const points = pointsEach(MAX_JUDGED_POINTS, series);
  const inRange = points - Math.min(HISTORY_POINTS, points / 2);
  const stepSeconds = baseSeconds * Math.max(1, Math.ceil(rangeMs / (baseSeconds * 1000 * inRange)));
  const before = points - Math.ceil(rangeMs / (stepSeconds * 1000));
  return { stepSeconds, historyMs: Math.min(historyMs, before * stepSeconds * 1000) };
}

/** For a replay that judges a few of the series it reads: with all of the history, as fine as reading allows. */
export function windowToRead({ rangeMs, historyMs, baseSeconds, series }: ReplaySize): ReplayWindow {
  const points = pointsEach(MAX_READ_POINTS, series);
  const stepSeconds = baseSeconds * Math.max(1, Math.ceil((rangeMs + historyMs) / (baseSeconds * 1000 * points)));
  return { stepSeconds, historyMs };
}

function pointsEach(all: number, series: number): number {
  return Math.min(MOST_POINTS, Math.max(LEAST_POINTS, Math.floor(all / Math.max(1, series))));
}
