import type { Span } from '#model';
import { parser } from '@grafana/lezer-traceql';
import { StoreError } from '../errors.ts';
import { parseGoDuration } from '../logql/label-filters.ts';
import { PromqlError } from '../promql/errors.ts';
import { parseString } from '../promql/literals.ts';
import { compileRe2 } from '../re2.ts';
import type { Tree } from '../syntax-tree.ts';
import { readTree } from '../syntax-tree.ts';
import { TraceqlError, unsupported } from './errors.ts';
import type { Field, FieldValue } from './fields.ts';
import { INTRINSICS, attributeField } from './fields.ts';
import type { StoredTrace } from './trace-store.ts';

/** A test of a span. */
export type Condition = (span: Span, trace: StoredTrace) => boolean;

/** A span filter with its comparisons: a search result shows the fields whose comparison holds. */
export interface SpanFilter {
  readonly matches: Condition;
  readonly comparisons: readonly { readonly field: Field; readonly holds: Condition }[];
}

const EVERYTHING: SpanFilter = { matches: () => true, comparisons: [] };

/**
 * Parses TraceQL: one span filter in braces, comparisons of a field with a constant, `&&`, `||` and parentheses.
 * @throws TraceqlError for syntax errors and for everything else that Tempo knows
 */
export function parseTraceql(query: string): SpanFilter {
  try {
    return toSpanFilter(unwrap(readTree(parser, query, ERRORS)));
  } catch (error) {
    if (error instanceof StoreError || error instanceof PromqlError) {
      throw new TraceqlError(`invalid TraceQL query: ${error.message}`, 400, { cause: error });
    }
    throw error;
  }
}

const ERRORS = {
  syntax: (line: number, column: number, found: string) =>
    new TraceqlError(
      `invalid TraceQL query: parse error at line ${line}, col ${column}: syntax error: unexpected ${found === '' ? '$end' : found}`
    ),
  limit: unsupported,
};

const WRAPPERS: ReadonlySet<string> = new Set(['TraceQL', 'SpansetPipelineExpression', 'SpansetPipeline']);

function unwrap(tree: Tree): Tree {
  const [only] = tree.children;
  if (!WRAPPERS.has(tree.name)) {
    return tree;
  }
  if (only === undefined || tree.children.length !== 1 || only.text.trim() !== tree.text.trim()) {
    throw unsupported(tree.text);
  }
  return unwrap(only);
}

function toSpanFilter(tree: Tree): SpanFilter {
  if (tree.name !== 'SpansetFilter') {
    throw unsupported(tree.text);
  }
  if (/^\{\s*\}$/.test(tree.text)) {
    return EVERYTHING;
  }
  const [body] = tree.children;
  if (body === undefined || tree.children.length !== 1 || inside(tree.text, '{', '}') !== body.text) {
    throw unsupported(tree.text);
  }
  const comparisons: { field: Field; holds: Condition }[] = [];
  const matches = toCondition(body, comparisons);
  return { matches, comparisons };
}

/** Text between delimiters, undefined when they are others: the grammar has no nodes for `!` and parentheses. */
function inside(text: string, open: string, close: string): string | undefined {
  return text.startsWith(open) && text.endsWith(close) ? text.slice(1, -1).trim() : undefined;
}

function toCondition(tree: Tree, found: { field: Field; holds: Condition }[]): Condition {
  const [left, operator, right] = tree.children;
  if (left !== undefined && tree.children.length === 1 && inside(tree.text, '(', ')') === left.text) {
    return toCondition(left, found);
  }
  if (left === undefined || operator === undefined || right === undefined || tree.children.length !== 3) {
    throw unsupported(tree.text);
  }
  if (operator.name === 'And' || operator.name === 'Or') {
    const [first, second] = [toCondition(left, found), toCondition(right, found)];
    return operator.name === 'And'
      ? (span, trace) => first(span, trace) && second(span, trace)
      : (span, trace) => first(span, trace) || second(span, trace);
  }
  const field = toField(left);
  const holds = toComparison(field, operator.text, toConstant(right), tree);
  found.push({ field, holds });
  return holds;
}

