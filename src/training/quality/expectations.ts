import { type ColumnTable, numericColumns, rowCount } from '../tables/column-table.ts';

/** One expectation on the feature table, with how often it failed. */
export interface ExpectationResult {
  readonly name: string;
  readonly checked: number;
  readonly failures: number;
}

/** Rows that the documented cleaning would drop, by reason. We keep them: unusual rows are what detection looks for. */
export interface DroppedRows {
  readonly reason: string;
  readonly rows: number;
}

const ORDER = ['service_name', 'timestamp'] as const;

/**
 * The expectations of A2.16 on a feature table: columns present and in order, values between their bounds, times not null, unique
 * and increasing inside a service.
 * Cost O(rows columns).
 */
export function checkExpectations(table: ColumnTable): readonly ExpectationResult[] {
  const rows = rowCount(table);
  const names = [...table.keys()];
  const inOrder = ORDER.every((name, i) => names[i] === name);
  return [
    { name: 'columns service_name and timestamp come first', checked: 1, failures: Number(!inOrder) },
    between(table, /^latency_/, 0, 60, 's'),
    between(table, /^error_rate/, 0, 1, ''),
    ...timeChecks(table, rows),
  ];
}

function between(table: ColumnTable, name: RegExp, low: number, high: number, unit: string): ExpectationResult {
  let checked = 0;
  let failures = 0;
  for (const [column, values] of numericColumns(table)) {
    if (name.test(column) && !column.endsWith('_imputed') && !/_std_/.test(column)) {
      for (const value of values) {
        checked += Number(Number.isFinite(value));
        failures += Number(value < low || value > high);
      }
    }
  }
  return { name: `${name.source.slice(1)}* between ${low} and ${high}${unit && ` ${unit}`}`, checked, failures };
}

function timeChecks(table: ColumnTable, rows: number): readonly ExpectationResult[] {
  const times = numericColumns(table).get('timestamp') ?? new Float64Array(rows).fill(NaN);
  const services = table.get('service_name') ?? [];
  const seen = new Set<string>();
  let missing = 0;
  let repeated = 0;
  let backward = 0;
  times.forEach((time, i) => {
    const key = `${services[i]} ${time}`;
    missing += Number(!Number.isFinite(time));
    repeated += Number(seen.has(key));
    backward += Number(i > 0 && services[i] === services[i - 1] && time < (times[i - 1] ?? -Infinity));
    seen.add(key);
  });
  return [
    { name: 'timestamp is not null', checked: rows, failures: missing },
    { name: 'timestamp is unique in a service', checked: rows, failures: repeated },
    { name: 'timestamp increases in a service', checked: rows, failures: backward },
  ];
}

/**
 * What the documented cleaning (A2.15) would drop.
 * Cost O(rows).
 */
export function documentedDrops(table: ColumnTable): readonly DroppedRows[] {
  const numeric = numericColumns(table);
  const count = (names: readonly string[], isDropped: (value: number) => boolean): number => {
    const column = names.map((name) => numeric.get(name)).find((values) => values !== undefined);
    return column ? column.reduce((sum, value) => sum + Number(isDropped(value)), 0) : 0;
  };
  return [
    { reason: 'no request rate', rows: count(['request_rate_1m', 'request_rate'], (value) => !Number.isFinite(value)) },
    { reason: 'p99 of 60 s or more', rows: count(['latency_p99'], (value) => value >= 60) },
    { reason: 'error rate above 1', rows: count(['error_rate_1m', 'error_rate_5xx'], (value) => value > 1) },
    { reason: 'CPU above 100 %', rows: count(['cpu_percent', 'cpu'], (value) => value > 100) },
  ];
}
