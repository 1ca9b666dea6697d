/** A column: numbers with NaN for "missing", or words. */
export type Column = Float64Array | readonly string[];

/** Columns of equal length, by name, in order. */
export type ColumnTable = ReadonlyMap<string, Column>;

/** Numeric columns of equal length, by name. */
export type NumericColumns = ReadonlyMap<string, Float64Array>;

/** Number of rows; 0 for a table without columns. */
export function rowCount(table: ColumnTable): number {
  return table.values().next().value?.length ?? 0;
}

/** The numeric columns of a table. */
export function numericColumns(table: ColumnTable): NumericColumns {
  return new Map([...table].flatMap(([name, column]) => (column instanceof Float64Array ? [[name, column]] : [])));
}

/**
 * Joins tables with the same columns, one below the other.
 * @throws RangeError when the columns differ
 */
export function concatTables(tables: readonly ColumnTable[]): ColumnTable {
  const [first] = tables;
  const joined = new Map<string, Column>();
  for (const [name, column] of first ?? []) {
    const parts = tables.map((table) => {
      const part = table.get(name);
      if (!part) {
        throw new RangeError(`a table lacks the column ${name}`);
      }
      return part;
    });
    joined.set(
      name,
      column instanceof Float64Array ? concatNumbers(parts) : parts.flatMap((part) => [...part].map(String))
    );
  }
  return joined;
}

function concatNumbers(parts: readonly Column[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(Array.from(part, Number), at);
    at += part.length;
  }
  return joined;
}