function soleChild(tree: Tree): Tree {
  const [only] = tree.children;
  if (only === undefined || tree.children.length !== 1 || only.text !== tree.text) {
    throw unsupported(tree.text);
  }
  return only;
}

function toField(tree: Tree): Field {
  const node = soleChild(tree);
  if (node.name === 'IntrinsicField') {
    const known = INTRINSICS.get(node.text);
    if (known === undefined) {
      throw unsupported(node.text);
    }
    return known;
  }
  const key = node.children.at(-1);
  const scope = node.children.length > 1 ? node.children[0]?.name : undefined;
  if (node.name !== 'AttributeField' || key?.name !== 'Identifier') {
    throw unsupported(tree.text);
  }
  if (scope !== undefined && scope !== 'Resource' && scope !== 'Span') {
    throw unsupported(tree.text);
  }
  return attributeField(scope === undefined ? 'any' : scope === 'Resource' ? 'resource' : 'span', key.text);
}

const STATUSES: ReadonlySet<string> = new Set(['error', 'ok', 'unset']);
const KINDS: ReadonlySet<string> = new Set(['server', 'client', 'internal', 'producer', 'consumer', 'unspecified']);

function toConstant(tree: Tree): FieldValue {
  const node = soleChild(tree);
  const { text } = node;
  const [literal] = node.children;
  if (node.name !== 'Static') {
    throw unsupported(tree.text);
  }
  if (literal?.name === 'String') {
    return { type: 'string', value: parseString(text) };
  }
  if (text === 'true' || text === 'false') {
    return { type: 'boolean', value: text === 'true' };
  }
  if (STATUSES.has(text) || KINDS.has(text)) {
    return { type: STATUSES.has(text) ? 'status' : 'kind', value: text };
  }
  const seconds = literal?.name === 'Duration' ? parseGoDuration(text) : undefined;
  if (seconds !== undefined) {
    return { type: 'duration', value: Math.round(seconds * 1e9) };
  }
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    return { type: 'number', value: Number(text), whole: !text.includes('.') };
  }
  throw unsupported(tree.text);
}

const ORDERED: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
};

function toComparison(field: Field, operator: string, constant: FieldValue, tree: Tree): Condition {
  if (field.type !== undefined && field.type !== constant.type) {
    throw new TraceqlError(`invalid TraceQL query: binary operations must operate on the same type: ${tree.text}`);
  }
  if (
    field.type === undefined &&
    constant.type !== 'string' &&
    constant.type !== 'number' &&
    constant.type !== 'boolean'
  ) {
    throw unsupported(tree.text);
  }
  const test = comparisonWith(operator, constant);
  if (test === undefined) {
    throw unsupported(tree.text);
  }
  return (span, trace) => {
    const value = field.read(span, trace);
    return value !== undefined && comparableTypes(value, constant) && test(value);
  };
}

/** Tempo keeps whole numbers and fractions apart: a constant finds only values of its own kind. */
function comparableTypes(value: FieldValue, constant: FieldValue): boolean {
  if (value.type === 'number' && constant.type === 'number') {
    return value.whole === constant.whole;
  }
  return value.type === constant.type;
}

function comparisonWith(operator: string, constant: FieldValue): ((value: FieldValue) => boolean) | undefined {
  if (operator === '=~' || operator === '!~') {
    if (constant.type !== 'string') {
      return undefined;
    }
    const pattern = compileRe2(constant.value, true);
    return (value) => pattern.test(String(value.value)) === (operator === '=~');
  }
  if (constant.type === 'number' || constant.type === 'duration') {
    const holds = ORDERED[operator];
    return holds === undefined ? undefined : (value) => holds(Number(value.value), constant.value);
  }
  if (operator !== '=' && operator !== '!=') {
    return undefined;
  }
  return (value) => (value.value === constant.value) === (operator === '=');
}
