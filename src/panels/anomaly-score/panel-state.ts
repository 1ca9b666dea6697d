import { formatScore, LEVEL_LABELS, toScoreLevel } from '#ui';
import { describeState as describeSegmentState, type ScoreSegment, segmentAt } from './score-segments.ts';
import { type ScoreSeries, toNewestScore } from './score-series.ts';

interface Row {
  readonly series: ScoreSeries;
  readonly segments: readonly ScoreSegment[];
}

/** Series that the state names at most. */
const MAX_NAMED = 3;
/** Lines of a hover card at most. */
const MAX_LINES = 8;

/** Rows in the order a person wants them: anomalous now, anomalous before, unknown now, normal. */
export function rankRows<T extends Row>(rows: readonly T[]): readonly T[] {
  const rank = ({ series, segments }: Row): number => {
    const peak = Math.max(0, ...segments.map((segment) => segment.peak ?? 0));
    const now = toNewestScore(series);
    return peak >= 0.7 ? peak + (now !== null && now >= 0.7 ? 1 : 0) : now === null ? 0.69 : 0;
  };
  return rows.toSorted((a, b) => rank(b) - rank(a));
}

/** What the panel says about now: progress, the newest state of what is not normal, and what was left out. */
export function describeState(
  rows: readonly Row[],
  notes: readonly string[],
  progress: { readonly done: number; readonly total: number } | undefined,
  stripRows: number
): string {
  const judging = progress ? [`Judging ${progress.done + 1} of ${progress.total} series …`] : [describeNow(rows)];
  const hidden = rows.length - stripRows;
  return [
    ...judging,
    ...(hidden > 0 ? [`The strip shows the ${stripRows} strangest of ${rows.length}.`] : []),
    ...notes,
  ].join(' ');
}

/** The newest state of every series that is not normal, in words, with the reason where one is known. */
export function describeNow(rows: readonly Row[]): string {
  const parts = rows.flatMap(({ series, segments }) => {
    const score = toNewestScore(series);
    const level = toScoreLevel(score);
    if (level === 'normal' && segments.at(-1)?.level !== 'unknown') {
      return [];
    }
    const last = segments.at(-1);
    if (score === null || last?.level === 'unknown') {
      const why = series.notices.length > 0 ? series.notices.join(' ') : last ? describeSegmentState(last) : '';
      return [`${series.service} ${lowerFirst(why.replace(/^Unknown: /, 'unknown: '))}`];
    }
    const reason = last?.reason === undefined ? '' : ` (${last.reason})`;
    return [`${series.service} ${LEVEL_LABELS[level].toLowerCase()} ${formatScore(score)}${reason}`];
  });
  const more = parts.length - MAX_NAMED;
  const named = [...parts.slice(0, MAX_NAMED), ...(more > 0 ? [`${more} more`] : [])];
  return parts.length === 0
    ? `Now: ${rows.length === 1 ? 'normal' : `all ${rows.length} normal`}.`
    : `Now: ${named.map((part) => part.replace(/\.$/, '')).join('; ')}.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What is to be said about an instant, strangest series first. Normal ones are left out where another is not. */
export function describeAt(rows: readonly Row[], atMs: number): readonly string[] {
  const found = rows.flatMap(({ series, segments }) => {
    const segment = segmentAt(segments, atMs);
    return segment ? [{ series, segment }] : [];
  });
  const odd = found.filter(({ segment }) => segment.level !== 'normal');
  const shown = (odd.length > 0 ? odd : found).slice(0, MAX_LINES);
  const rest = found.length - shown.length;
  return [
    ...shown.map(({ series, segment }) => `${series.service}: ${describeSegmentState(segment)}`),
    ...(rest > 0 ? [`${rest} more ${odd.length > 0 ? 'normal' : 'series'}`] : []),
  ];
}
