import { dropMetricName } from '../tsdb/labels.ts';
import { goMax, goMin } from './go-math.ts';
import type { Column, Matrix } from './matrix.ts';
import { createColumn, mergeColumns } from './matrix.ts';

/** Functions of one value. They drop the metric name. */
export const VALUE_FUNCTIONS: ReadonlyMap<string, (value: number) => number> = new Map<
  string,
  (value: number) => number
>([
  ['abs', Math.abs],
  ['ceil', Math.ceil],
  ['exp', Math.exp],
  ['floor', Math.floor],
  ['ln', Math.log],
  ['log2', Math.log2],
  ['log10', Math.log10],
  ['sgn', Math.sign],
  ['sqrt', Math.sqrt],
]);

/** Applies a function of value and step to every sample; undefined drops the sample. */
export function mapValues(input: Matrix, apply: (value: number, index: number) => number | undefined): Matrix {
  return mergeColumns(input.map((column) => mapColumn(column, apply)));
}

/** `clamp`, `clamp_min`, `clamp_max` with bounds per step. An empty interval drops everything. */
export function clamp(input: Matrix, low: (index: number) => number, high: (index: number) => number): Matrix {
  return mapValues(input, (value, index) => {
    const [least, most] = [low(index), high(index)];
    return most < least ? undefined : goMax(least, goMin(most, value));
  });
}

/** `round(v, nearest)`: ties go up. */
export function round(input: Matrix, nearest: (index: number) => number): Matrix {
  return mapValues(input, (value, index) => {
    const inverse = 1 / nearest(index);
    return Math.floor(value * inverse + 0.5) / inverse;
  });
}

/** `sort` and `sort_desc` for one step, NaN last; over a range the order has no meaning. */
export function sortColumns(input: Matrix, descending: boolean): Matrix {
  if (input.some((column) => column.values.length !== 1)) {
    return input;
  }
  const valueOf = (column: Column): number => column.values[0] as number;
  return [...input].sort((a, b) => {
    const [left, right] = descending ? [valueOf(b), valueOf(a)] : [valueOf(a), valueOf(b)];
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(valueOf(a))) - Number(Number.isNaN(valueOf(b)));
    }
    return left === right ? 0 : left - right;
  });
}

function mapColumn(column: Column, apply: (value: number, index: number) => number | undefined): Column {
  const out = createColumn(dropMetricName(column.labels), column.values.length);
  for (let index = 0; index < out.values.length; index++) {
    const result = column.present[index] === 1 ? apply(column.values[index] as number, index) : undefined;
    if (result !== undefined) {
      out.values[index] = result;
      out.present[index] = 1;
    }
  }
  return out;
}
