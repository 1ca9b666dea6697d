import type { LabelSet } from '../tsdb/labels.ts';
import { dropLabels, dropMetricName, formatLabelSet, keepLabels, labelValue, withLabel } from '../tsdb/labels.ts';
import type { ValueOperator, VectorMatching } from './ast.ts';
import { isComparison } from './ast.ts';
import { PromqlError } from './errors.ts';
import type { Column, Matrix, Steps } from './matrix.ts';
import { createColumn, duplicateLabelsError, hasSamples } from './matrix.ts';
import { VALUE_OPERATIONS } from './scalar-operators.ts';
import { matchLabels } from './signature-key.ts';

interface Operands {
  readonly left: Matrix;
  readonly right: Matrix;
  readonly steps: Steps;
}

interface MatchGroup {
  readonly labels: LabelSet;
  readonly many: Column[];
  readonly one: Column[];
}

/**
 * An arithmetic or comparison operator between two vectors, with `on`, `ignoring`, `group_left` and `group_right`.
 *
 * @throws PromqlError execution for ambiguous matches, as the server words them
 */
export function matchVectors(
  operator: ValueOperator,
  matching: VectorMatching,
  returnBool: boolean,
  { left, right, steps }: Operands
): Matrix {
  const swapped = matching.cardinality === 'one-to-many';
  const [many, one] = swapped ? [right, left] : [left, right];
  const groups = groupBySignature(matching, many, one);
  const anyMany = anyPresent(many, steps);
  const outputs = new Map<string, Column>();
  for (const group of groups) {
    checkOneSide(group, matching, anyMany);
    const join = createJoin(group, operator, matching, returnBool, outputs);
    for (let index = 0; index < steps.count; index++) {
      joinAt(join, index);
    }
  }
  return [...outputs.values()].filter(hasSamples);
}

function groupBySignature(matching: VectorMatching, many: Matrix, one: Matrix): readonly MatchGroup[] {
  const signature = matchLabels(matching);
  const groups = new Map<string, MatchGroup>();
  for (const column of one) {
    const labels = signature(column.labels);
    const group = groups.get(labels.key) ?? { labels, many: [], one: [] };
    groups.set(labels.key, group);
    group.one.push(column);
  }
  for (const column of many) {
    groups.get(signature(column.labels).key)?.many.push(column);
  }
  return [...groups.values()];
}

function anyPresent(matrix: Matrix, steps: Steps): Uint8Array {
  const any = new Uint8Array(steps.count);
  for (const { present } of matrix) {
    for (let index = 0; index < any.length; index++) {
      any[index] = (any[index] as number) | (present[index] as number);
    }
  }
  return any;
}

function checkOneSide(group: MatchGroup, matching: VectorMatching, anyMany: Uint8Array): void {
  for (let index = 0; group.one.length > 1 && index < anyMany.length; index++) {
    if (anyMany[index] !== 1) {
      continue;
    }
    const [first, second] = group.one.filter((column) => column.present[index] === 1);
    if (first !== undefined && second !== undefined) {
      const side = matching.cardinality === 'one-to-many' ? 'left' : 'right';
      throw new PromqlError(
        'execution',
        `found duplicate series for the match group ${formatLabelSet(group.labels)} on the ${side} hand-side of the operation: ` +
          `[${formatLabelSet(second.labels)}, ${formatLabelSet(first.labels)}];` +
          'many-to-many matching not allowed: matching labels must be unique on one side'
      );
    }
  }
}

interface Join {
  readonly group: MatchGroup;
  readonly oneToOne: boolean;
  /** The value of the pair, undefined when the pair is dropped. */
  readonly valueOf: (many: number, one: number) => number | undefined;
  readonly target: (many: Column, one: Column) => Column;
}

function createJoin(
  group: MatchGroup,
  operator: ValueOperator,
  matching: VectorMatching,
  returnBool: boolean,
  outputs: Map<string, Column>
): Join {
  const targets = new Map<Column, Map<Column, Column>>();
  const target = (many: Column, one: Column): Column => {
    const byOne = targets.get(many) ?? new Map<Column, Column>();
    targets.set(many, byOne);
    let column = byOne.get(one);
    if (column === undefined) {
      const labels = resultLabels(many.labels, one.labels, matching, !isComparison(operator), returnBool);
      column = outputs.get(labels.key) ?? createColumn(labels, many.values.length);
      outputs.set(labels.key, column);
      byOne.set(one, column);
    }
    return column;
  };
  const valueOf = pairValue(operator, returnBool, matching.cardinality === 'one-to-many');
  return { group, oneToOne: matching.cardinality === 'one-to-one', valueOf, target };
}

function pairValue(operator: ValueOperator, returnBool: boolean, swapped: boolean): Join['valueOf'] {
  const operation = VALUE_OPERATIONS[operator];
  return (many, one) => {
    const [left, right] = swapped ? [one, many] : [many, one];
    if (operation.kind === 'arithmetic') {
      return operation.apply(left, right);
    }
    const holds = operation.holds(left, right);
    return returnBool ? Number(holds) : holds ? left : undefined;
  };
}

function joinAt({ group, oneToOne, valueOf, target }: Join, index: number): void {
  const one = group.one.find((column) => column.present[index] === 1);
  if (one === undefined) {
    return;
  }
  let matched = false;
  for (const many of group.many) {
    if (many.present[index] !== 1) {
      continue;
    }
    const value = valueOf(many.values[index] as number, one.values[index] as number);
    if (value === undefined) {
      continue;
    }
    if (matched && oneToOne) {
      throw new PromqlError(
        'execution',
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
      );
    }
    matched = true;
    storeOnce(target(many, one), index, value);
  }
}

function storeOnce(column: Column, index: number, value: number): void {
  if (column.present[index] === 1) {
    throw duplicateLabelsError();
  }
  column.values[index] = value;
  column.present[index] = 1;
}

function resultLabels(
  many: LabelSet,
  one: LabelSet,
  matching: VectorMatching,
  dropsName: boolean,
  returnBool: boolean
): LabelSet {
  let labels = dropsName ? dropMetricName(many) : many;
  if (matching.cardinality === 'one-to-one') {
    const names = new Set(matching.labels);
    labels = matching.on ? keepLabels(labels, names) : dropLabels(labels, names);
  }
  for (const name of matching.include) {
    labels = withLabel(labels, name, labelValue(one, name));
  }
  return returnBool ? dropMetricName(labels) : labels;
}
