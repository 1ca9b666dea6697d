import { dropMetricName } from '../tsdb/labels.ts';
import { absent } from './absent.ts';
import { aggregate } from './aggregate.ts';
import type { AggregateExpr, CallExpr, Expr, RangeExpr, SubqueryExpr } from './ast.ts';
import { unwrapParens } from './ast.ts';
import { evaluateBinary } from './binary.ts';
import { valueType } from './check.ts';
import type { EvaluationContext } from './context.ts';
import { unsupported } from './errors.ts';
import { histogramQuantile } from './histogram.ts';
import { labelJoin, labelReplace } from './label-functions.ts';
import type { Matrix } from './matrix.ts';
import { distinctColumns, scalarMatrix, timeOf } from './matrix.ts';
import { RANGE_FUNCTIONS } from './range-functions.ts';
import type { RangeSeries } from './selectors.ts';
import { evaluateSelector, readRange, toRangeSeries } from './selectors.ts';
import { VALUE_FUNCTIONS, clamp, mapValues, round, sortColumns } from './vector-functions.ts';
import { applyToWindows } from './windows.ts';

/**
 * Evaluates a checked expression of scalar or vector type for all steps at once.
 * Cost: samples read once per selector, then O(series * steps) per node.
 *
 * @throws PromqlError execution
 */
export function evaluate(expr: Expr, context: EvaluationContext): Matrix {
  const { steps } = context;
  switch (expr.type) {
    case 'number':
      return scalarMatrix(steps, () => expr.value);
    case 'paren':
      return evaluate(expr.expr, context);
    case 'unary':
      return evaluateUnary(expr.negate, evaluate(expr.expr, context));
    case 'selector':
      return evaluateSelector(expr, context, 'value');
    case 'aggregate':
      return evaluateAggregate(expr, context);
    case 'call':
      return evaluateCall(expr, context);
    case 'binary': {
      const scalars = { left: valueType(expr.left) === 'scalar', right: valueType(expr.right) === 'scalar' };
      const [left, right] = [evaluate(expr.left, context), evaluate(expr.right, context)];
      return evaluateBinary(expr, left, right, scalars, steps);
    }
    default:
      throw unsupported(`a ${valueType(expr)} here`);
  }
}

/** Evaluates a range selector or subquery to the samples that its windows can cover. */
export function evaluateRange(expr: RangeExpr | SubqueryExpr, context: EvaluationContext): readonly RangeSeries[] {
  if (expr.type === 'range') {
    return readRange(expr, context);
  }
  const { steps, defaultStepMs } = context;
  const intervalMs = expr.stepMs ?? defaultStepMs;
  const earliestMs = steps.startMs - expr.offsetMs - expr.rangeMs;
  const startMs = Math.ceil(earliestMs / intervalMs) * intervalMs;
  const endMs = timeOf(steps, steps.count - 1) - expr.offsetMs;
  if (startMs > endMs) {
    return [];
  }
  const inner = { startMs, intervalMs, count: Math.floor((endMs - startMs) / intervalMs) + 1 };
  const columns = evaluate(expr.expr, { ...context, steps: inner });
  context.budget.use(columns.length * inner.count);
  return columns.map((column) => toRangeSeries(column, inner));
}

function evaluateUnary(negate: boolean, input: Matrix): Matrix {
  if (!negate) {
    return input;
  }
  const negated = input.map(({ labels, values, present }) => ({
    labels: dropMetricName(labels),
    values: values.map((value) => -value),
    present,
  }));
  return distinctColumns(negated);
}

function evaluateAggregate(expr: AggregateExpr, context: EvaluationContext): Matrix {
  const param = expr.param === undefined ? () => Number.NaN : scalarOf(expr.param, context);
  return aggregate(expr, evaluate(expr.expr, context), context.steps, param);
}

/** The value of a scalar expression at each step. */
function scalarOf(expr: Expr | undefined, context: EvaluationContext): (index: number) => number {
  const [column] = expr === undefined ? [] : evaluate(expr, context);
  return (index) => column?.values[index] ?? Number.NaN;
}

function evaluateCall(expr: CallExpr, context: EvaluationContext): Matrix {
  const range = expr.args.map(unwrapParens).find((arg) => arg.type === 'range' || arg.type === 'subquery');
  if (range !== undefined && (range.type === 'range' || range.type === 'subquery')) {
    return evaluateRangeCall(expr, range, context);
  }
  const perValue = VALUE_FUNCTIONS.get(expr.name);
  if (perValue !== undefined) {
    return mapValues(vectorArg(expr, 0, context), perValue);
  }
  const special = SPECIAL_FUNCTIONS.get(expr.name);
  if (special === undefined) {
    throw unsupported(`function "${expr.name}"`);
  }
  return special(expr, context);
}

