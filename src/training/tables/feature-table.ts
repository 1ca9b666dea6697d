import type { QualityVerdict, ServiceName, TimeSeries } from '#model';
import { type CalendarFields, calendarFields } from './calendar.ts';
import { type Column, type ColumnTable, concatTables } from './column-table.ts';
import { forwardFill, lag, rollingMoments } from './rolling.ts';

/** The features of one service over a window. */
export interface ServiceFeatures {
  readonly service: ServiceName;
  /** By feature name (`latency_p99`, `error_rate_5m`, ...). */
  readonly series: ReadonlyMap<string, TimeSeries>;
  /** Gate verdict per step, by time; `ok` where absent. */
  readonly verdicts?: ReadonlyMap<number, QualityVerdict>;
  /** Services that this one calls. */
  readonly downstream: readonly ServiceName[];
  /** Known anomalous stretches, half-open. */
  readonly anomalies?: readonly { readonly fromMs: number; readonly toMs: number; readonly label: string }[];
}

/** The grid of a table and how local time is read. */
export interface TableGrid {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly stepSeconds: number;
  readonly utcOffsetSeconds: (atMs: number) => number;
}

/** Windows of the rolling columns, minutes. */
const ROLLING_MINUTES = [5, 15, 60] as const;
/** What the rolling columns are made of: the longest name that a service has is used. */
const ROLLED: Readonly<Record<string, readonly string[]>> = {
  latency_p99: ['latency_p99'],
  error_rate: ['error_rate_5m', 'error_rate_1m', 'error_rate_5xx'],
  request_rate: ['request_rate_5m', 'request_rate_1m', 'request_rate'],
};
/** Columns of the calendar, in order. */
const CALENDAR_COLUMNS: readonly (readonly [name: string, field: keyof CalendarFields])[] = [
  ['hour_of_day', 'hourOfDay'],
  ['day_of_week', 'dayOfWeek'],
  ['day_of_month', 'dayOfMonth'],
  ['is_weekend', 'isWeekend'],
  ['is_business_hour', 'isBusinessHour'],
  ['is_peak_hour', 'isPeakHour'],
];

/**
 * The offline feature table: one row per service and step, with the columns of A2.12 and A3.14.
 *
 * Features are carried forward over at most three steps, marked in `<feature>_imputed`; never backward. Rolling columns end at
 * their row; `downstream_error_rate` is of the step before. Words that are missing read `unknown`.
 *
 * @returns columns of equal length, services below one another, times ascending inside a service
 * Cost O(services steps features).
 */
export function buildFeatureTable(services: readonly ServiceFeatures[], grid: TableGrid): ColumnTable {
  const names = [...new Set(services.flatMap(({ series }) => [...series.keys()]))].sort();
  const errors = new Map(services.map((item) => [item.service, firstOf(item, ROLLED['error_rate'] ?? [], grid)]));
  return concatTables(services.map((item) => serviceTable(item, names, errors, grid)));
}

function serviceTable(
  item: ServiceFeatures,
  names: readonly string[],
  errors: ReadonlyMap<ServiceName, Float64Array>,
  grid: TableGrid
): ColumnTable {
  const times = gridTimes(grid);
  const table = new Map<string, Column>([
    ['service_name', times.map(() => item.service)],
    ['timestamp', Float64Array.from(times)],
  ]);
  for (const name of names) {
    const { values, imputed } = forwardFill(onGrid(item.series.get(name), grid));
    table.set(name, values);
    table.set(`${name}_imputed`, imputed);
  }
  for (const [name, sources] of Object.entries(ROLLED)) {
    const source = firstOf(item, sources, grid);
    for (const minutes of ROLLING_MINUTES) {
      const moments = rollingMoments(source, Math.max(1, Math.round((minutes * 60) / grid.stepSeconds)));
      table.set(`${name}_mean_${minutes}m`, moments.mean);
      table.set(`${name}_std_${minutes}m`, moments.std);
      table.set(`${name}_max_${minutes}m`, moments.max);
    }
  }
  table.set('downstream_error_rate', lag(worstOf(item.downstream, errors, times.length)));
  return addContext(table, item, times, grid);
}

function addContext(
  table: Map<string, Column>,
  item: ServiceFeatures,
  times: readonly number[],
  grid: TableGrid
): ColumnTable {
  const calendar = times.map((atMs) => calendarFields(atMs, grid.utcOffsetSeconds(atMs)));
  for (const [name, field] of CALENDAR_COLUMNS) {
    table.set(
      name,
      Float64Array.from(calendar, (fields) => Number(fields[field]))
    );
  }
  table.set(
    'gate_verdict',
    times.map((atMs) => item.verdicts?.get(atMs) ?? 'ok')
  );
  const labelOf = (atMs: number): string | undefined =>
    item.anomalies?.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.label;
  table.set(
    'is_anomaly',
    Float64Array.from(times, (atMs) => Number(labelOf(atMs) !== undefined))
  );
  table.set(
    'anomaly_type',
    times.map((atMs) => labelOf(atMs) ?? 'unknown')
  );
  return table;
}

/** Times of the grid, ascending. */
export function gridTimes({ fromMs, toMs, stepSeconds }: TableGrid): readonly number[] {
  const stepMs = stepSeconds * 1000;
  const startMs = Math.ceil(fromMs / stepMs) * stepMs;
  return Array.from({ length: Math.max(0, Math.ceil((toMs - startMs) / stepMs)) }, (_, i) => startMs + i * stepMs);
}

/** A series on the grid; NaN where it has no point. The newest point of a step wins. */
export function onGrid(series: Pick<TimeSeries, 'timesMs' | 'values'> | undefined, grid: TableGrid): Float64Array {
  const times = gridTimes(grid);
  const values = new Float64Array(times.length).fill(NaN);
  const stepMs = grid.stepSeconds * 1000;
  const startMs = times[0] ?? 0;
  series?.timesMs.forEach((atMs, i) => {
    const slot = Math.floor((atMs - startMs) / stepMs);
    if (slot >= 0 && slot < values.length) {
      values[slot] = series.values[i] ?? NaN;
    }
  });
  return values;
}

function firstOf(item: ServiceFeatures, names: readonly string[], grid: TableGrid): Float64Array {
  const found = names.map((name) => item.series.get(name)).find((series) => series !== undefined);
  return forwardFill(onGrid(found, grid)).values;
}

function worstOf(
  services: readonly ServiceName[],
  errors: ReadonlyMap<ServiceName, Float64Array>,
  length: number
): Float64Array {
  const worst = new Float64Array(length).fill(NaN);
  for (const service of services) {
    errors.get(service)?.forEach((value, i) => {
      if (Number.isFinite(value) && !(value <= (worst[i] ?? NaN))) {
        worst[i] = value;
      }
    });
  }
  return worst;
}
