import type { CsvTable } from './csv-table.ts';
import type { PackWindows } from './pack-case.ts';

/** Cuts a table with phases: `normal` rows and `incident` rows; other phases are not used. */
export function cutByPhase(table: CsvTable): PackWindows {
  const rowsOf = (phase: string): readonly number[] =>
    [...table.phases.keys()].filter((row) => table.phases[row] === phase);
  const normal = rowsOf('normal');
  const incident = rowsOf('incident');
  return {
    columns: table.names.map(toColumn),
    baseline: table.values.map((values) => pick(values, normal)),
    incident: table.values.map((values) => pick(values, incident)),
    baselineRows: normal.length,
    incidentRows: incident.length,
    stepSeconds: table.stepSeconds,
  };
}

/**
 * Stacked baseline files with the incident rows of another one. Columns are the union of the baseline files in order of
 * appearance; a column that the incident file lacks has no incident value.
 */
export function stackBaselines(baselines: readonly CsvTable[], table: CsvTable): PackWindows {
  const names = [...new Set(baselines.flatMap(({ names: own }) => own))];
  const incident = cutByPhase(table);
  const place = new Map(table.names.map((name, i) => [name, i]));
  const stacked = baselines.map((baseline) => ({
    rows: baseline.rows,
    values: new Map(baseline.names.map((name, i) => [name, baseline.values[i]])),
  }));
  return {
    columns: names.map(toColumn),
    baseline: names.map((name) => stackColumn(stacked.map(({ rows, values }) => values.get(name) ?? missing(rows)))),
    incident: names.map((name) => incident.incident[place.get(name) ?? -1] ?? new Float64Array(0)),
    baselineRows: stacked.reduce((sum, { rows }) => sum + rows, 0),
    incidentRows: incident.incidentRows,
    stepSeconds: table.stepSeconds,
  };
}

function toColumn(name: string): { service: string; metric: string } {
  const at = name.indexOf('|');
  return { service: name.slice(0, at), metric: name.slice(at + 1) };
}

function pick(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
}

function missing(rows: number): Float64Array {
  return new Float64Array(rows).fill(Number.NaN);
}

function stackColumn(parts: readonly Float64Array[]): Float64Array {
  const [only] = parts;
  if (only && parts.length === 1) {
    return only;
  }
  const stacked = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    stacked.set(part, at);
    at += part.length;
  }
  return stacked;
}
