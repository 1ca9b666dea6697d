import type { DataFrame, Field } from '@grafana/data';
import { FRAME_FIELDS } from '#contracts';
import { type AnomalyLevel, SCORE_THRESHOLDS } from '#model';

/** The columns of one service. Arrays are as long as `timesMs`; null is unknown. */
export interface ScoreSeries {
  readonly service: string;
  readonly timesMs: readonly number[];
  readonly scores: ReadonlyArray<number | null>;
  /** Present where the query names a signal. */
  readonly signal?: {
    readonly unit: string | undefined;
    readonly values: ReadonlyArray<number | null>;
    readonly lower: ReadonlyArray<number | null>;
    readonly upper: ReadonlyArray<number | null>;
  };
  /** What the backend says about this series, for example why it is unknown. */
  readonly notices: readonly string[];
}

/** A stretch of time, both ends included. */
export interface TimeStretch {
  readonly fromMs: number;
  readonly toMs: number;
}

type Column = ReadonlyArray<number | null>;

/** Reads the frames of an `anomaly-score` query, long or wide; frames of other shapes are left out. */
export function toScoreSeries(frames: readonly DataFrame[]): readonly ScoreSeries[] {
  return frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === 'time');
    if (!time) {
      return [];
    }
    const notices = (frame.meta?.notices ?? []).map(({ text }) => text);
    return frame.fields
      .filter(({ name }) => name === FRAME_FIELDS.score)
      .map((score): ScoreSeries => {
        const service = score.labels?.[FRAME_FIELDS.service] ?? frame.name ?? score.name;
        const signal = toSignal(frame, score);
        return {
          service,
          timesMs: time.values.map(Number),
          scores: toColumn(score),
          ...(signal ? { signal } : {}),
          notices,
        };
      });
  });
}

function toSignal(frame: DataFrame, score: Field): ScoreSeries['signal'] {
  const service = score.labels?.[FRAME_FIELDS.service];
  const find = (name: string) =>
    frame.fields.find((field) => field.name === name && field.labels?.[FRAME_FIELDS.service] === service);
  const [value, lower, upper] = [find(FRAME_FIELDS.value), find(FRAME_FIELDS.lower), find(FRAME_FIELDS.upper)];
  return value && lower && upper
    ? { unit: value.config.unit, values: toColumn(value), lower: toColumn(lower), upper: toColumn(upper) }
    : undefined;
}

function toColumn(field: Field): Column {
  return field.values.map((value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null));
}

/** Score from which a stretch is shaded. */
export const SHADE_FROM: Readonly<Record<Exclude<AnomalyLevel, 'normal' | 'unknown'>, number>> = SCORE_THRESHOLDS;

/**
 * Stretches in which the score is at least `threshold`. Each sample stands for the time up to the next one; a stretch
 * never reaches over an unknown sample.
 */
export function toAnomalousStretches(series: ScoreSeries, threshold: number): readonly TimeStretch[] {
  return toStretches(series, (score) => score !== null && score >= threshold);
}

/** Stretches without a verdict. */
export function toUnknownStretches(series: ScoreSeries): readonly TimeStretch[] {
  return toStretches(series, (score) => score === null);
}

function toStretches(
  { timesMs, scores }: ScoreSeries,
  matches: (score: number | null) => boolean
): readonly TimeStretch[] {
  const stretches: TimeStretch[] = [];
  let fromMs: number | undefined;
  timesMs.forEach((atMs, index) => {
    if (matches(scores[index] ?? null)) {
      fromMs ??= atMs;
    } else if (fromMs !== undefined) {
      stretches.push({ fromMs, toMs: atMs });
      fromMs = undefined;
    }
  });
  const last = timesMs.at(-1);
  if (fromMs !== undefined && last !== undefined) {
    stretches.push({ fromMs, toMs: last });
  }
  return stretches;
}

/** The newest score of a series; null when it is unknown or there is no sample. */
export function toNewestScore({ scores }: ScoreSeries): number | null {
  return scores.at(-1) ?? null;
}
