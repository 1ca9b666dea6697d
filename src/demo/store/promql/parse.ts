import type { MatchOperator } from '../matcher.ts';
import { toMatcher } from '../matcher.ts';
import { StoreError } from '../errors.ts';
import { METRIC_NAME } from '../tsdb/labels.ts';
import type { AggregateOperator, Expr, SelectorExpr } from './ast.ts';
import { checkExpr } from './check.ts';
import { parseError, unsupported } from './errors.ts';
import { FUNCTIONS } from './signatures.ts';
import { parseNumber, parseString } from './literals.ts';
import { associate, flatten, labelNames } from './operators.ts';
import type { Tree } from '../syntax-tree.ts';
import { childNamed } from '../syntax-tree.ts';
import { parseTree } from './tree.ts';

const AGGREGATES: ReadonlySet<string> = new Set<AggregateOperator>([
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
]);
const WITH_PARAM: ReadonlySet<string> = new Set(['topk', 'bottomk', 'quantile']);

/**
 * Parses and type-checks a PromQL expression.
 * @throws PromqlError bad_data for syntax and type errors and for constructs outside the supported grammar
 */
export function parsePromql(query: string): Expr {
  const expr = toExpr(parseTree(query));
  checkExpr(expr);
  return expr;
}

/**
 * Parses a plain series selector, as the `match[]` parameter has it.
 * @throws PromqlError bad_data
 */
export function parseSelector(text: string): SelectorExpr {
  const expr = parsePromql(text);
  if (expr.type !== 'selector' || expr.offsetMs !== 0) {
    throw parseError('unexpected input in metric selector');
  }
  return expr;
}

function toExpr(tree: Tree): Expr {
  return associate(flatten(tree), toAtom);
}

function toAtom(tree: Tree): Expr {
  switch (tree.name) {
    case 'NumberDurationLiteral':
      return { type: 'number', value: parseNumber(tree.text) };
    case 'StringLiteral':
      return { type: 'string', value: parseString(tree.text) };
    case 'ParenExpr':
      return { type: 'paren', expr: toExpr(only(tree)) };
    case 'VectorSelector':
      return toSelector(tree);
    case 'FunctionCall':
      return toCall(tree);
    case 'AggregateExpr':
      return toAggregate(tree);
    default:
      throw unsupported(`${tree.name} in ${tree.text}`);
  }
}

function only(tree: Tree): Tree {
  const [child] = tree.children;
  if (child === undefined || tree.children.length !== 1) {
    throw parseError(`unexpected ${JSON.stringify(tree.text)}`);
  }
  return child;
}

function toSelector(tree: Tree): SelectorExpr {
  const name = childNamed(tree, 'Identifier')?.text;
  const matchers = (childNamed(tree, 'LabelMatchers')?.children ?? []).map(toLabelMatcher);
  if (name === undefined) {
    return { type: 'selector', matchers, hasName: false, offsetMs: 0 };
  }
  return { type: 'selector', matchers: [...matchers, toMatcher(METRIC_NAME, '=', name)], hasName: true, offsetMs: 0 };
}

function toLabelMatcher(tree: Tree): ReturnType<typeof toMatcher> {
  const label = childNamed(tree, 'LabelName');
  const operator = childNamed(tree, 'MatchOp');
  const value = childNamed(tree, 'StringLiteral');
  if (tree.name !== 'UnquotedLabelMatcher' || label === undefined || operator === undefined || value === undefined) {
    throw unsupported(`quoted names in ${tree.text}`);
  }
  try {
    return toMatcher(label.text, operator.text as MatchOperator, parseString(value.text));
  } catch (error) {
    if (error instanceof StoreError) {
      throw parseError(`error parsing regexp: ${error.message}`);
    }
    throw error;
  }
}

function toCall(tree: Tree): Expr {
  const name = childNamed(tree, 'FunctionIdentifier')?.text ?? '';
  const args = (childNamed(tree, 'FunctionCallBody')?.children ?? []).map(toExpr);
  if (!FUNCTIONS.has(name)) {
    throw unsupported(`function ${JSON.stringify(name)}`);
  }
  return { type: 'call', name, args };
}

function toAggregate(tree: Tree): Expr {
  const operator = (childNamed(tree, 'AggregateOp')?.text ?? '').toLowerCase();
  const args = (childNamed(tree, 'FunctionCallBody')?.children ?? []).map(toExpr);
  const modifier = childNamed(tree, 'AggregateModifier');
  if (!AGGREGATES.has(operator)) {
    throw unsupported(`aggregation ${JSON.stringify(operator)}`);
  }
  const wanted = WITH_PARAM.has(operator) ? 2 : 1;
  const [first, second] = args;
  if (args.length !== wanted || first === undefined) {
    throw parseError(
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`
    );
  }
  const base = {
    type: 'aggregate',
    operator: operator as AggregateOperator,
    without: modifier?.children.some((child) => child.name === 'Without') ?? false,
    grouping: modifier === undefined ? [] : toGrouping(modifier),
  } as const;
  return second === undefined ? { ...base, expr: first } : { ...base, param: first, expr: second };
}

function toGrouping(modifier: Tree): readonly string[] {
  const labels = childNamed(modifier, 'GroupingLabels');
  return labels === undefined ? [] : labelNames(labels);
}
