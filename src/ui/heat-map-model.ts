import type { AnomalyLevel, ServiceName } from '#model';
import { formatScore, formatTimeOfDay } from './format.ts';
import { LEVEL_LABELS } from './level.ts';

/** One cell: the highest score of a service within a stretch; null where nothing could be judged. */
export interface HeatMapCell {
  readonly atMs: number;
  readonly score: number | null;
  readonly level: AnomalyLevel;
}

/** The cells of one service, oldest first. Every row has the same times. */
export interface HeatMapRow {
  readonly service: ServiceName;
  readonly cells: readonly HeatMapCell[];
}

/** A service and a stretch of time that somebody pointed at. */
export interface HeatMapChoice {
  readonly service: ServiceName;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a cell says without its colour: the first digit of an anomalous score; nothing while normal. */
export function toCellText({ score, level }: HeatMapCell): string {
  return score === null || level === 'normal' || level === 'unknown'
    ? ''
    : String(Math.min(9, Math.floor(score * 10 + 1e-9)));
}

/** A cell in words: `Critical 0.97, 10:00 to 10:05`. */
export function describeCell(cell: HeatMapCell, cellSeconds: number): string {
  const state =
    cell.score === null || cell.level === 'unknown'
      ? 'Unknown: nothing could be judged'
      : `${LEVEL_LABELS[cell.level]} ${formatScore(cell.score)}`;
  return `${state}, ${formatTimeOfDay(cell.atMs)} to ${formatTimeOfDay(cell.atMs + cellSeconds * 1000)}`;
}

/** Rows whose newest trouble is nearest stand first; unknown rows stand before normal ones; names break ties. */
export function sortRows(rows: readonly HeatMapRow[]): readonly HeatMapRow[] {
  const rank = ({ cells }: HeatMapRow): number => {
    const scores = cells.flatMap(({ score }) => (score === null ? [] : [score]));
    const newest = cells.at(-1)?.score ?? null;
    if (scores.length === 0) {
      return 0.695;
    }
    const peak = Math.max(...scores);
    return peak >= 0.7 ? peak + (newest !== null && newest >= 0.7 ? 1 : 0) : newest === null ? 0.69 : 0;
  };
  return rows.toSorted((a, b) => rank(b) - rank(a) || a.service.localeCompare(b.service));
}

/**
 * The stretch a cell belongs to: the neighbours that are anomalous like it, or unknown like it; a normal cell stands alone.
 */
export function toStretch(row: HeatMapRow, column: number, cellSeconds: number): HeatMapChoice | undefined {
  const chosen = row.cells[column];
  if (!chosen) {
    return undefined;
  }
  const group = (cell: HeatMapCell | undefined) =>
    cell === undefined ? 'none' : cell.level === 'unknown' || cell.level === 'normal' ? cell.level : 'anomalous';
  const wanted = group(chosen);
  let first = column;
  let last = column;
  if (wanted !== 'normal') {
    while (group(row.cells[first - 1]) === wanted) {
      first -= 1;
    }
    while (group(row.cells[last + 1]) === wanted) {
      last += 1;
    }
  }
  const from = row.cells[first] ?? chosen;
  const to = row.cells[last] ?? chosen;
  return { service: row.service, fromMs: from.atMs, toMs: to.atMs + cellSeconds * 1000 };
}

/** Where an arrow, Home, End, Page Up or Page Down leads; undefined for other keys. Edges hold. */
export function moveFocus(
  key: string,
  at: { readonly row: number; readonly column: number },
  size: { readonly rows: number; readonly columns: number }
): { readonly row: number; readonly column: number } | undefined {
  const moves: Readonly<Record<string, readonly [row: number, column: number]>> = {
    ArrowUp: [at.row - 1, at.column],
    ArrowDown: [at.row + 1, at.column],
    ArrowLeft: [at.row, at.column - 1],
    ArrowRight: [at.row, at.column + 1],
    Home: [at.row, 0],
    End: [at.row, size.columns - 1],
    PageUp: [0, at.column],
    PageDown: [size.rows - 1, at.column],
  };
  const move = Object.hasOwn(moves, key) ? moves[key] : undefined;
  return (
    move && {
      row: Math.max(0, Math.min(size.rows - 1, move[0])),
      column: Math.max(0, Math.min(size.columns - 1, move[1])),
    }
  );
}
