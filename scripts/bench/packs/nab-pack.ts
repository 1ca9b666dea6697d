import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BenchError } from './bench-error.ts';
import { byCodePoint } from './find-packs.ts';
import { readGzipLines, toDecimal } from './gzip-lines.ts';

/** Rows of one file, in the order in which they are scored. Times may repeat or go backwards. */
export interface NabSeries {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** First and last row of a labelled window, both inside. */
export type RowWindow = readonly [first: number, last: number];

/** One file with its labels. */
export interface NabFile extends NabSeries {
  /** `group/file.csv`. */
  readonly name: string;
  readonly windows: readonly RowWindow[];
}

/** Labelled windows by file, as times. */
export type NabWindows = ReadonlyMap<string, readonly (readonly [fromMs: number, toMs: number])[]>;

const TIME = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)?$/;

/**
 * Reads `windows.json`; files in order of their names.
 * @throws BenchError naming the file
 */
export function readNabWindows(directory: string): NabWindows {
  const file = path.join(directory, 'windows.json');
  try {
    const json = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, readonly [string, string][]>>;
    return new Map(
      Object.keys(json)
        .sort(byCodePoint)
        .map((name) => [name, (json[name] ?? []).map(([from, to]) => [parseTime(from), parseTime(to)] as const)])
    );
  } catch (cause) {
    throw new BenchError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/**
 * Reads one file of a NAB-format data set, without labels.
 * @throws BenchError naming the file and the line
 */
export function readNabSeries(directory: string, name: string): NabSeries {
  const file = path.join(directory, `${name}.gz`);
  const rows = readGzipLines(file).slice(1);
  const timesMs = new Float64Array(rows.length);
  const values = new Float64Array(rows.length);
  rows.forEach((row, index) => {
    const comma = row.indexOf(',');
    if (comma < 0) {
      throw new BenchError(`${file}: line ${index + 2} is no "timestamp,value".`);
    }
    try {
      timesMs[index] = parseTime(row.slice(0, comma));
    } catch (cause) {
      throw new BenchError(`${file}: line ${index + 2}: ${(cause as Error).message}`, { cause });
    }
    values[index] = toDecimal(row.slice(comma + 1));
  });
  return { timesMs, values };
}

/**
 * Reads one file and turns its windows into rows.
 * @throws BenchError naming the file, also when an end of a window is no row
 */
export function readNabFile(directory: string, name: string, windows: NabWindows): NabFile {
  const series = readNabSeries(directory, name);
  const rowOf = (atMs: number): number => {
    const row = series.timesMs.indexOf(atMs);
    if (row < 0) {
      throw new BenchError(
        `${path.join(directory, name)}.gz: no row at ${new Date(atMs).toISOString()}, a window ends there.`
      );
    }
    return row;
  };
  const rows = (windows.get(name) ?? []).map(([fromMs, toMs]) => [rowOf(fromMs), rowOf(toMs)] as const);
  return { name, ...series, windows: rows };
}

/** Middle difference of the times in seconds (the upper one of two); 300 where there is none. */
export function medianStepSeconds(timesMs: Float64Array): number {
  const differences = new Float64Array(Math.max(0, timesMs.length - 1));
  for (let row = 1; row < timesMs.length; row += 1) {
    differences[row - 1] = ((timesMs[row] ?? Number.NaN) - (timesMs[row - 1] ?? Number.NaN)) / 1000;
  }
  differences.sort();
  const middle = differences[differences.length >> 1];
  return middle !== undefined && middle > 0 ? middle : 300;
}

/** Rows at the start that are not scored: 15 % of the file, at most 750. */
export function probationRows(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), 750);
}

/** @throws Error when the text is no `YYYY-MM-DD HH:MM:SS`, read as UTC; a fraction of a second is dropped */
function parseTime(text: string): number {
  const match = TIME.exec(text.trim());
  if (!match) {
    throw new Error(`"${text}" is no time.`);
  }
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
