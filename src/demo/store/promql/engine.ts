import type { EpochMs, Seconds } from '#model';
import type { LabelSet } from '../tsdb/labels.ts';
import { compareLabelSets } from '../tsdb/labels.ts';
import type { Tsdb } from '../tsdb/tsdb.ts';
import { unwrapParens } from './ast.ts';
import { valueType } from './check.ts';
import type { EvaluationContext } from './context.ts';
import { createBudget } from './context.ts';
import { PromqlError } from './errors.ts';
import { evaluate, evaluateRange } from './evaluate.ts';
import type { Matrix, Steps } from './matrix.ts';
import { timeOf } from './matrix.ts';
import { parsePromql } from './parse.ts';

/** One sample: time in ms and value. */
export type Point = readonly [atMs: EpochMs, value: number];

/** Answer of a query, in the types of Prometheus' API. */
export type QueryResult =
  | { readonly type: 'scalar'; readonly point: Point }
  | { readonly type: 'string'; readonly atMs: EpochMs; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly { readonly labels: LabelSet; readonly point: Point }[] }
  | {
      readonly type: 'matrix';
      readonly series: readonly { readonly labels: LabelSet; readonly points: readonly Point[] }[];
    };

/** Settings of the query engine. */
export interface PromqlOptions {
  /** How far an instant selector looks back. Default 300 s, as in Prometheus. */
  readonly lookbackSeconds?: Seconds;
  /** Step of subqueries that name none: the server's evaluation interval. Default 60 s. */
  readonly evaluationIntervalSeconds?: Seconds;
}

/** Evaluates PromQL over a `Tsdb`. */
export interface PromqlEngine {
  /**
   * Evaluates at one instant.
   * @throws PromqlError
   */
  instant(query: string, atMs: EpochMs): QueryResult;
  /**
   * Evaluates at every step from `startMs` to `endMs`, both included. The result is always a matrix, in order of labels.
   * @throws PromqlError
   */
  range(query: string, startMs: EpochMs, endMs: EpochMs, stepMs: number): QueryResult;
}

/** An engine with the semantics of Prometheus 2.42. */
export function createPromqlEngine(tsdb: Tsdb, options: PromqlOptions = {}): PromqlEngine {
  const contextOf = (steps: Steps): EvaluationContext => ({
    tsdb,
    steps,
    lookbackMs: (options.lookbackSeconds ?? 300) * 1000,
    defaultStepMs: (options.evaluationIntervalSeconds ?? 60) * 1000,
    budget: createBudget(),
  });
  return {
    instant: (query, atMs) => instant(query, contextOf({ startMs: atMs, intervalMs: 1, count: 1 })),
    range(query, startMs, endMs, stepMs) {
      const count = Math.floor((endMs - startMs) / stepMs) + 1;
      return range(query, contextOf({ startMs, intervalMs: stepMs, count }));
    },
  };
}

function instant(query: string, context: EvaluationContext): QueryResult {
  const expr = parsePromql(query);
  const atMs = context.steps.startMs;
  const inner = unwrapParens(expr);
  if (inner.type === 'string') {
    return { type: 'string', atMs, value: inner.value };
  }
  if (inner.type === 'range' || inner.type === 'subquery') {
    const series = evaluateRange(inner, context).map(({ labels, samples: { times, values } }) => ({
      labels,
      points: Array.from(times, (time, index): Point => [time, values[index] as number]),
    }));
    return { type: 'matrix', series: series.filter(({ points }) => points.length > 0) };
  }
  const matrix = evaluate(expr, context);
  if (valueType(expr) === 'scalar') {
    return { type: 'scalar', point: [atMs, matrix[0]?.values[0] ?? Number.NaN] };
  }
  return {
    type: 'vector',
    samples: matrix.map(({ labels, values }) => ({ labels, point: [atMs, values[0] as number] })),
  };
}

function range(query: string, context: EvaluationContext): QueryResult {
  const expr = parsePromql(query);
  const type = valueType(expr);
  if (type !== 'scalar' && type !== 'vector') {
    const documented = type === 'matrix' ? 'range vector' : type;
    throw new PromqlError(
      'bad_data',
      `invalid expression type "${documented}" for range query, must be Scalar or instant Vector`
    );
  }
  const series = toSeries(evaluate(expr, context), context.steps);
  return { type: 'matrix', series: series.sort((a, b) => compareLabelSets(a.labels, b.labels)) };
}

function toSeries(matrix: Matrix, steps: Steps): { labels: LabelSet; points: Point[] }[] {
  return matrix.map(({ labels, values, present }) => {
    const points: Point[] = [];
    for (let index = 0; index < steps.count; index++) {
      if (present[index] === 1) {
        points.push([timeOf(steps, index), values[index] as number]);
      }
    }
    return { labels, points };
  });
}
