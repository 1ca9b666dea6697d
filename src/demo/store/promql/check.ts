import type { BinaryExpr, CallExpr, Expr, SelectorExpr } from './ast.ts';
import { isComparison, isSetOperator } from './ast.ts';
import { parseError, unsupported } from './errors.ts';
import type { Signature, ValueType } from './signatures.ts';
import { FUNCTIONS } from './signatures.ts';
import { METRIC_NAME } from '../tsdb/labels.ts';

const DOCUMENTED: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

/** The static type of an expression. */
export function valueType(expr: Expr): ValueType {
  switch (expr.type) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'range':
    case 'subquery':
      return 'matrix';
    case 'unary':
    case 'paren':
      return valueType(expr.expr);
    case 'call':
      return signatureOf(expr).returns;
    case 'binary':
      return valueType(expr.left) === 'scalar' && valueType(expr.right) === 'scalar' ? 'scalar' : 'vector';
    default:
      return 'vector';
  }
}

/**
 * Checks types, arguments and modifiers as Prometheus' parser does.
 * @throws PromqlError bad_data
 */
export function checkExpr(expr: Expr): void {
  switch (expr.type) {
    case 'paren':
      return checkExpr(expr.expr);
    case 'unary':
      return checkUnary(expr.expr);
    case 'selector':
      return checkSelector(expr);
    case 'range':
      return checkSelector(expr.selector);
    case 'subquery':
      return expectSubject(expr.expr);
    case 'call':
      return checkCall(expr);
    case 'aggregate':
      if (expr.param !== undefined) {
        expectType(expr.param, 'scalar', 'aggregation parameter');
      }
      return expectType(expr.expr, 'vector', 'aggregation expression');
    case 'binary':
      return checkBinary(expr);
    default:
  }
}

function expectType(expr: Expr, wanted: ValueType, context: string): void {
  checkExpr(expr);
  const got = valueType(expr);
  if (got !== wanted) {
    throw parseError(`expected type ${DOCUMENTED[wanted]} in ${context}, got ${DOCUMENTED[got]}`);
  }
}

function expectSubject(expr: Expr): void {
  checkExpr(expr);
  if (valueType(expr) !== 'vector') {
    throw parseError(`subquery is only allowed on instant vector, got ${valueType(expr)} instead`);
  }
}

function checkUnary(expr: Expr): void {
  checkExpr(expr);
  const type = valueType(expr);
  if (type !== 'scalar' && type !== 'vector') {
    throw parseError(
      `unary expression only allowed on expressions of type scalar or instant vector, got "${DOCUMENTED[type]}"`
    );
  }
}

function checkSelector(expr: SelectorExpr): void {
  if (expr.hasName) {
    const again = expr.matchers.slice(0, -1).find((matcher) => matcher.label === METRIC_NAME);
    if (again !== undefined) {
      throw parseError(`metric name must not be set twice: "${expr.matchers.at(-1)?.value}" or "${again.value}"`);
    }
  } else if (expr.matchers.every((matcher) => matcher.matches(''))) {
    throw parseError('vector selector must contain at least one non-empty matcher');
  }
}

function signatureOf(expr: CallExpr): Signature {
  const signature = FUNCTIONS.get(expr.name);
  if (signature === undefined) {
    throw unsupported(`function "${expr.name}"`);
  }
  return signature;
}

function checkCall(expr: CallExpr): void {
  const { params, optional } = signatureOf(expr);
  const repeats = optional === Number.POSITIVE_INFINITY;
  const least = repeats ? params.length - 1 : params.length - optional;
  const most = repeats ? Number.POSITIVE_INFINITY : params.length;
  if (expr.args.length < least || expr.args.length > most) {
    throw parseError(`expected ${least} argument(s) in call to "${expr.name}", got ${expr.args.length}`);
  }
  expr.args.forEach((arg, index) => {
    expectType(arg, params[Math.min(index, params.length - 1)] as ValueType, `call to function "${expr.name}"`);
  });
}

function checkBinary(expr: BinaryExpr): void {
  checkExpr(expr.left);
  checkExpr(expr.right);
  const types = [valueType(expr.left), valueType(expr.right)];
  if (types.some((type) => type !== 'scalar' && type !== 'vector')) {
    throw parseError('binary expression must contain only scalar and instant vector types');
  }
  if (expr.returnBool && !isComparison(expr.operator)) {
    throw parseError('bool modifier can only be used on comparison operators');
  }
  checkMatching(expr);
  if (types.every((type) => type === 'vector')) {
    return;
  }
  if (isSetOperator(expr.operator)) {
    throw parseError(`set operator "${expr.operator}" not allowed in binary scalar expression`);
  }
  if (expr.matching.labels.length > 0) {
    throw parseError('vector matching only allowed between instant vectors');
  }
  if (isComparison(expr.operator) && !expr.returnBool && types.every((type) => type === 'scalar')) {
    throw parseError('comparisons between scalars must use BOOL modifier');
  }
}

function checkMatching({ operator, matching }: BinaryExpr): void {
  const twice = matching.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
  if (twice !== undefined) {
    throw parseError(`label "${twice}" must not occur in ON and GROUP clause at once`);
  }
  if (isSetOperator(operator) && matching.cardinality !== 'one-to-one') {
    throw parseError(`no grouping allowed for "${operator}" operation`);
  }
}
