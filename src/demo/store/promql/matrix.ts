import { PromqlError } from './errors.ts';
import type { LabelSet } from '../tsdb/labels.ts';
import { NO_LABELS } from '../tsdb/labels.ts';

/** The instants at which an expression is evaluated: `startMs + i * intervalMs` for `0 <= i < count`. */
export interface Steps {
  readonly startMs: number;
  readonly intervalMs: number;
  readonly count: number;
}

/** One result series, a slot per step. A slot counts only where `present` is 1; its value may be NaN. */
export interface Column {
  readonly labels: LabelSet;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** Result of a vector or scalar expression. A scalar is one column without labels, present everywhere. */
export type Matrix = readonly Column[];

/** Time of a step. */
export function timeOf(steps: Steps, index: number): number {
  return steps.startMs + index * steps.intervalMs;
}

/** An empty column. */
export function createColumn(labels: LabelSet, count: number): Column {
  return { labels, values: new Float64Array(count), present: new Uint8Array(count) };
}

/** A scalar from a function of the step. */
export function scalarMatrix(steps: Steps, valueAt: (index: number) => number): Matrix {
  const column = createColumn(NO_LABELS, steps.count);
  for (let index = 0; index < steps.count; index++) {
    column.values[index] = valueAt(index);
  }
  column.present.fill(1);
  return [column];
}

/** Whether the column has any sample. */
export function hasSamples(column: Column): boolean {
  return column.present.includes(1);
}

/** The error of Prometheus for two results with the same labels at one instant. */
export function duplicateLabelsError(): PromqlError {
  return new PromqlError('execution', 'vector cannot contain metrics with the same labelset');
}

/**
 * Joins columns with equal labels, drops empty ones.
 * @throws PromqlError execution when two of them have a sample at the same step
 */
export function mergeColumns(columns: readonly Column[]): Matrix {
  const merged = new Map<string, Column>();
  for (const column of columns) {
    if (!hasSamples(column)) {
      continue;
    }
    const { key } = column.labels;
    const other = merged.get(key);
    merged.set(key, other === undefined ? column : joinColumns(other, column));
  }
  return [...merged.values()];
}

/**
 * Drops empty columns.
 * @throws PromqlError execution when two of the others have equal labels, at whatever steps
 */
export function distinctColumns(columns: readonly Column[]): Matrix {
  const kept = columns.filter(hasSamples);
  if (new Set(kept.map((column) => column.labels.key)).size !== kept.length) {
    throw duplicateLabelsError();
  }
  return kept;
}

function joinColumns(a: Column, b: Column): Column {
  const out: Column = { labels: a.labels, values: a.values.slice(), present: a.present.slice() };
  for (let index = 0; index < b.present.length; index++) {
    if (b.present[index] === 1) {
      if (out.present[index] === 1) {
        throw duplicateLabelsError();
      }
      out.present[index] = 1;
      out.values[index] = b.values[index] as number;
    }
  }
  return out;
}
