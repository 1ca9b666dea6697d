import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BenchError } from './bench-error.ts';
import { readGzipLines, toDecimal } from './gzip-lines.ts';

/** Values of one part, column by column. */
export type Columns = readonly Float64Array[];

/** One labelled incident with the metrics that were abnormal (0-based). `end` is exclusive. */
export interface Interpretation {
  readonly start: number;
  readonly end: number;
  readonly metrics: ReadonlySet<number>;
}

/** One entity: an unlabelled part, then a labelled one. */
export interface Entity {
  readonly name: string;
  readonly train: Columns;
  readonly test: Columns;
  /** 0 or 1 per row of the test part. */
  readonly labels: Uint8Array;
  readonly interpretations: readonly Interpretation[];
}

/** How a data set counts: its step, and whether the end of an interpretation line belongs to the incident. */
export interface PackConvention {
  readonly stepSeconds: number;
  readonly endInclusive: boolean;
}

const CONVENTIONS: Readonly<Record<string, PackConvention>> = {
  asd: { stepSeconds: 300, endInclusive: true },
  smd: { stepSeconds: 60, endInclusive: false },
};

/** The convention of a data set by its key; unknown ones count like `asd` where they have at most 25 metrics. */
export function conventionOf(key: string, metrics: number): PackConvention {
  const [asd, smd] = [CONVENTIONS.asd, CONVENTIONS.smd] as [PackConvention, PackConvention];
  return CONVENTIONS[key] ?? (metrics > 25 ? smd : asd);
}

/**
 * Reads one entity.
 * @throws BenchError naming the file
 */
export function readEntity(directory: string, name: string, key: string): Entity {
  const train = readTable(path.join(directory, `${name}.train.csv.gz`));
  const test = readTable(path.join(directory, `${name}.test.csv.gz`));
  const metrics = train.names.length;
  if (test.names.at(-1) !== 'label' || test.names.length !== metrics + 1) {
    throw new BenchError(
      `${path.join(directory, name)}.test.csv.gz: needs the ${metrics} metrics of the train part and a label.`
    );
  }
  const labels = Uint8Array.from(test.columns.at(-1) ?? [], (value) => (value > 0 ? 1 : 0));
  return {
    name,
    train: train.columns,
    test: test.columns.slice(0, -1),
    labels,
    interpretations: readInterpretations(
      path.join(directory, `${name}.interpretation.txt`),
      conventionOf(key, metrics).endInclusive
    ),
  };
}

interface Table {
  /** Without the row number. */
  readonly names: readonly string[];
  readonly columns: Columns;
}

function readTable(file: string): Table {
  const [header = '', ...rows] = readGzipLines(file);
  const names = header.split(',').slice(1);
  if (names.length === 0 || rows.length === 0) {
    throw new BenchError(`${file}: holds no table.`);
  }
  const columns = names.map(() => new Float64Array(rows.length));
  rows.forEach((row, index) => {
    const fields = row.split(',');
    if (fields.length !== names.length + 1) {
      throw new BenchError(`${file}: line ${index + 2} has ${fields.length} fields instead of ${names.length + 1}.`);
    }
    columns.forEach((column, position) => {
      column[index] = toDecimal(fields[position + 1]);
    });
  });
  return { names, columns };
}

function readInterpretations(file: string, endInclusive: boolean): readonly Interpretation[] {
  if (!existsSync(file)) {
    return [];
  }
  return [...readFileSync(file, 'latin1').matchAll(/(\d+)-(\d+):([\d,]+)/g)].map(([, start, end, metrics = '']) => ({
    start: Number(start),
    end: Number(end) + (endInclusive ? 1 : 0),
    metrics: new Set(
      metrics
        .split(',')
        .filter(Boolean)
        .map((metric) => Number(metric) - 1)
    ),
  }));
}
