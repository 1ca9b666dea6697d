import { type DataFrame, type Field, FieldType, getFieldDisplayName } from '@grafana/data';
import { FRAME_FIELDS } from '#contracts';
import type { Unit } from '#model';

/** Series of any data source that are judged at most, and points of each; the newest are kept. */
export const MAX_SERIES = 20;
export const MAX_POINTS = 5000;

/** One series of any data source, as the detectors take it. */
export interface InputSeries {
  readonly name: string;
  readonly service: string | undefined;
  /** Unit as the field names it, for the axis. */
  readonly fieldUnit: string | undefined;
  /** Whether the name of the metric says that the values are those of a growing counter. */
  readonly namesCounter: boolean;
  /** Unit of the product, and what a value has to be multiplied by to be in it. */
  readonly unit: Unit;
  readonly factor: number;
  readonly stepSeconds: number;
  readonly timesMs: readonly number[];
  /** As the data source gave them: also null and what is no number. */
  readonly values: readonly unknown[];
}

/** Series to judge, and in words what was left out. */
export interface InputSelection {
  readonly series: readonly InputSeries[];
  readonly notes: readonly string[];
}

/** Names that counters have by convention; the backend reads its own signals the same way. */
const COUNTER_NAME = /_(?:total|bucket|(?:seconds|bytes)_(?:count|sum))$/;

const SERVICE_LABELS = ['service', 'service_name', 'service.name', 'resource.service.name'];

const UNITS: Readonly<Record<string, readonly [unit: Unit, factor: number]>> = {
  s: ['seconds', 1],
  ms: ['seconds', 1e-3],
  µs: ['seconds', 1e-6],
  ns: ['seconds', 1e-9],
  percentunit: ['ratio', 1],
  percent: ['ratio', 0.01],
  bytes: ['bytes', 1],
  decbytes: ['bytes', 1],
  reqps: ['per-second', 1],
  rps: ['per-second', 1],
  ops: ['per-second', 1],
  cps: ['per-second', 1],
  Bps: ['per-second', 1],
  binBps: ['per-second', 1],
};

/** Bounds and flags that a Causeway query gives beside a value: they are drawn by other panels, and never judged. */
const BESIDE: readonly string[] = [FRAME_FIELDS.lower, FRAME_FIELDS.upper, FRAME_FIELDS.flag, FRAME_FIELDS.forecast];

function isValue({ type, name, labels }: Field): boolean {
  return type === FieldType.number && !(labels?.signal !== undefined && BESIDE.includes(name));
}

/** Finds the time series in frames of any data source. Tables and fields without numbers are left out. */
export function toInputSeries(frames: readonly DataFrame[]): InputSelection {
  const found = frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === FieldType.time);
    return time === undefined ? [] : frame.fields.filter(isValue).map((field) => toInput(frame, time, field, frames));
  });
  const usable = found.filter(({ timesMs }) => timesMs.length > 1);
  const long = usable.filter(({ timesMs }) => timesMs.length > MAX_POINTS);
  return {
    series: usable.slice(0, MAX_SERIES).map(keepNewest),
    notes: [
      ...(usable.length > MAX_SERIES
        ? [`Only the first ${MAX_SERIES} of ${usable.length} series are judged. Narrow the query to see the others.`]
        : []),
      ...(long.length > 0
        ? [`Only the newest ${MAX_POINTS} points of ${long.length} series are judged. Choose a shorter time range.`]
        : []),
    ],
  };
}

function toInput(frame: DataFrame, time: Field, field: Field, frames: readonly DataFrame[]): InputSeries {
  const { unit: fieldUnit } = field.config;
  const timesMs = time.values.map(Number);
  const values: readonly unknown[] = field.values;
  const [unit, factor] = toUnit(fieldUnit, values);
  const service = SERVICE_LABELS.map((label) => field.labels?.[label]).find((value) => value);
  const name = getFieldDisplayName(field, frame, [...frames]);
  const namesCounter = COUNTER_NAME.test(field.labels?.__name__ ?? '');
  const stepSeconds = toStepSeconds(timesMs);
  return { name, service, fieldUnit, namesCounter, unit, factor, stepSeconds, timesMs, values };
}

/** A ratio above 1 (CPU of several cores, growth in per cent) is none: it would be refused as out of range. */
function toUnit(fieldUnit: string | undefined, values: readonly unknown[]): readonly [Unit, number] {
  const known = fieldUnit !== undefined && Object.hasOwn(UNITS, fieldUnit) ? UNITS[fieldUnit] : undefined;
  const [unit, factor] = known ?? ['dimensionless', 1];
  const isRatio = unit !== 'ratio' || values.every((value) => typeof value !== 'number' || isShare(value * factor));
  return isRatio ? [unit, factor] : ['dimensionless', 1];
}

function isShare(value: number): boolean {
  return Number.isNaN(value) || (value >= 0 && value <= 1);
}

/** The median distance of two points; a minute where there is none. */
export function toStepSeconds(timesMs: readonly number[]): number {
  const distances = timesMs
    .slice(1)
    .map((at, index) => at - (timesMs[index] ?? Number.NaN))
    .filter((distance) => distance > 0 && Number.isFinite(distance))
    .toSorted((a, b) => a - b);
  return (distances[Math.floor(distances.length / 2)] ?? 60_000) / 1000;
}

function keepNewest(series: InputSeries): InputSeries {
  return { ...series, timesMs: series.timesMs.slice(-MAX_POINTS), values: series.values.slice(-MAX_POINTS) };
}
