import type { Expr, SelectorExpr, SetOperator, ValueOperator, VectorMatching } from './ast.ts';
import { parseError, unsupported } from './errors.ts';
import { parseDurationMs } from './literals.ts';
import type { Tree } from '../syntax-tree.ts';
import { childNamed } from '../syntax-tree.ts';

/** One token of a flat run of operators and operands. */
export type Token =
  | { readonly kind: 'atom'; readonly tree: Tree }
  | { readonly kind: 'sign'; readonly negate: boolean }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly returnBool: boolean;
      readonly matching: VectorMatching;
    }
  | { readonly kind: 'offset'; readonly offsetMs: number }
  | { readonly kind: 'range'; readonly rangeMs: number }
  | { readonly kind: 'subquery'; readonly rangeMs: number; readonly stepMs: number | undefined };

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ...['and', 'unless'].map((name) => [name, 2] as const),
  ...['==', '!=', '>', '<', '>=', '<='].map((name) => [name, 3] as const),
  ...['+', '-'].map((name) => [name, 4] as const),
  ...['*', '/', '%'].map((name) => [name, 5] as const),
  ['^', 6],
]);
const POWER = 6;

/**
 * Turns nested operator nodes back into the order of the source. The editor grammar leaves the binding of signs,
 * `offset` and ranges open; the server's does not, so `associate` binds them again.
 */
export function flatten(tree: Tree): Token[] {
  const [first, second, third] = tree.children;
  switch (tree.name) {
    case 'BinaryExpr':
      return [...flatten(first as Tree), toBinary(tree), ...flatten(tree.children.at(-1) as Tree)];
    case 'UnaryExpr':
      return [{ kind: 'sign', negate: first?.text === '-' }, ...flatten(second as Tree)];
    case 'OffsetExpr':
      return [
        ...flatten(first as Tree),
        { kind: 'offset', offsetMs: toOffset(childNamed(tree, 'OffsetDurationExpr')) },
      ];
    case 'MatrixSelector':
      return [...flatten(first as Tree), { kind: 'range', rangeMs: toDuration(second) }];
    case 'SubqueryExpr':
      return [
        ...flatten(first as Tree),
        { kind: 'subquery', rangeMs: toDuration(second), stepMs: third === undefined ? undefined : toDuration(third) },
      ];
    case 'NumberDurationLiteral':
      return flattenNumber(tree);
    default:
      return [{ kind: 'atom', tree }];
  }
}

/**
 * Binds a flat run of tokens with Prometheus' precedences: postfix, then `^` (right), then signs, then `* / %`, `+ -`,
 * comparisons, `and unless`, `or`.
 */
export function associate(tokens: readonly Token[], toAtom: (tree: Tree) => Expr): Expr {
  let at = 0;
  const parseBinary = (minimum: number): Expr => {
    let left = parseUnary();
    for (let next = tokens[at]; next?.kind === 'binary'; next = tokens[at]) {
      const precedence = PRECEDENCE.get(next.operator) ?? 0;
      if (precedence < minimum) {
        break;
      }
      at++;
      const right = parseBinary(precedence === POWER ? precedence : precedence + 1);
      const operator = next.operator as ValueOperator | SetOperator;
      left = { type: 'binary', operator, returnBool: next.returnBool, matching: next.matching, left, right };
    }
    return left;
  };
  const parseUnary = (): Expr => {
    const token = tokens[at++];
    if (token?.kind === 'sign') {
      return applySign(token.negate, parseBinary(POWER));
    }
    if (token?.kind !== 'atom') {
      throw parseError('unexpected operator');
    }
    let expr = toAtom(token.tree);
    for (let next = tokens[at]; next !== undefined && isPostfix(next); next = tokens[at]) {
      expr = applyPostfix(expr, next);
      at++;
    }
    return expr;
  };
  return parseBinary(0);
}

function applySign(negate: boolean, expr: Expr): Expr {
  if (expr.type === 'number') {
    return { type: 'number', value: negate ? -expr.value : expr.value };
  }
  return { type: 'unary', negate, expr };
}

