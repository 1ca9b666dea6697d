import { parser as logqlParser } from '@grafana/lezer-logql';
import { parser as traceqlParser } from '@grafana/lezer-traceql';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';
import type { QueryLanguage, QueryValidator } from '#llm';
import { parseQuery, type QueryNode, QueryProblem } from './query-tree.ts';

const HOUR_SECONDS = 3600;
/** Longest look back of a range such as `[5m]`, and of a subquery. */
const MAX_WINDOW_SECONDS = { promql: 24 * HOUR_SECONDS, logql: 6 * HOUR_SECONDS } as const;
const MAX_OFFSET_SECONDS = 7 * 24 * HOUR_SECONDS;
const MAX_SELECTORS = 12;
/** A subquery evaluates its inside once per step, for every point of the outside. */
const MAX_SUBQUERY_STEPS = 300;
/** Letters of a name that a regular expression must have, so that it does not fit everything. */
const MIN_LITERAL_CHARACTERS = 3;

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 0.001,
  s: 1,
  m: 60,
  h: HOUR_SECONDS,
  d: 24 * HOUR_SECONDS,
  w: 7 * 24 * HOUR_SECONDS,
  y: 365 * 24 * HOUR_SECONDS,
};

/**
 * Checks queries with the parsers of their languages, and what they would read: no selector of a whole store, no range that is
 * longer than what may be asked about, no way out of the window of the call. All three languages only read.
 */
export const queryValidator: QueryValidator = {
  validate(language, query) {
    try {
      CHECKS[language](query);
      return { ok: true };
    } catch (error) {
      if (error instanceof QueryProblem) {
        return { ok: false, message: error.message };
      }
      throw error;
    }
  },
};

/** Whether a LogQL query that is valid gives numbers over time, not lines. */
export function isLogMetric(query: string): boolean {
  return parseQuery(logqlParser, query).find('MetricExpr').length > 0;
}

const CHECKS: Readonly<Record<QueryLanguage, (query: string) => void>> = {
  promql: checkPromql,
  logql: checkLogql,
  traceql: checkTraceql,
};

function checkPromql(query: string): void {
  const tree = parseQuery(promqlParser, query);
  const selectors = tree.find('VectorSelector');
  checkCount(selectors.length);
  selectors.forEach(checkMetricSelector);
  for (const node of [...tree.find('MatrixSelector'), ...tree.find('SubqueryExpr')]) {
    checkDurations(node, MAX_WINDOW_SECONDS.promql);
  }
  tree.find('SubqueryExpr').forEach(checkSubquery);
  checkOffsets(tree);
  if (tree.find('At').length > 0) {
    throw new QueryProblem('the modifier @ leaves the range of the call; give other times instead');
  }
}

/** A metric by name, or at least one label that must have a value. */
function checkMetricSelector(selector: QueryNode): void {
  const hasName =
    selector.children.some(({ name }) => name === 'Identifier') || selector.find('QuotedLabelName').length > 0;
  const matchers = [...selector.find('UnquotedLabelMatcher'), ...selector.find('QuotedLabelMatcher')];
  if (!hasName && !matchers.some((matcher) => narrows(matcher, 'EqlSingle', 'EqlRegex', 'StringLiteral'))) {
    throw new QueryProblem(`a selector of everything ${selector.place}; name a metric, or a label and its value`);
  }
}

function checkSubquery(node: QueryNode): void {
  const [range, step] = node.children.filter(({ name }) => name === 'DurationExpr').map(({ text }) => toSeconds(text));
  if (range !== undefined && range / (step ?? 60) > MAX_SUBQUERY_STEPS) {
    throw new QueryProblem(
      `a subquery of more than ${MAX_SUBQUERY_STEPS} steps ${node.place}; shorten it or raise its step`
    );
  }
  if (node.find('SubqueryExpr').length > 1) {
    throw new QueryProblem(`a subquery inside of another ${node.place}`);
  }
}

