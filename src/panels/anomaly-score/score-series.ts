import type { DataFrame, Field } from '@grafana/data';
import { FRAME_FIELDS } from '#contracts';
import { type AnomalyLevel, type QualityVerdict, SCORE_THRESHOLDS, type UnknownReason } from '#model';
import { nameSignal } from '#ui';
import { readReasons } from './contribution-reasons.ts';

/** What is to be said about the data of a point; `ok` where nothing is. */
export type PointCode = QualityVerdict | UnknownReason | 'not-judged';

/** The columns of one service, or of one signal of it. Arrays are as long as `timesMs`; null is unknown. */
export interface ScoreSeries {
  /** Name of the series; of the service where it is the score of one. */
  readonly service: string;
  /** Name of its signal, where the query names a kind. */
  readonly signalName?: string | undefined;
  /** The service it belongs to, where that is known: leads to the root cause. */
  readonly rcaService?: string | undefined;
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
  /** Data quality and reasons point by point, where they are known. */
  readonly codes?: readonly PointCode[] | undefined;
  /** How far the learning has come, where the newest point is still too early to be judged. */
  readonly learning?: { readonly have: number; readonly need: number } | undefined;
  /** Why points got their score, by index; for the peak of each stretch, or the newest point. */
  readonly reasons?: ReadonlyMap<number, string> | undefined;
}

/** A stretch of time, both ends included. */
export interface TimeStretch {
  readonly fromMs: number;
  readonly toMs: number;
}

type Column = ReadonlyArray<number | null>;

/**
 * Reads the frames of an `anomaly-score` query, one field a frame or several; frames of other shapes are left out.
 * A service whose query names a signal gives one series per signal, joined to its score by time.
 */
export function toScoreSeries(frames: readonly DataFrame[]): readonly ScoreSeries[] {
  const columns = frames.flatMap(toColumns);
  const reasons = readReasons(frames);
  return columns
    .filter(({ name }) => name === FRAME_FIELDS.score)
    .flatMap((score) => {
      const values = leaveCopiesOut(
        columns.filter(({ name, service }) => name === FRAME_FIELDS.value && service === score.service)
      );
      return values.length === 0 ? [toSeries(score)] : values.map((value) => toSignalSeries(score, value, columns));
    })
    .map((series) => withReason(series, reasons.get(series.rcaService ?? '')));
}

/** A feature of a model is often the same signal once more: it is shown where nothing else is of the kind. */
function leaveCopiesOut(values: readonly NamedColumn[]): readonly NamedColumn[] {
  const own = values.filter(({ signalId }) => signalId?.includes('/feature/') !== true);
  return own.length > 0 ? own : values;
}

/** Whether any frame carries scores that the backend made. */
export function hasScores(frames: readonly DataFrame[]): boolean {
  return frames.some(({ fields }) => fields.some(({ name }) => name === FRAME_FIELDS.score));
}

/** The newest point gets the reason that a `contributions` query of the same panel gives. */
function withReason(series: ScoreSeries, reason: string | undefined): ScoreSeries {
  return reason === undefined || series.timesMs.length === 0
    ? series
    : { ...series, reasons: new Map([[series.timesMs.length - 1, reason]]) };
}

interface NamedColumn {
  readonly name: string;
  readonly service: string;
  readonly signalId: string | undefined;
  readonly unit: string | undefined;
  readonly timesMs: readonly number[];
  readonly values: Column;
  readonly notices: readonly string[];
}

function toColumns(frame: DataFrame): readonly NamedColumn[] {
  const time = frame.fields.find(({ type }) => type === 'time');
  if (!time) {
    return [];
  }
  const timesMs = time.values.map(Number);
  const notices = (frame.meta?.notices ?? []).map(({ text }) => text);
  return frame.fields
    .filter((field) => field !== time)
    .map((field) => ({
      name: field.name,
      service: field.labels?.[FRAME_FIELDS.service] ?? frame.name ?? field.name,
      signalId: field.labels?.signal,
      unit: field.config.unit,
      timesMs,
      values: toColumn(field),
      notices,
    }));
}

function toSeries({ service, timesMs, values, notices }: NamedColumn): ScoreSeries {
  return { service, rcaService: service, timesMs, scores: values, notices };
}

function toSignalSeries(score: NamedColumn, value: NamedColumn, columns: readonly NamedColumn[]): ScoreSeries {
  const beside = (name: string) =>
    columns.find(
      (column) => column.name === name && column.service === value.service && column.signalId === value.signalId
    );
  const pick = (column: NamedColumn | undefined): Column => {
    const known = new Map(column?.timesMs.map((atMs, index) => [atMs, column.values[index] ?? null]));
    return value.timesMs.map((atMs) => known.get(atMs) ?? null);
  };
  const signalName = value.signalId === undefined ? undefined : nameSignal(value.signalId);
  return {
    service: signalName === undefined ? value.service : `${value.service}: ${signalName}`,
    ...(signalName === undefined ? {} : { signalName }),
    rcaService: value.service,
    timesMs: value.timesMs,
    scores: pick(score),
    signal: {
      unit: value.unit,
      values: value.values,
      lower: pick(beside(FRAME_FIELDS.lower)),
      upper: pick(beside(FRAME_FIELDS.upper)),
    },
    notices: [...new Set([...score.notices, ...value.notices])],
  };
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

/** Stretches without overlaps, in the order of time, so that shades do not add up. */
export function mergeStretches(stretches: readonly TimeStretch[]): readonly TimeStretch[] {
  const merged: Array<{ fromMs: number; toMs: number }> = [];
  for (const { fromMs, toMs } of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, toMs);
    } else {
      merged.push({ fromMs, toMs });
    }
  }
  return merged;
}

/** The newest score of a series; null when it is unknown or there is no sample. */
export function toNewestScore({ scores }: ScoreSeries): number | null {
  return scores.at(-1) ?? null;
}