type Postfix = Extract<Token, { kind: 'offset' | 'range' | 'subquery' }>;

function isPostfix(token: Token): token is Postfix {
  return token.kind === 'offset' || token.kind === 'range' || token.kind === 'subquery';
}

function applyPostfix(expr: Expr, token: Postfix): Expr {
  if (token.kind === 'offset') {
    return applyOffset(expr, token.offsetMs);
  }
  if (token.kind === 'subquery') {
    const { rangeMs, stepMs } = token;
    return { type: 'subquery', expr, rangeMs, offsetMs: 0, ...(stepMs === undefined ? {} : { stepMs }) };
  }
  if (expr.type !== 'selector') {
    throw parseError('ranges only allowed for vector selectors');
  }
  if (expr.offsetMs !== 0) {
    throw parseError('no offset modifiers allowed before range');
  }
  return { type: 'range', selector: expr, rangeMs: token.rangeMs };
}

function applyOffset(expr: Expr, offsetMs: number): Expr {
  if (expr.type === 'range') {
    return { ...expr, selector: applyOffset(expr.selector, offsetMs) as SelectorExpr };
  }
  if (expr.type !== 'selector' && expr.type !== 'subquery') {
    throw parseError(
      'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery'
    );
  }
  if (expr.offsetMs !== 0) {
    throw parseError('offset may not be set multiple times');
  }
  return { ...expr, offsetMs };
}

function flattenNumber(tree: Tree): Token[] {
  const sign = /^[+-]\s*/.exec(tree.text)?.[0];
  if (sign === undefined) {
    return [{ kind: 'atom', tree }];
  }
  const unsigned: Tree = { ...tree, text: tree.text.slice(sign.length) };
  return [
    { kind: 'sign', negate: sign.startsWith('-') },
    { kind: 'atom', tree: unsigned },
  ];
}

function toBinary(tree: Tree): Token {
  const operator = (tree.children[1] as Tree).text.toLowerCase();
  if (!PRECEDENCE.has(operator) || childNamed(tree, 'FillModifier') !== undefined) {
    throw unsupported(`operator in ${tree.text}`);
  }
  const clause = childNamed(tree, 'MatchingModifierClause');
  const returnBool = childNamed(tree, 'BoolModifier') !== undefined;
  return { kind: 'binary', operator, returnBool, matching: toMatching(clause) };
}

function toMatching(clause: Tree | undefined): VectorMatching {
  if (clause === undefined) {
    return { cardinality: 'one-to-one', on: false, labels: [], include: [] };
  }
  const left = childNamed(clause, 'GroupLeft') !== undefined;
  const right = childNamed(clause, 'GroupRight') !== undefined;
  const [labels, include] = clause.children.filter((child) => child.name === 'GroupingLabels').map(labelNames);
  return {
    cardinality: left ? 'many-to-one' : right ? 'one-to-many' : 'one-to-one',
    on: childNamed(clause, 'On') !== undefined,
    labels: labels ?? [],
    include: include ?? [],
  };
}

/** Names of a `GroupingLabels` node. */
export function labelNames(tree: Tree): readonly string[] {
  return tree.children.map((child) => {
    if (child.name !== 'LabelName') {
      throw unsupported(`quoted label name ${child.text}`);
    }
    return child.text;
  });
}

function toOffset(tree: Tree | undefined): number {
  const negative = tree?.children[0]?.name === 'UnaryOp' && tree.children[0].text === '-';
  const amount = toDuration(tree?.children[0]?.name === 'UnaryOp' ? tree.children[1] : tree);
  return negative ? -amount : amount;
}

function toDuration(tree: Tree | undefined): number {
  const text = tree?.text ?? '';
  const milliseconds = /^[\dywdhms]+$/.test(text) ? parseDurationMs(text) : undefined;
  if (milliseconds === undefined) {
    throw parseError(`bad duration syntax: ${JSON.stringify(text)}`);
  }
  if (milliseconds === 0) {
    throw parseError('duration must be greater than 0');
  }
  return milliseconds;
}
