import { quartileScale } from '../stats/robust-scale.ts';
import type { EffectColumn, EffectWindow } from './effect-input.ts';

/** Rows that take part in a fit. */
export interface UsableRows {
  /** Rows of the grid, rising. */
  readonly baseline: readonly number[];
  readonly incident: readonly number[];
}

/** Quiet rows that take part: the last ones before the guard. Ref: RCA specification 10.2. */
export const BASELINE_ROWS = 60;
/** An excursion of the target beyond so many scales is none of the usual ones. */
const EXCURSION_SCALES = 8;
/** Excursions that are more common than this are the usual state. */
const MOST_EXCURSIONS = 0.1;
/** More incident rows are thinned evenly: the error costs their number squared. */
const INCIDENT_ROWS = 540;

/**
 * Rows in which every given column has a value.
 *
 * @param columns  columns of one grid
 * @param window  limits of the two windows; what is no whole number or lies outside the grid is cut
 * @param most  quiet rows to take, the last ones
 * @param notQuiet  rows that are left out of the baseline
 * @returns rows of the grid, possibly none
 * Cost O(rows * columns).
 */
export function usableRows(
  columns: readonly EffectColumn[],
  window: EffectWindow,
  most = BASELINE_ROWS,
  notQuiet: ReadonlySet<number> = new Set()
): UsableRows {
  const length = columns.reduce((shortest, { values }) => Math.min(shortest, values.length), Infinity);
  const rowsIn = (from: number, to: number): number[] => {
    const rows: number[] = [];
    for (let row = limit(from, length); row < limit(to, length); row += 1) {
      if (columns.every(({ values }) => Number.isFinite(values[row]))) {
        rows.push(row);
      }
    }
    return rows;
  };
  const baselineTo = Math.min(window.baselineTo, window.incidentFrom);
  const incident = rowsIn(window.incidentFrom, window.incidentTo);
  const every = Math.ceil(incident.length / INCIDENT_ROWS);
  return {
    baseline: rowsIn(window.baselineFrom, baselineTo)
      .filter((row) => !notQuiet.has(row))
      .slice(-most),
    incident: incident.filter((_, i) => i % every === 0),
  };
}

/**
 * Rows of the baseline that belong to an earlier incident: the target was further from normal than at any time of this
 * incident, and more than eight scales.
 *
 * @param target  its values over the grid
 * @param window  limits of the two windows
 * @returns rows of the grid; none when they are more than a tenth of the baseline
 * Cost O(n log n). One such row among sixty decides the slope: of a public baseline, one turns an effect of .28 into -.05.
 */
export function earlierIncidents(target: EffectColumn, window: EffectWindow): ReadonlySet<number> {
  const { baseline, incident } = usableRows([target], window, Infinity);
  if (baseline.length === 0) {
    return new Set();
  }
  const { centre, scale } = quartileScale(baseline.map((row) => target.values[row] ?? 0));
  const distance = (row: number): number => Math.abs((target.values[row] ?? 0) - centre);
  const usual = incident.reduce((most, row) => Math.max(most, distance(row)), EXCURSION_SCALES * scale);
  const rows = baseline.filter((row) => distance(row) > usual);
  return new Set(rows.length <= MOST_EXCURSIONS * baseline.length ? rows : []);
}

function limit(row: number, length: number): number {
  const whole = Number.isFinite(row) ? Math.trunc(row) : row > 0 ? length : 0;
  return Number.isFinite(length) ? Math.min(Math.max(whole, 0), length) : 0;
}
