import { dropMetricName } from '../tsdb/labels.ts';
import type { BinaryExpr, ValueOperator } from './ast.ts';
import { isSetOperator } from './ast.ts';
import type { Column, Matrix, Steps } from './matrix.ts';
import { createColumn, mergeColumns, scalarMatrix } from './matrix.ts';
import type { ValueOperation } from './scalar-operators.ts';
import { VALUE_OPERATIONS } from './scalar-operators.ts';
import { evaluateSet } from './set-operators.ts';
import { matchVectors } from './vector-matching.ts';

/** Evaluates a binary operation; each side is a scalar or a vector. */
export function evaluateBinary(
  expr: BinaryExpr,
  left: Matrix,
  right: Matrix,
  scalars: { readonly left: boolean; readonly right: boolean },
  steps: Steps
): Matrix {
  if (isSetOperator(expr.operator)) {
    return evaluateSet(expr.operator, expr.matching, left, right, steps);
  }
  const operation = VALUE_OPERATIONS[expr.operator];
  if (scalars.left && scalars.right) {
    return betweenScalars(operation, left, right, steps);
  }
  if (scalars.left || scalars.right) {
    const [vector, scalar] = scalars.left ? [right, left] : [left, right];
    return withScalar(operation, vector, scalar, { swapped: scalars.left, returnBool: expr.returnBool });
  }
  return matchVectors(expr.operator as ValueOperator, expr.matching, expr.returnBool, { left, right, steps });
}

function valueAt(matrix: Matrix, index: number): number {
  return matrix[0]?.values[index] ?? Number.NaN;
}

function betweenScalars(operation: ValueOperation, left: Matrix, right: Matrix, steps: Steps): Matrix {
  return scalarMatrix(steps, (index) => {
    const [a, b] = [valueAt(left, index), valueAt(right, index)];
    return operation.kind === 'arithmetic' ? operation.apply(a, b) : Number(operation.holds(a, b));
  });
}

function withScalar(
  operation: ValueOperation,
  vector: Matrix,
  scalar: Matrix,
  mode: { readonly swapped: boolean; readonly returnBool: boolean }
): Matrix {
  const keepsName = operation.kind === 'comparison' && !mode.returnBool;
  return mergeColumns(
    vector.map((column) => {
      const labels = keepsName ? column.labels : dropMetricName(column.labels);
      const out = createColumn(labels, column.values.length);
      fillWithScalar(operation, column, scalar, mode, out);
      return out;
    })
  );
}

function fillWithScalar(
  operation: ValueOperation,
  column: Column,
  scalar: Matrix,
  mode: { readonly swapped: boolean; readonly returnBool: boolean },
  out: Column
): void {
  for (let index = 0; index < out.values.length; index++) {
    if (column.present[index] !== 1) {
      continue;
    }
    const value = column.values[index] as number;
    const other = valueAt(scalar, index);
    const [left, right] = mode.swapped ? [other, value] : [value, other];
    if (operation.kind === 'arithmetic') {
      out.values[index] = operation.apply(left, right);
      out.present[index] = 1;
    } else {
      const holds = operation.holds(left, right);
      out.values[index] = mode.returnBool ? Number(holds) : value;
      out.present[index] = Number(holds || mode.returnBool);
    }
  }
}
