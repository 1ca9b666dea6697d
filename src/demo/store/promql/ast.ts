import type { Matcher } from '../matcher.ts';

/** Arithmetic and comparison operators. */
export type ValueOperator = '+' | '-' | '*' | '/' | '%' | '^' | '==' | '!=' | '>' | '<' | '>=' | '<=';

/** Set operators. */
export type SetOperator = 'and' | 'or' | 'unless';

/** Aggregation operators. */
export type AggregateOperator =
  'sum' | 'avg' | 'min' | 'max' | 'count' | 'group' | 'stddev' | 'stdvar' | 'topk' | 'bottomk' | 'quantile';

/** How the sides of a binary operation between vectors are paired. */
export interface VectorMatching {
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many';
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels that `group_left` or `group_right` copies from the "one" side. */
  readonly include: readonly string[];
}

/** An instant vector selector. Positive offsets look back. */
export interface SelectorExpr {
  readonly type: 'selector';
  /** The matcher of a name outside the braces comes last. */
  readonly matchers: readonly Matcher[];
  readonly hasName: boolean;
  readonly offsetMs: number;
}

/** A range vector selector. */
export interface RangeExpr {
  readonly type: 'range';
  readonly selector: SelectorExpr;
  readonly rangeMs: number;
}

/** An instant query evaluated over a range. `stepMs` is absent for the default step. */
export interface SubqueryExpr {
  readonly type: 'subquery';
  readonly expr: Expr;
  readonly rangeMs: number;
  readonly stepMs?: number;
  readonly offsetMs: number;
}

/** A function call. */
export interface CallExpr {
  readonly type: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

/** An aggregation. */
export interface AggregateExpr {
  readonly type: 'aggregate';
  readonly operator: AggregateOperator;
  readonly without: boolean;
  readonly grouping: readonly string[];
  readonly param?: Expr;
  readonly expr: Expr;
}

/** A binary operation. `matching` counts only between two vectors. */
export interface BinaryExpr {
  readonly type: 'binary';
  readonly operator: ValueOperator | SetOperator;
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
  readonly left: Expr;
  readonly right: Expr;
}

/** A parsed PromQL expression. */
export type Expr =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'unary'; readonly negate: boolean; readonly expr: Expr }
  | { readonly type: 'paren'; readonly expr: Expr }
  | SelectorExpr
  | RangeExpr
  | SubqueryExpr
  | CallExpr
  | AggregateExpr
  | BinaryExpr;

/** The expression inside any parentheses. */
export function unwrapParens(expr: Expr): Expr {
  return expr.type === 'paren' ? unwrapParens(expr.expr) : expr;
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);

/** Whether an operator compares. */
export function isComparison(operator: string): boolean {
  return COMPARISONS.has(operator);
}

/** Whether an operator works on sets. */
export function isSetOperator(operator: string): operator is SetOperator {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}