function evaluateRangeCall(expr: CallExpr, range: RangeExpr | SubqueryExpr, context: EvaluationContext): Matrix {
  const { steps } = context;
  const call = expr.name === 'absent_over_time' ? () => 1 : RANGE_FUNCTIONS.get(expr.name);
  if (call === undefined) {
    throw unsupported(`function "${expr.name}" over a range`);
  }
  const scalar = expr.args.find((arg) => valueType(arg) === 'scalar');
  const series = evaluateRange(range, context);
  context.budget.use(series.length * steps.count);
  const plan = {
    steps,
    rangeMs: range.rangeMs,
    offsetMs: range.type === 'range' ? range.selector.offsetMs : range.offsetMs,
    keepName: expr.name === 'last_over_time' || expr.name === 'absent_over_time',
    parameterAt: scalarOf(scalar, context),
  };
  const result = applyToWindows(series, plan, call);
  return expr.name === 'absent_over_time' ? absent(range, result, steps) : result;
}

function vectorArg(expr: CallExpr, index: number, context: EvaluationContext): Matrix {
  return evaluate(expr.args[index] as Expr, context);
}

function stringArgs(expr: CallExpr): readonly string[] {
  return expr.args.slice(1).map((arg) => {
    const inner = unwrapParens(arg);
    return inner.type === 'string' ? inner.value : '';
  });
}

type SpecialFunction = (expr: CallExpr, context: EvaluationContext) => Matrix;

const SPECIAL_FUNCTIONS: ReadonlyMap<string, SpecialFunction> = new Map<string, SpecialFunction>([
  ['absent', (expr, context) => absent(expr.args[0] as Expr, vectorArg(expr, 0, context), context.steps)],
  [
    'clamp',
    (expr, context) =>
      clamp(vectorArg(expr, 0, context), scalarOf(expr.args[1], context), scalarOf(expr.args[2], context)),
  ],
  [
    'clamp_min',
    (expr, context) =>
      clamp(vectorArg(expr, 0, context), scalarOf(expr.args[1], context), () => Number.POSITIVE_INFINITY),
  ],
  [
    'clamp_max',
    (expr, context) =>
      clamp(vectorArg(expr, 0, context), () => Number.NEGATIVE_INFINITY, scalarOf(expr.args[1], context)),
  ],
  [
    'histogram_quantile',
    (expr, context) => histogramQuantile(vectorArg(expr, 1, context), context.steps, scalarOf(expr.args[0], context)),
  ],
  ['label_join', (expr, context) => labelJoin(vectorArg(expr, 0, context), stringArgs(expr))],
  ['label_replace', (expr, context) => labelReplace(vectorArg(expr, 0, context), stringArgs(expr))],
  [
    'round',
    (expr, context) =>
      round(vectorArg(expr, 0, context), expr.args.length > 1 ? scalarOf(expr.args[1], context) : () => 1),
  ],
  ['scalar', (expr, context) => toScalar(vectorArg(expr, 0, context), context)],
  ['sort', (expr, context) => sortColumns(vectorArg(expr, 0, context), false)],
  ['sort_desc', (expr, context) => sortColumns(vectorArg(expr, 0, context), true)],
  ['time', (_expr, { steps }) => scalarMatrix(steps, (index) => timeOf(steps, index) / 1000)],
  ['timestamp', timestamp],
  ['vector', (expr, context) => vectorArg(expr, 0, context)],
]);

function timestamp(expr: CallExpr, context: EvaluationContext): Matrix {
  const arg = unwrapParens(expr.args[0] as Expr);
  if (arg.type === 'selector') {
    return mapValues(evaluateSelector(arg, context, 'time'), (seconds) => seconds);
  }
  return mapValues(evaluate(arg, context), (_value, index) => timeOf(context.steps, index) / 1000);
}

function toScalar(input: Matrix, { steps }: EvaluationContext): Matrix {
  return scalarMatrix(steps, (index) => {
    const present = input.filter((column) => column.present[index] === 1);
    return present.length === 1 ? (present[0]?.values[index] ?? Number.NaN) : Number.NaN;
  });
}
