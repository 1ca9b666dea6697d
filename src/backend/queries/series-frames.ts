import { FRAME_FIELDS } from '#contracts';
import type { Labels, Unit } from '#model';
import type { Field, Frame, FrameMeta } from '../frames/frame.ts';

/** Meta of every frame of a time series. */
export const SERIES_META: FrameMeta = {
  type: 'timeseries-multi',
  typeVersion: [0, 1],
  preferredVisualisationType: 'graph',
};

/** Meta of every frame of one number. */
export const NUMERIC_META: FrameMeta = { type: 'numeric-multi', typeVersion: [0, 1] };

const UNITS: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'bytes',
  ratio: 'percentunit',
  'per-second': 'reqps',
  cores: 'short',
  count: 'short',
};

/** Field config of a value of a signal: its name and, where Grafana has one, its unit. */
export function signalConfig(displayNameFromDS: string, unit: Unit | string): Readonly<Record<string, unknown>> {
  const shown = UNITS[unit];
  return { displayNameFromDS, ...(shown ? { unit: shown } : {}) };
}

/** A frame of one series: time and value. */
export function seriesFrame(
  refId: string,
  meta: FrameMeta,
  timesMs: Float64Array | readonly number[],
  value: Field
): Frame {
  return { refId, meta, fields: [{ name: FRAME_FIELDS.time, kind: 'time', values: timesMs }, value] };
}

/** A frame of one number that may be unknown, which alerting takes as it is. */
export function numericFrame(
  refId: string,
  value: Omit<Extract<Field, { readonly kind: 'number' }>, 'kind' | 'nullable'>
): Frame {
  return { refId, meta: NUMERIC_META, fields: [{ ...value, kind: 'number', nullable: true }] };
}

/** A column of numbers; null where there is none, and for infinities, which no axis or rule can take. */
export function toNumbers(
  name: string,
  values: Iterable<number | undefined>,
  labels: Labels,
  config: Readonly<Record<string, unknown>>
): Field {
  const cells = Array.from(values, (value) => (value !== undefined && Number.isFinite(value) ? value : null));
  return { name, kind: 'number', nullable: true, values: cells, labels, config };
}

/** Frames with notices on the first one; no frame at all becomes one typed empty frame, which alerting takes as no data. */
export function framesOrEmpty(
  refId: string,
  meta: FrameMeta,
  frames: readonly Frame[],
  notices: FrameMeta['notices'] = []
): readonly Frame[] {
  const [first = { refId, meta, fields: [] }, ...rest] = frames;
  const shown = first.meta ?? meta;
  return [notices.length === 0 ? first : { ...first, meta: { ...shown, notices } }, ...rest];
}
