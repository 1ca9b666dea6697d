import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { PackError } from './pack-error.ts';

/** A table of numbers with its text columns apart. */
export interface CsvTable {
  /** Names of the number columns, in order. */
  readonly names: readonly string[];
  /** One array per number column; empty and unreadable cells are NaN. */
  readonly values: readonly Float64Array[];
  /** The `phase` column, empty where the file has none. */
  readonly phases: readonly string[];
  readonly rows: number;
  /** Median time between two rows in seconds; 1 where the times say nothing. */
  readonly stepSeconds: number;
}

/** The text of a gzip file. @throws PackError naming the file */
export function readGzipText(file: string, field: string): string {
  try {
    return gunzipSync(readFileSync(file)).toString('utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PackError(
      field,
      `${file} cannot be read as gzip (${reason})`,
      'Restore the file or correct the name.',
      cause
    );
  }
}

/**
 * Reads a metric or baseline file: `time[,phase],<service>|<metric>,...`.
 * @throws PackError naming the file and what is wrong with it
 */
export function readCsvTable(file: string, field: string, withPhase: boolean): CsvTable {
  const lines = readGzipText(file, field).split('\n');
  const header = (lines[0] ?? '').replace(/\r$/, '').split(',');
  const lead = withPhase ? ['time', 'phase'] : ['time'];
  lead.forEach((name, i) => {
    if (header[i] !== name) {
      throw new PackError(
        field,
        `${file} has no column "${name}" in place ${i + 1}`,
        `The header is ${lead.join(',')},<service>|<metric>,...`
      );
    }
  });
  const names = header.slice(lead.length);
  const nameless = names.find((name) => !name.includes('|'));
  if (nameless !== undefined) {
    throw new PackError(field, `${file} has a column "${nameless}" without "|"`, 'Name columns <service>|<metric>.');
  }
  return toTable(file, field, { names, lead: lead.length, lines: lines.slice(1).filter((line) => line.trim() !== '') });
}

function toTable(
  file: string,
  field: string,
  { names, lead, lines }: { names: readonly string[]; lead: number; lines: readonly string[] }
): CsvTable {
  const values = names.map(() => new Float64Array(lines.length));
  const phases: string[] = [];
  const times: number[] = [];
  lines.forEach((line, row) => {
    const cells = line.replace(/\r$/, '').split(',');
    if (cells.length !== names.length + lead) {
      const problem = `${file} has ${cells.length} cells in line ${row + 2} where ${names.length + lead} are expected`;
      throw new PackError(field, problem, 'Write one cell per column; an empty one is missing.');
    }
    times.push(Number(cells[0]));
    if (lead === 2) {
      phases.push(cells[1] ?? '');
    }
    for (let column = 0; column < names.length; column += 1) {
      const text = cells[column + lead] ?? '';
      values[column]![row] = text === '' ? Number.NaN : Number(text);
    }
  });
  return { names, values, phases, rows: lines.length, stepSeconds: usualStep(times) };
}

function usualStep(times: readonly number[]): number {
  const steps = times
    .slice(1)
    .map((time, i) => time - times[i]!)
    .filter((step) => step > 0)
    .sort((left, right) => left - right);
  return steps[Math.floor(steps.length / 2)] ?? 1;
}
