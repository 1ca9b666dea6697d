import type { ValueOperator } from './ast.ts';
import { goPow } from './go-math.ts';

/** Arithmetic gives a value; a comparison tells whether the left value is kept. */
export type ValueOperation =
  | { readonly kind: 'arithmetic'; readonly apply: (left: number, right: number) => number }
  | { readonly kind: 'comparison'; readonly holds: (left: number, right: number) => boolean };

const arithmetic = (apply: (left: number, right: number) => number): ValueOperation => ({ kind: 'arithmetic', apply });
const comparison = (holds: (left: number, right: number) => boolean): ValueOperation => ({ kind: 'comparison', holds });

/** The operators on two values. */
export const VALUE_OPERATIONS: Readonly<Record<ValueOperator, ValueOperation>> = {
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '^': arithmetic(goPow),
  '==': comparison((left, right) => left === right),
  '!=': comparison((left, right) => left !== right),
  '>': comparison((left, right) => left > right),
  '<': comparison((left, right) => left < right),
  '>=': comparison((left, right) => left >= right),
  '<=': comparison((left, right) => left <= right),
};
