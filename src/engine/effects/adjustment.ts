import type { BackdoorSet } from './backdoor-set.ts';
import type { EffectColumn, EffectWindow } from './effect-input.ts';
import type { NotAdjustedCode } from './effect-result.ts';
import { fitSlope, product } from './slope-fit.ts';
import { toStandardColumn } from './standard-column.ts';
import { earlierIncidents, usableRows, type UsableRows } from './usable-rows.ts';

/** Columns held fixed, the rows they leave, and what was passed over. */
export interface Adjustment {
  readonly adjustedFor: readonly number[];
  readonly notAdjustedFor: readonly { readonly column: number; readonly reason: NotAdjustedCode }[];
  readonly rows: UsableRows;
}

const MOST_COLUMNS = 6;
const MOST_INFLATION = 10;
/** A column with values in less than half of the rows would cost more than it gives. */
const LEAST_COVERAGE = 0.5;
/** Rows needed beyond the number of columns. Ref: RCA specification 10.2. */
export const ROWS_BEYOND_COLUMNS = 10;

/**
 * Chooses what is held fixed: at most six columns with variation, none of which the others explain.
 *
 * When gaps leave too few rows, the column with the most gaps goes first. Traffic of the service and load of the system
 * keep their places when there are too many parents; of the parents those stay that go with the cause most closely.
 *
 * @param columns  all columns of the input
 * @param pair  cause and target
 * @param set  what closes the back doors
 * @param window  limits of baseline and incident
 * @param most  quiet rows to take
 * @returns columns that remain, reasons for the others, rows in which all of them have values
 * Cost O(rows * candidates). Ref: RCA specification 10.1 and 10.2.
 */
export function chooseAdjustment(
  columns: readonly EffectColumn[],
  pair: readonly [cause: number, target: number],
  set: BackdoorSet,
  window: EffectWindow,
  most?: number
): Adjustment {
  const left: { column: number; reason: NotAdjustedCode }[] = [];
  const pick = (chosen: readonly number[]): readonly EffectColumn[] =>
    chosen.flatMap((column) => columns[column] ?? []);
  const target = columns[pair[1]];
  const notQuiet = target ? earlierIncidents(target, window) : undefined;
  const rowsWith = (chosen: readonly number[]): UsableRows =>
    usableRows(pick([...pair, ...chosen]), window, most, notQuiet);
  const all = usableRows(pick(pair), window, Infinity);
  const everyRow = [...all.baseline, ...all.incident];
  const coverage = (column: number): number =>
    everyRow.filter((row) => Number.isFinite(columns[column]?.values[row])).length / Math.max(1, everyRow.length);

  const covered = inOrder(set).filter((column) =>
    keep(coverage(column) >= LEAST_COVERAGE, column, 'too-many-gaps', left)
  );
  let chosen = withinLimit(covered, set, (column) => closeness(pick([pair[0], column]), window), left);
  let rows = rowsWith(chosen);
  for (let gappy = mostGaps(chosen, coverage); gappy !== undefined && isShort(rows, chosen);) {
    const column = gappy;
    chosen = chosen.filter((each) => keep(each !== column, each, 'too-many-gaps', left));
    rows = rowsWith(chosen);
    gappy = mostGaps(chosen, coverage);
  }
  chosen = withoutRedundant(chosen, (column) => standardOf(columns[column], rows), left);
  return { adjustedFor: chosen, notAdjustedFor: left, rows };
}

/**
 * A column over the rows of a fit, brought to mean 0 and deviation 1.
 *
 * @returns undefined for a constant and for a column that does not exist
 * Cost O(rows).
 */
export function standardOf(column: EffectColumn | undefined, rows: UsableRows): Float64Array | undefined {
  const values = [...rows.baseline, ...rows.incident].map((row) => column?.values[row] ?? 0);
  return toStandardColumn(values)?.values;
}

type Left = { column: number; reason: NotAdjustedCode }[];

function keep(good: boolean, column: number, reason: NotAdjustedCode, left: Left): boolean {
  if (!good) {
    left.push({ column, reason });
  }
  return good;
}

function inOrder({ traffic, parents, load }: BackdoorSet): readonly number[] {
  return [...new Set([traffic, ...parents, load].filter((column) => column !== undefined))];
}

function withinLimit(
  chosen: readonly number[],
  { traffic, load }: BackdoorSet,
  closenessOf: (column: number) => number,
  left: Left
): readonly number[] {
  if (chosen.length <= MOST_COLUMNS) {
    return chosen;
  }
  const isFixed = (column: number): boolean => column === traffic || column === load;
  const places = MOST_COLUMNS - chosen.filter(isFixed).length;
  const best = chosen
    .filter((column) => !isFixed(column))
    .map((column) => ({ column, close: closenessOf(column) }))
    .sort((one, other) => other.close - one.close)
    .slice(0, places)
    .map(({ column }) => column);
  return chosen.filter((column) => keep(isFixed(column) || best.includes(column), column, 'over-limit', left));
}

/** Size of the correlation of two columns; 0 for constants. */
function closeness(pair: readonly EffectColumn[], window: EffectWindow): number {
  const rows = usableRows(pair, window);
  const [one, other] = pair.map((column) => standardOf(column, rows));
  return one && other ? Math.abs(product(one, other)) / one.length : 0;
}

function isShort(rows: UsableRows, chosen: readonly number[]): boolean {
  const total = rows.baseline.length + rows.incident.length;
  return rows.incident.length === 0 || total < chosen.length + 2 + ROWS_BEYOND_COLUMNS;
}

/** The column with the most gaps, the last of equals; undefined when none has any. */
function mostGaps(chosen: readonly number[], coverage: (column: number) => number): number | undefined {
  let worst: number | undefined;
  for (const column of chosen) {
    if (coverage(column) < 1 && (worst === undefined || coverage(column) <= coverage(worst))) {
      worst = column;
    }
  }
  return worst;
}

/** Drops constants, and from the last on what the remaining columns explain. */
function withoutRedundant(
  chosen: readonly number[],
  standard: (column: number) => Float64Array | undefined,
  left: Left
): readonly number[] {
  const values = new Map(chosen.map((column) => [column, standard(column)]));
  let remaining = chosen.filter((column) => keep(values.get(column) !== undefined, column, 'constant', left));
  for (const column of remaining.toReversed()) {
    const own = values.get(column) ?? new Float64Array(0);
    const others = remaining.filter((other) => other !== column).flatMap((other) => values.get(other) ?? []);
    const inflation = fitSlope(own, own, others)?.varianceInflation ?? Infinity;
    remaining = remaining.filter((each) =>
      keep(each !== column || inflation <= MOST_INFLATION, each, 'collinear', left)
    );
  }
  return remaining;
}
