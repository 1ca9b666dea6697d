import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import type { ParameterValue } from '../parameter-value.ts';

/** Longest expression, in characters. */
export const MAX_EXPRESSION = 512;
const LIMITS = { maxAstNodes: 200, maxDepth: 24, maxListElements: 64, maxMapEntries: 32, maxCallArguments: 8 };
/** Loops over lists. Two of them over literals of 64 elements are the most work an expression can ask for. */
const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const MAX_MACROS = 2;

/** Names and texts of a context. Loops run over labels, and labels come from outside. */
const MAX_CONTEXT_ENTRIES = 64;
const MAX_CONTEXT_TEXT = 1024;

/** Type of a parameter inside an expression. */
export type CelParameterType = 'string' | 'int' | 'double' | 'bool';

/** Names that an expression may use. Everything else is an error when the runbook is loaded. */
export type CelScope =
  /** `when` of a trigger: `alert.labels.x`, `alert.values.x`. */
  | { readonly kind: 'alert' }
  /** `if` of a step: `params.x`, and `steps["id"].passed` and `.value` of queries before it. */
  | {
      readonly kind: 'step';
      readonly parameters: Readonly<Record<string, CelParameterType>>;
      readonly queries: readonly string[];
    };

/** Values of the names. A value that is missing makes an expression that needs it fail. */
export type CelContext =
  | {
      readonly kind: 'alert';
      readonly labels: Readonly<Record<string, string>>;
      readonly values: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'step';
      readonly parameters: Readonly<Record<string, ParameterValue>>;
      readonly queries: Readonly<Record<string, { readonly passed: boolean; readonly value?: number }>>;
    };

/** An expression is good, or what is wrong with it. */
export type CelVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What an expression came to. An error is neither true nor false. */
export type CelOutcome =
  { readonly kind: 'value'; readonly value: boolean } | { readonly kind: 'error' | 'timeout'; readonly reason: string };

/** Parses, bounds and type-checks an expression. Regular expressions are not available: they can take exponential time. */
export function checkExpression(expression: string, scope: CelScope): CelVerdict {
  if (expression.length > MAX_EXPRESSION) {
    return { ok: false, reason: `it has ${expression.length} characters; ${MAX_EXPRESSION} are possible` };
  }
  try {
    const environment = environmentOf(scope);
    const parsed = environment.parse(expression);
    const bad = refusedCall(parsed.ast);
    if (bad !== undefined) {
      return { ok: false, reason: bad };
    }
    const checked = parsed.check();
    if (!checked.valid) {
      return { ok: false, reason: reasonOf(checked.error) };
    }
    return checked.type === 'bool'
      ? { ok: true }
      : { ok: false, reason: `it is ${checked.type ?? 'untyped'}, not bool` };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** Checks an expression again and computes it. */
export function evaluateExpression(expression: string, scope: CelScope, context: CelContext): CelOutcome {
  const verdict = checkExpression(expression, scope);
  if (!verdict.ok) {
    return { kind: 'error', reason: verdict.reason };
  }
  const excess = excessOf(context);
  if (excess !== undefined) {
    return { kind: 'error', reason: excess };
  }
  try {
    const value: unknown = environmentOf(scope).evaluate(expression, bindings(scope, context));
    return typeof value === 'boolean'
      ? { kind: 'value', value }
      : { kind: 'error', reason: 'it is neither true nor false' };
  } catch (error) {
    return { kind: 'error', reason: reasonOf(error) };
  }
}

function excessOf(context: CelContext): string | undefined {
  const parts = context.kind === 'alert' ? [context.labels, context.values] : [context.parameters, context.queries];
  const entries = parts.map((part) => Object.entries(part as Readonly<Record<string, unknown>>));
  if (entries.some((part) => part.length > MAX_CONTEXT_ENTRIES)) {
    return `there are more than ${MAX_CONTEXT_ENTRIES} labels, values, parameters or queries`;
  }
  const long = entries
    .flat()
    .find(
      ([name, value]) =>
        name.length > MAX_CONTEXT_TEXT || (typeof value === 'string' && value.length > MAX_CONTEXT_TEXT)
    );
  return long && `"${long[0].slice(0, 60)}" is longer than ${MAX_CONTEXT_TEXT} characters`;
}

function environmentOf(scope: CelScope): Environment {
  const environment = new Environment({ limits: LIMITS });
  if (scope.kind === 'alert') {
    return environment.registerVariable({
      name: 'alert',
      schema: { labels: 'map<string, string>', values: 'map<string, double>' },
    });
  }
  if (Object.keys(scope.parameters).length > 0) {
    environment.registerVariable({ name: 'params', schema: { ...scope.parameters } });
  }
  if (scope.queries.length > 0) {
    const schema = Object.fromEntries(scope.queries.map((id) => [id, { passed: 'bool', value: 'double' }]));
    environment.registerVariable({ name: 'steps', schema });
  }
  return environment;
}

function bindings(scope: CelScope, context: CelContext): Record<string, unknown> {
  if (context.kind === 'alert') {
    return {
      alert: { labels: new Map(Object.entries(context.labels)), values: new Map(Object.entries(context.values)) },
    };
  }
  const types = scope.kind === 'step' ? scope.parameters : {};
  const params = Object.fromEntries(
    Object.entries(context.parameters).map(([name, value]) => [
      name,
      types[name] === 'int' && typeof value === 'number' ? BigInt(value) : value,
    ])
  );
  return { params, steps: context.queries };
}

function refusedCall(root: ASTNode): string | undefined {
  let macros = 0;
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (Array.isArray(node)) {
      pending.push(...(node as unknown[]));
    } else if (isNode(node)) {
      const name = node.op === 'call' || node.op === 'rcall' ? String((node.args as readonly unknown[])[0]) : '';
      macros += MACROS.has(name) ? 1 : 0;
      if (name === 'matches') {
        return 'matches() is not available; use startsWith, endsWith, contains or ==';
      }
      pending.push(node.args);
    }
  }
  return macros > MAX_MACROS ? `it has ${macros} loops (${[...MACROS].join(', ')}); two are possible` : undefined;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function reasonOf(error: unknown): string {
  const summary = typeof error === 'object' && error !== null && 'summary' in error ? error.summary : undefined;
  const text = typeof summary === 'string' ? summary : error instanceof Error ? error.message : 'it cannot be read';
  return (text.split('\n')[0] ?? text).slice(0, 200);
}
