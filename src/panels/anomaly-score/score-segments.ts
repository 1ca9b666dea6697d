import { type AnomalyLevel, SCORE_THRESHOLDS } from '#model';
import { describeUnknownReason, formatScore, formatTimeOfDay, LEVEL_LABELS, QUALITY_LABELS, toScoreLevel } from '#ui';
import { toStepSeconds } from './input-series.ts';
import type { PointCode, ScoreSeries, TimeStretch } from './score-series.ts';

/** A stretch of one state in the strip. An anomalous one has the level, the score and the reason of its peak. */
export interface ScoreSegment extends TimeStretch {
  readonly level: AnomalyLevel;
  readonly peak: number | null;
  /** What is to be said about the data: why it is unknown, or that it is constant or sparse. */
  readonly code: PointCode;
  readonly reason: string | undefined;
  readonly learning?: ScoreSeries['learning'];
}

type Draft = { -readonly [Key in keyof ScoreSegment]: ScoreSegment[Key] };

/** A point stands for this many steps at most; after that there is a gap. */
const REACH_STEPS = 1.5;
/** Silence at the end that is longer than this is said. */
const SILENCE_STEPS = 3;

/**
 * The states of a series over a window as stretches: anomalous ones joined whatever their level, unknown ones by their
 * reason, times without a point as gaps, so that nothing unknown ever looks normal.
 * @param series  points in the order of time
 * @param window  what is shown; its end is at most now
 */
export function toSegments(series: ScoreSeries, window: TimeStretch): readonly ScoreSegment[] {
  const { timesMs } = series;
  const stepMs = toStepSeconds(timesMs) * 1000;
  const segments: Draft[] = [];
  const first = timesMs[0];
  const last = timesMs.at(-1);
  if (first === undefined || last === undefined) {
    return [unknown(window, 'no-data')];
  }
  if (first - window.fromMs > SILENCE_STEPS * stepMs) {
    segments.push(unknown({ fromMs: window.fromMs, toMs: first }, 'no-data'));
  }
  timesMs.forEach((atMs, index) => {
    const next = timesMs[index + 1] ?? Math.min(atMs + stepMs, Math.max(atMs, window.toMs));
    const isGap = next - atMs > REACH_STEPS * stepMs;
    append(segments, toPoint(series, index, { fromMs: atMs, toMs: isGap ? atMs + stepMs : next }));
    if (isGap) {
      append(segments, unknown({ fromMs: atMs + stepMs, toMs: next }, 'gap'));
    }
  });
  if (window.toMs - last > SILENCE_STEPS * stepMs) {
    append(segments, unknown({ fromMs: last + stepMs, toMs: window.toMs }, 'no-data'));
  }
  return segments;
}

function unknown(stretch: TimeStretch, code: PointCode): Draft {
  return { ...stretch, level: 'unknown', peak: null, code, reason: undefined };
}

function toPoint(series: ScoreSeries, index: number, stretch: TimeStretch): Draft {
  const score = series.scores[index] ?? null;
  const code = series.codes?.[index] ?? (score === null ? 'not-judged' : 'ok');
  return {
    ...stretch,
    level: toScoreLevel(score),
    peak: score,
    code,
    reason: series.reasons?.get(index),
    ...(score === null && series.learning && code === 'warming-up' ? { learning: series.learning } : {}),
  };
}

function append(segments: Draft[], point: Draft): void {
  const open = segments.at(-1);
  if (!open || !belongs(open, point)) {
    segments.push(point);
    return;
  }
  open.toMs = point.toMs;
  if (isAnomalous(point) && (point.peak ?? 0) > (open.peak ?? 0)) {
    open.level = point.level;
    open.peak = point.peak;
    open.reason = point.reason ?? open.reason;
  } else if (open.reason === undefined && point.reason !== undefined) {
    open.reason = point.reason;
  }
}

function belongs(open: ScoreSegment, point: ScoreSegment): boolean {
  return isAnomalous(open) || isAnomalous(point)
    ? isAnomalous(open) && isAnomalous(point)
    : open.level === point.level && open.code === point.code;
}

function isAnomalous({ peak }: ScoreSegment): boolean {
  return peak !== null && peak >= SCORE_THRESHOLDS.warning;
}

/** A segment in words: `10:00 to 10:05: Critical 0.97. Value 3.3 s is above everything seen.` */
export function describeSegment(segment: ScoreSegment): string {
  return `${formatTimeOfDay(segment.fromMs)} to ${formatTimeOfDay(segment.toMs)}: ${describeState(segment)}`;
}

/** The state of a segment without its time. */
export function describeState({ level, peak, code, reason, learning }: ScoreSegment): string {
  const progress = learning ? ` (${learning.have} of ${learning.need} samples)` : '';
  const state =
    peak === null ? `Unknown: ${describeCode(code)}${progress}` : `${LEVEL_LABELS[level]} ${formatScore(peak)}`;
  const quality = peak !== null && code !== 'ok' ? ` Data: ${describeCode(code)}.` : '';
  return `${state}${state.endsWith('.') ? '' : '.'}${quality}${reason === undefined ? '' : ` ${reason}`}`;
}

function describeCode(code: PointCode): string {
  if (code === 'not-judged') {
    return 'not judged';
  }
  return code === 'sparse' ? QUALITY_LABELS.sparse.toLowerCase() : describeUnknownReason(code);
}

/** The segment that covers an instant. */
export function segmentAt(segments: readonly ScoreSegment[], atMs: number): ScoreSegment | undefined {
  return segments.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}
