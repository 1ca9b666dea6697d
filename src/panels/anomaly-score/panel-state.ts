import { formatScore, LEVEL_LABELS, toScoreLevel } from '#ui';
import { describeState as describeSegmentState, type ScoreSegment, segmentAt } from './score-segments.ts';
import { type ScoreSeries, toNewestScore } from './score-series.ts';
import { describePoint } from './value-text.ts';

interface Row {
  readonly series: ScoreSeries;
  readonly segments: readonly ScoreSegment[];
}

/** Series that the state names at most. */
const MAX_NAMED = 3;
/** Lines of a hover card at most, and series whose values it gives. */
const MAX_LINES = 8;
const MAX_VALUES = 4;

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
    const reason = last?.reason === undefined ? '' : ` (${last.reason.replace(/\.$/, '')})`;
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

/**
 * What is to be said about an instant: states, strangest first, normal ones left out where another is not; then the
 * values beside the expected ones, where there are few.
 */
export function describeAt(rows: readonly Row[], series: readonly ScoreSeries[], atMs: number): readonly string[] {
  const found = rows.flatMap(({ series: row, segments }) => {
    const segment = segmentAt(segments, atMs);
    return segment ? [{ row, segment }] : [];
  });
  const odd = found.filter(({ segment }) => segment.level !== 'normal');
  const shown = (odd.length > 0 ? odd : found).slice(0, MAX_LINES);
  const rest = found.length - shown.length;
  const values = describeValues(series, atMs);
  return [
    ...shown.map(({ row, segment }) => {
      // The reason of a row of several signals are their values at its peak; those of the instant say more.
      const isSaid = values.length > 0 && !row.signal;
      return `${row.service}: ${describeSegmentState(isSaid ? { ...segment, reason: undefined } : segment)}`;
    }),
    ...(rest > 0 ? [`${rest} more ${odd.length > 0 ? 'normal' : 'series'}`] : []),
    ...values,
  ];
}

function describeValues(series: readonly ScoreSeries[], atMs: number): readonly string[] {
  const valued = series.filter(({ signal }) => signal);
  return valued.length > MAX_VALUES
    ? []
    : valued.flatMap((item) => {
        const text = describePoint(
          item,
          item.timesMs.findLastIndex((time) => time <= atMs)
        );
        return text === '' ? [] : [valued.length === 1 ? text : `${item.signalName ?? item.service} ${text}`];
      });
}