function checkLogql(query: string): void {
  const tree = parseQuery(logqlParser, query);
  const selectors = tree.find('Selector');
  if (selectors.length === 0) {
    throw new QueryProblem('no stream selector; begin with {label="value"}');
  }
  checkCount(selectors.length);
  for (const selector of selectors) {
    if (!selector.find('Matcher').some((matcher) => narrows(matcher, 'Eq', 'Re', 'String'))) {
      throw new QueryProblem(`a selector of all streams ${selector.place}; name a label and its value`);
    }
  }
  tree.find('Range').forEach((range) => checkDurations(range, MAX_WINDOW_SECONDS.logql));
  checkOffsets(tree);
}

function checkTraceql(query: string): void {
  const tree = parseQuery(traceqlParser, query);
  const filters = tree.find('SpansetFilter');
  checkCount(filters.length);
  const names = [...tree.find('AttributeField'), ...tree.find('IntrinsicField')];
  if (filters.length === 0 || names.length === 0) {
    throw new QueryProblem(
      'a search of all traces; name an attribute and its value, such as {resource.service.name="cart"}'
    );
  }
  if (tree.find('MetricsOperation').length > 0) {
    throw new QueryProblem('metrics of traces are not supported here; search for traces, or use PromQL');
  }
}

function checkCount(selectors: number): void {
  if (selectors > MAX_SELECTORS) {
    throw new QueryProblem(`more than ${MAX_SELECTORS} selectors; ask in several queries`);
  }
}

/** Whether a matcher leaves anything out: `=` with a value, or `=~` with letters in it that are not optional. */
function narrows(matcher: QueryNode, equal: string, regex: string, text: string): boolean {
  const value = (matcher.find(text).at(-1)?.text ?? '').slice(1, -1);
  if (matcher.find(equal).length > 0) {
    return value !== '';
  }
  if (matcher.find(regex).length === 0) {
    return false;
  }
  const alternatives = value.replace(/^\^|\$$/g, '').split('|');
  return alternatives.every((one) => literalCharacters(one) >= MIN_LITERAL_CHARACTERS);
}

function literalCharacters(pattern: string): number {
  return pattern
    .replace(/\\[a-zA-Z]|\[[^\]]*\]|\{[^}]*\}/g, '')
    .replace(/\([^()]*\)[?*]|.[?*]/g, '')
    .replace(/[^\p{L}\p{N}_]/gu, '').length;
}

function checkDurations(node: QueryNode, most: number): void {
  const durations = node.children.filter(({ name }) => DURATIONS.has(name));
  for (const { text, place } of durations) {
    const seconds = toSeconds(text);
    if (seconds === undefined) {
      throw new QueryProblem(`a duration that is none ${place}; write it as 5m`);
    }
    if (seconds > most) {
      throw new QueryProblem(`a range longer than ${most / HOUR_SECONDS} h ${place}`);
    }
  }
}

const DURATIONS: ReadonlySet<string> = new Set(['DurationExpr', 'Duration']);

function checkOffsets(tree: QueryNode): void {
  for (const node of tree.find('OffsetExpr')) {
    const text = node.children.findLast(({ name }) => name === 'OffsetDurationExpr' || name === 'Duration')?.text ?? '';
    const seconds = toSeconds(text);
    if (seconds === undefined || seconds > MAX_OFFSET_SECONDS) {
      throw new QueryProblem(`an offset that is none, looks ahead, or is longer than 7 days ${node.place}`);
    }
  }
}

/** Seconds of `1h30m` or `90`; undefined for anything else, also below zero. */
function toSeconds(text: string): number | undefined {
  const plain = text.trim();
  if (/^\d{1,12}(\.\d+)?$/.test(plain)) {
    return Number(plain);
  }
  if (!/^(\d{1,12}(\.\d+)?(ns|us|µs|ms|[smhdwy]))+$/.test(plain)) {
    return undefined;
  }
  const parts = plain.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|[smhdwy])/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit ?? ''] ?? Number.NaN), 0);
}
