import type { LokiClient } from '../../../src/telemetry/index.ts';
import {
  fetchChangeEvents,
  fetchErrorLogs,
  fetchLogErrorSignals,
  fetchLogWindow,
} from '../../../src/telemetry/index.ts';
import { accessLogRecipes, findAccessLogs } from '../../../src/telemetry/features/nginx-source.ts';
import { serviceLogQuery } from '../../../src/telemetry/signals/log-queries.ts';
import { quote } from '../../../src/telemetry/promql/escape.ts';
import { ODD_LINE, ODD_SERVICE, type LokiScope } from './contract-lines.ts';

const MINUTE = 60_000;
const LENGTH_MS = 10 * MINUTE;
const never = new AbortController().signal;
const RATES = { minuteSeconds: 60, fiveMinutesSeconds: 300, rateSeconds: 60 };

function windowOf({ baseMs }: LokiScope, fromMs = 0, toMs = LENGTH_MS) {
  return { fromMs: baseMs + fromMs, toMs: baseMs + toMs };
}

function inScope({ namespace }: LokiScope, more = ''): string {
  return `{namespace="${namespace}"${more === '' ? '' : `, ${more}`}}`;
}

const ORDER = 'service_name="order"';

/** What the product asks Loki, with a client and the data of a scope. The same for every server, so that answers can be recorded. */
export const lokiQuestions = {
  lines: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(inScope(scope, ORDER), { window: windowOf(scope), limit: 1000 }),
  halfOpen: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(inScope(scope, ORDER), { window: windowOf(scope, 5001, 15_001), limit: 10 }),
  newest: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(inScope(scope, ORDER), { window: windowOf(scope), limit: 3 }),
  oldest: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(inScope(scope, ORDER), { window: windowOf(scope), limit: 3, direction: 'forward' }),
  sameInstant: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(inScope(scope, 'service_name="burst"'), { window: windowOf(scope), limit: 100 }),
  nothing: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(inScope(scope, 'service_name="nobody"'), { window: windowOf(scope), limit: 10 }),
  oddService: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(serviceLogQuery([ODD_SERVICE], scope.namespace), { window: windowOf(scope), limit: 10 }),
  oddErrors: (loki: LokiClient, scope: LokiScope) =>
    fetchErrorLogs(loki, ODD_SERVICE, windowOf(scope), 10, { namespace: scope.namespace }),
  oddText: (loki: LokiClient, scope: LokiScope) => {
    const query = `${serviceLogQuery([ODD_SERVICE], scope.namespace)} |= ${quote(ODD_LINE)}`;
    return loki.queryLines(query, { window: windowOf(scope), limit: 10 });
  },
  full: (loki: LokiClient, scope: LokiScope) =>
    fetchLogWindow(loki, windowOf(scope, 0, 6 * MINUTE), {
      namespace: scope.namespace,
      services: ['order', 'burst', ODD_SERVICE],
    }),
  sampled: (loki: LokiClient, scope: LokiScope) =>
    fetchLogWindow(loki, windowOf(scope, 0, 6 * MINUTE), {
      namespace: scope.namespace,
      services: ['order', 'burst'],
      maxLines: 20,
    }),
  errorSignals: (loki: LokiClient, scope: LokiScope) =>
    fetchLogErrorSignals(loki, windowOf(scope), 60, { namespace: scope.namespace }),
  changes: (loki: LokiClient, scope: LokiScope) =>
    fetchChangeEvents(loki, windowOf(scope), { namespace: scope.namespace }),
  instant: (loki: LokiClient, scope: LokiScope) => {
    const atMs = scope.baseMs + 5 * MINUTE;
    const range = { startMs: atMs, endMs: atMs, stepSeconds: 1 };
    return loki.queryRange(`sum(count_over_time(${inScope(scope, ORDER)}[5m]))`, range);
  },
  range: (loki: LokiClient, scope: LokiScope) => {
    const range = { startMs: scope.baseMs + MINUTE, endMs: scope.baseMs + 6 * MINUTE, stepSeconds: 60 };
    return loki.queryRange(`sum by (level) (count_over_time(${inScope(scope, ORDER)}[1m]))`, range);
  },
  buildInfo: (loki: LokiClient) => loki.buildInfo(),
  badQuery: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines('{namespace=', { window: windowOf(scope), limit: 1 }),
  emptyMatcher: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines('{namespace=~".*"}', { window: windowOf(scope), limit: 1 }),
  linesAsMetric: (loki: LokiClient, scope: LokiScope) =>
    loki.queryRange(inScope(scope), { startMs: scope.baseMs, endMs: scope.baseMs, stepSeconds: 60 }),
  tooManyPoints: (loki: LokiClient, scope: LokiScope) => {
    const range = { startMs: scope.baseMs, endMs: scope.baseMs + 12_000_000, stepSeconds: 1 };
    return loki.queryRange(`count_over_time(${inScope(scope)}[1m])`, range);
  },
  tooLong: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(inScope(scope), { window: windowOf(scope, -40 * 86_400_000), limit: 1 }),
} as const;

/** Questions that need features the store of the demo does not have: parsers of access logs. */
export const accessLogQuestions = {
  found: (loki: LokiClient, scope: LokiScope) => {
    const feature = { ...RATES, namespace: scope.namespace };
    const signals = { signal: never, deadline: never };
    return findAccessLogs(loki, scope.baseMs + 4 * MINUTE, feature, new Set(), signals);
  },
  features: async (loki: LokiClient, scope: LokiScope) => {
    const range = { startMs: scope.baseMs + 2 * MINUTE, endMs: scope.baseMs + 3 * MINUTE, stepSeconds: 60 };
    const recipes = accessLogRecipes(inScope(scope, 'service_name="nginx"'), 'combined', RATES);
    const answers: [string, Awaited<ReturnType<LokiClient['queryRange']>>][] = [];
    for (const { feature, expr } of recipes) {
      answers.push([feature, await loki.queryRange(expr, range)]);
    }
    return answers;
  },
} as const;

/** Questions about lines with structured metadata. */
export const metadataQuestions = {
  lines: (loki: LokiClient, scope: LokiScope) =>
    loki.queryLines(inScope(scope, 'service_name="otel"'), { window: windowOf(scope), limit: 100 }),
  errors: (loki: LokiClient, scope: LokiScope) =>
    fetchErrorLogs(loki, 'otel', windowOf(scope), 10, { namespace: scope.namespace }),
} as const;

/** Questions about more lines than one answer holds; their answers are too long to be kept. */
export const manyLinesQuestions = {
  all: (loki: LokiClient, scope: LokiScope) =>
    fetchLogWindow(loki, windowOf(scope), { namespace: scope.namespace, services: ['chatty'] }),
  tooManySeries: (loki: LokiClient, scope: LokiScope) => {
    const atMs = scope.baseMs + 6 * MINUTE;
    const lines = `${inScope(scope, 'service_name="chatty"')} | pattern "line <n>"`;
    const range = { startMs: atMs, endMs: atMs, stepSeconds: 60 };
    return loki.queryRange(`sum by (n) (count_over_time(${lines} [5m]))`, range);
  },
} as const;
