import { parser } from '@grafana/lezer-logql';
import { StoreError } from '../errors.ts';
import type { Matcher } from '../matcher.ts';
import { parseDurationMs, parseString } from '../promql/literals.ts';
import { PromqlError } from '../promql/errors.ts';
import { compileRe2 } from '../re2.ts';
import type { Tree } from '../syntax-tree.ts';
import { childNamed, readTree } from '../syntax-tree.ts';
import { LogqlError, unsupported } from './errors.ts';
import type { Stage } from './label-filters.ts';
import { readMatcher, toLabelFilter } from './label-filters.ts';
import { extractJson, extractLogfmt } from './extract.ts';

/** Which lines to read, and what to do with each. */
export interface LogSelector {
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
  /** Whether a stage adds labels, so that lines of one stream can end up in several. */
  readonly extracts: boolean;
}

/** `sum by` or `sum without`. */
export interface Grouping {
  readonly without: boolean;
  readonly labels: ReadonlySet<string>;
}

/** A parsed query: lines, or a number of lines over time. */
export type LogqlQuery =
  | { readonly type: 'lines'; readonly selector: LogSelector }
  | {
      readonly type: 'metric';
      readonly selector: LogSelector;
      readonly perSecond: boolean;
      readonly rangeMs: number;
      readonly offsetMs: number;
      /** Outermost last. */
      readonly sums: readonly Grouping[];
    };

/**
 * Parses LogQL: stream selectors, line filters, `json`, `logfmt`, label filters, `count_over_time`, `rate` and `sum`.
 * @throws LogqlError for syntax errors and for everything else that Loki knows
 */
export function parseLogql(query: string): LogqlQuery {
  try {
    return toQuery(
      readTree(parser, query, {
        syntax: (line, column, found) =>
          new LogqlError(
            `parse error at line ${line}, col ${column}: syntax error: unexpected ${found === '' ? '$end' : found}`
          ),
        limit: unsupported,
      })
    );
  } catch (error) {
    if (error instanceof StoreError || error instanceof PromqlError) {
      throw new LogqlError(error.message, 400, { cause: error });
    }
    throw error;
  }
}

function toQuery(root: Tree): LogqlQuery {
  const expr = unwrap(root);
  if (expr.name === 'LogExpr') {
    return { type: 'lines', selector: toSelector(expr) };
  }
  return toMetric(expr);
}

function unwrap(tree: Tree): Tree {
  const [only] = tree.children;
  return (tree.name === 'LogQL' || tree.name === 'Expr' || tree.name === 'MetricExpr') && only !== undefined
    ? unwrap(only)
    : tree;
}

function toMetric(tree: Tree): Extract<LogqlQuery, { type: 'metric' }> {
  if (tree.name === 'RangeAggregationExpr') {
    return toRangeAggregation(tree);
  }
  const operator = childNamed(tree, 'VectorOp')?.text;
  const inner = childNamed(tree, 'MetricExpr');
  if (tree.name !== 'VectorAggregationExpr' || operator !== 'sum' || inner === undefined) {
    throw unsupported(tree.text);
  }
  const query = toMetric(unwrap(inner));
  return { ...query, sums: [...query.sums, toGrouping(childNamed(tree, 'Grouping'))] };
}

function toGrouping(tree: Tree | undefined): Grouping {
  const labels = collect(tree, 'Identifier');
  return {
    without: tree !== undefined && childNamed(tree, 'Without') !== undefined,
    labels: new Set(labels.map((label) => label.text)),
  };
}

function toRangeAggregation(tree: Tree): Extract<LogqlQuery, { type: 'metric' }> {
  const operator = childNamed(tree, 'RangeOp')?.text;
  const range = childNamed(tree, 'LogRangeExpr');
  const known = tree.children.every((child) => child.name === 'RangeOp' || child.name === 'LogRangeExpr');
  if (!known || range === undefined || (operator !== 'count_over_time' && operator !== 'rate')) {
    throw unsupported(tree.text);
  }
  const offset = childNamed(range, 'OffsetExpr');
  return {
    type: 'metric',
    selector: toSelector(range),
    perSecond: operator === 'rate',
    rangeMs: toDurationMs(childNamed(range, 'Range')),
    offsetMs: offset === undefined ? 0 : toDurationMs(offset),
    sums: [],
  };
}

function toDurationMs(tree: Tree | undefined): number {
  const text = tree === undefined ? '' : (childNamed(tree, 'Duration')?.text ?? '');
  const milliseconds = parseDurationMs(text);
  if (milliseconds === undefined || milliseconds === 0 || tree?.text.includes('-')) {
    throw unsupported(`duration in ${tree?.text ?? ''}`);
  }
  return milliseconds;
}

const SELECTOR_PARTS: ReadonlySet<string> = new Set(['Selector', 'PipelineExpr', 'Range', 'OffsetExpr']);

function toSelector(tree: Tree): LogSelector {
  const stray = tree.children.find((child) => !SELECTOR_PARTS.has(child.name));
  if (stray !== undefined) {
    throw unsupported(stray.text);
  }
  const matchers = collect(childNamed(tree, 'Selector'), 'Matcher').map(readMatcher);
  if (!matchers.some((matcher) => !matcher.matches(''))) {
    throw new LogqlError(
      'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. ' +
        'For instance, app=~".*" does not meet this requirement, but app=~".+" will'
    );
  }
  const stages = collect(childNamed(tree, 'PipelineExpr'), 'PipelineStage');
  return {
    matchers,
    stages: stages.flatMap(toStages),
    extracts: stages.some((stage) => childNamed(stage, 'LineFilters') === undefined),
  };
}

/** Descendants with a name, in order, not looking inside them. */
function collect(tree: Tree | undefined, name: string): readonly Tree[] {
  return (tree?.children ?? []).flatMap((child) => (child.name === name ? [child] : collect(child, name)));
}

function toStages(stage: Tree): readonly Stage[] {
  const body = stage.children.find((child) => child.name !== 'Pipe');
  switch (body?.name) {
    case 'LineFilters':
      return collect(body, 'LineFilter').map(toLineFilter);
    case 'LabelParser':
      if (childNamed(body, 'Json') !== undefined && body.children.length === 1) {
        return [keepAfter(extractJson)];
      }
      throw unsupported(stage.text);
    case 'LogfmtParser':
      if (body.children.length === 1) {
        return [keepAfter(extractLogfmt)];
      }
      throw unsupported(stage.text);
    case 'LabelFilter':
      return [toLabelFilter(body)];
    default:
      throw unsupported(stage.text);
  }
}

function keepAfter(change: (entry: Parameters<Stage>[0]) => void): Stage {
  return (entry) => {
    change(entry);
    return true;
  };
}

function toLineFilter(tree: Tree): Stage {
  const [filter, text] = tree.children;
  if (filter === undefined || text?.name !== 'String' || tree.children.length !== 2) {
    throw unsupported(tree.text);
  }
  const wanted = parseString(text.text);
  switch (filter.text) {
    case '|=':
      return ({ line }) => line.includes(wanted);
    case '!=':
      return ({ line }) => !line.includes(wanted);
    case '|~':
    case '!~': {
      const pattern = compileRe2(wanted, false);
      const keeps = filter.text === '|~';
      return ({ line }) => pattern.test(line) === keeps;
    }
    default:
      throw unsupported(tree.text);
  }
}
