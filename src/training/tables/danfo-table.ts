import { createRequire } from 'node:module';
import path from 'node:path';
import type * as danfojs from 'danfojs-node';
import { TrainingError } from '../errors.ts';
import type { ColumnTable, NumericColumns } from './column-table.ts';

/** What is known about one column; missing values left out. NaN where there are too few. */
export interface ColumnSummary {
  readonly column: string;
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation. */
  readonly std: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Table work that a library does. */
export interface TableEngine {
  /** One summary per column, in order. */
  describe(columns: NumericColumns): readonly ColumnSummary[];
  /** Mean of each column per group; missing values left out. Outer key: group, inner: column. */
  groupMeans(groups: readonly string[], columns: NumericColumns): ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** (x - mean) / population standard deviation; single precision. Missing values stay missing. */
  standardise(columns: NumericColumns): NumericColumns;
  /** Comma-separated, with a header line. */
  toCsv(table: ColumnTable): string;
}

type Danfo = typeof danfojs;

/**
 * The only place that loads danfojs-node: half a second and 140 MB, so reports and training runs do it, servers never.
 * @throws TrainingError `CAUSEWAY_TRAINING_PACKAGE_MISSING` when it is not installed
 */
export async function openDanfo(load: () => Promise<unknown> = loadDanfo): Promise<TableEngine> {
  const danfo = await open(load);
  return {
    describe: (columns) => [...columns].map(([name, values]) => describeColumn(danfo, name, values)),
    groupMeans: (groups, columns) => groupMeans(danfo, groups, columns),
    standardise: (columns) =>
      new Map([...columns].map(([name, values]) => [name, standardiseColumn(danfo, values)] as const)),
    toCsv: (table) => danfo.toCSV(toFrame(danfo, table)) ?? '',
  };
}

/**
 * The tfjs inside danfojs, on its WebAssembly backend where that can be had: training is several times faster on it.
 * @throws TrainingError `CAUSEWAY_TRAINING_PACKAGE_MISSING`
 */
export async function openTensorflow(): Promise<Danfo['tensorflow']> {
  const { tensorflow } = await open(loadDanfo);
  try {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    const folder = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
    wasm.setWasmPaths(`${folder}${path.sep}`);
    await tensorflow.setBackend('wasm');
  } catch {
    await tensorflow.setBackend('cpu');
  }
  await tensorflow.ready();
  return tensorflow;
}

async function open(load: () => Promise<unknown>): Promise<Danfo> {
  try {
    const danfo = (await load()) as Danfo;
    // Otherwise the first use prints an advertisement for a native build that cannot be used here.
    danfo.tensorflow.enableProdMode();
    return danfo;
  } catch (cause) {
    throw new TrainingError('CAUSEWAY_TRAINING_PACKAGE_MISSING', undefined, { cause });
  }
}

async function loadDanfo(): Promise<unknown> {
  const loaded: { readonly default?: unknown } = await import('danfojs-node');
  return loaded.default ?? loaded;
}

function toFrame(danfo: Danfo, table: ColumnTable) {
  return new danfo.DataFrame(
    Object.fromEntries([...table].map(([name, column]) => [name, Array.from<unknown>(column)]))
  );
}

/** danfojs answers NaN for the moments of a column that holds one, so missing values are left out before. */
function describeColumn(danfo: Danfo, column: string, values: Float64Array): ColumnSummary {
  const known = Array.from(values).filter(Number.isFinite);
  if (known.length < 2) {
    const only = known[0] ?? NaN;
    return { column, count: known.length, mean: only, std: NaN, min: only, median: only, max: only };
  }
  const summary = new danfo.DataFrame({ value: known }).describe();
  const cells = new Map(summary.index.map((name, i) => [String(name), Number((summary.values[i] as unknown[])[0])]));
  const cell = (name: string): number => cells.get(name) ?? NaN;
  return {
    column,
    count: cell('count'),
    mean: cell('mean'),
    std: cell('std'),
    min: cell('min'),
    median: cell('median'),
    max: cell('max'),
  };
}

function groupMeans(danfo: Danfo, groups: readonly string[], columns: NumericColumns) {
  const means = new Map<string, Map<string, number>>([...new Set(groups)].map((group) => [group, new Map()]));
  for (const [name, values] of columns) {
    const rows = Array.from(values.keys()).filter((i) => Number.isFinite(values[i]));
    if (rows.length > 0) {
      const frame = new danfo.DataFrame({
        group: rows.map((i) => groups[i] ?? ''),
        value: rows.map((i) => values[i] ?? NaN),
      });
      for (const [group, mean] of frame.groupby(['group']).mean().values as [string, number][]) {
        means.get(String(group))?.set(name, Number(mean));
      }
    }
  }
  return means;
}

function standardiseColumn(danfo: Danfo, values: Float64Array): Float64Array {
  const rows = Array.from(values.keys()).filter((i) => Number.isFinite(values[i]));
  const scaled = new Float64Array(values.length).fill(NaN);
  if (rows.length > 0) {
    const known = new danfo.DataFrame({ value: rows.map((i) => values[i] ?? NaN) });
    const result = new danfo.StandardScaler().fitTransform(known).values as number[][];
    rows.forEach((row, i) => {
      scaled[row] = result[i]?.[0] ?? NaN;
    });
  }
  return scaled;
}
