import type { AnalysisInput } from '../analysis-input.ts';
import { messageOf, serviceOfLine } from '../report/cite.ts';

const IDENTIFIER = '"?([A-Za-z_][A-Za-z0-9_]{0,62})"?';
const MAX_LINES = 2000;
const MAX_CHARACTERS = 2000;

/**
 * The column that slow statements on a table look rows up by.
 *
 * Log lines and change summaries are searched for `from <table> ... where <column> =`, for `<table>(<column>)` and for
 * the conventional index name `<table>_<column>_idx`; the column that is named most often wins. Text is hostile: only
 * plain identifiers come out of it.
 *
 * @param table  table that is scanned
 * @param input  its log lines and changes are searched
 * @returns undefined when no column is named
 * Cost O(lines), at most 2000 of 2000 characters.
 */
export function findIndexColumn(table: string, input: AnalysisInput): string | undefined {
  const counts = new Map<string, number>();
  const texts = [
    ...input.errorLogs
      .toSorted((left, right) => left.atMs - right.atMs || (left.line < right.line ? -1 : 1))
      .slice(-MAX_LINES)
      .filter((line) => serviceOfLine(line) !== undefined)
      .map(messageOf),
    ...input.changes.map((change) => change.summary),
  ];
  for (const text of texts) {
    const column = columnIn(text.slice(0, MAX_CHARACTERS), table);
    if (column !== undefined) {
      counts.set(column, (counts.get(column) ?? 0) + 1);
    }
  }
  return [...counts].sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))[0]?.[0];
}

function columnIn(text: string, table: string): string | undefined {
  const name = table.replace(/[^A-Za-z0-9_]/g, '');
  if (name === '' || name !== table) {
    return undefined;
  }
  const lookup = new RegExp(
    `\\b${name}\\b[^;]{0,200}?\\bwhere\\s+(?:[A-Za-z_]\\w{0,62}\\.)?${IDENTIFIER}\\s*(?:=|in\\b|<|>)`,
    'i'
  );
  const index = new RegExp(`\\b${name}\\s*\\(\\s*${IDENTIFIER}\\s*\\)`, 'i');
  const conventional = new RegExp(`\\b${name}_([A-Za-z0-9_]{1,62}?)_(?:idx|index)\\b`, 'i');
  return lookup.exec(text)?.[1] ?? index.exec(text)?.[1] ?? conventional.exec(text)?.[1];
}
