import type { LabelSet } from '../tsdb/labels.ts';
import { METRIC_NAME, dropLabels, keepLabels } from '../tsdb/labels.ts';
import type { AggregateExpr, AggregateOperator } from './ast.ts';
import { quantileOf } from './go-math.ts';
import type { Column, Matrix, Steps } from './matrix.ts';
import { createColumn, hasSamples } from './matrix.ts';
import { selectExtremes } from './topk.ts';

interface Group {
  readonly labels: LabelSet;
  readonly members: Column[];
}

/**
 * Aggregates a vector. Members are taken in the order of the input, as the server does, so that sums round alike.
 *
 * @param param value of the parameter of `topk`, `bottomk` and `quantile` at a step
 */
export function aggregate(expr: AggregateExpr, input: Matrix, steps: Steps, param: (index: number) => number): Matrix {
  const { operator } = expr;
  const groups = groupColumns(expr, input);
  if (operator === 'topk' || operator === 'bottomk') {
    const largest = operator === 'topk';
    return groups.flatMap((group) => selectExtremes(group.members, steps, param, largest));
  }
  return groups
    .map((group) => {
      const out = createColumn(group.labels, steps.count);
      if (operator === 'quantile') {
        aggregateQuantile(group.members, out, param);
      } else {
        FOLDS[operator](group.members, out);
      }
      return out;
    })
    .filter(hasSamples);
}

function groupColumns(expr: AggregateExpr, input: Matrix): Group[] {
  const names = new Set(expr.without ? [...expr.grouping, METRIC_NAME] : expr.grouping);
  const groups = new Map<string, Group>();
  for (const column of input) {
    const labels = expr.without ? dropLabels(column.labels, names) : keepLabels(column.labels, names);
    const group = groups.get(labels.key);
    if (group === undefined) {
      groups.set(labels.key, { labels, members: [column] });
    } else {
      group.members.push(column);
    }
  }
  return [...groups.values()];
}

type Fold = (members: readonly Column[], out: Column) => void;

const FOLDS: Readonly<Record<Exclude<AggregateOperator, 'topk' | 'bottomk' | 'quantile'>, Fold>> = {
  sum: foldPairs((sum, value) => sum + value),
  min: foldPairs((best, value) => (best > value || best !== best ? value : best)),
  max: foldPairs((best, value) => (best < value || best !== best ? value : best)),
  group: (members, out) => {
    visit(members, out, () => 1);
  },
  count: (members, out) => {
    visit(members, out, (_value, before) => (before ?? 0) + 1);
  },
  avg: foldAverage,
  stddev: (members, out) => {
    foldVariance(members, out);
    out.values.forEach((value, index) => {
      out.values[index] = Math.sqrt(value);
    });
  },
  stdvar: foldVariance,
};

/** Calls `next` with each sample and what the slot held before; its result becomes the slot. */
function visit(
  members: readonly Column[],
  out: Column,
  next: (value: number, before: number | undefined, index: number) => number
): void {
  for (const { values, present } of members) {
    for (let index = 0; index < present.length; index++) {
      if (present[index] === 1) {
        const before = out.present[index] === 1 ? out.values[index] : undefined;
        out.values[index] = next(values[index] as number, before, index);
        out.present[index] = 1;
      }
    }
  }
}

function foldPairs(combine: (before: number, value: number) => number): Fold {
  return (members, out) => {
    visit(members, out, (value, before) => (before === undefined ? value : combine(before, value)));
  };
}

function foldAverage(members: readonly Column[], out: Column): void {
  const counts = new Uint32Array(out.values.length);
  visit(members, out, (value, mean, index) => {
    const count = (counts[index] = (counts[index] as number) + 1);
    if (mean === undefined) {
      return value;
    }
    if (Math.abs(mean) === Number.POSITIVE_INFINITY && (value === mean || Number.isFinite(value))) {
      return mean;
    }
    return mean + (value / count - mean / count);
  });
}

function foldVariance(members: readonly Column[], out: Column): void {
  const counts = new Uint32Array(out.values.length);
  const means = new Float64Array(out.values.length);
  visit(members, out, (value, squares, index) => {
    const count = (counts[index] = (counts[index] as number) + 1);
    if (squares === undefined) {
      means[index] = value;
      return 0;
    }
    const delta = value - (means[index] as number);
    means[index] = (means[index] as number) + delta / count;
    return squares + delta * (value - (means[index] as number));
  });
  for (let index = 0; index < counts.length; index++) {
    out.values[index] = (out.values[index] as number) / (counts[index] as number);
  }
}

function aggregateQuantile(members: readonly Column[], out: Column, param: (index: number) => number): void {
  const buffer = new Float64Array(members.length);
  for (let index = 0; index < out.present.length; index++) {
    let count = 0;
    for (const { values, present } of members) {
      if (present[index] === 1) {
        buffer[count++] = values[index] as number;
      }
    }
    if (count > 0) {
      out.values[index] = quantileOf(param(index), buffer.subarray(0, count));
      out.present[index] = 1;
    }
  }
}
