import type { Labels, Seconds } from '#model';
import { rate, share, sumBy } from '../promql/expressions.ts';
import { selector, type Matcher } from '../promql/selector.ts';
import { ownerKey, type FeatureScope } from './feature-plan.ts';
import type { FeatureRecipe, FeatureSource } from './feature-source.ts';
import { identityProbe } from './identity.ts';
import { QUANTILES, quantileSeconds, slicesByMode } from './red-sources.ts';

const GRAPH = 'traces_service_graph_request';
const CALLS = `${GRAPH}_total`;
/** Tempo calls whoever sends no spans `user`, which may also be the name of a service. */
const OUTSIDER_NAME = 'user';
const NOT_OUTSIDER: Matcher = { label: 'client', notEquals: OUTSIDER_NAME };
const VIRTUAL = 'virtual_node';

/** Edges now or an hour ago. */
function edgeProbe(): string {
  return `group by (client, server, connection_type) (${CALLS} or ${CALLS} offset 1h)`;
}

function owners(rows: readonly Labels[], labels: readonly ('client' | 'server')[]): ReadonlyMap<string, string> {
  const names = rows.flatMap((row) => {
    const outside = row['connection_type'] === VIRTUAL && row['client'] === OUTSIDER_NAME;
    return labels.flatMap((label) => (label === 'client' && outside ? [] : row[label] || []));
  });
  return new Map(names.map((name) => [ownerKey({ name }, ['name']), name]));
}

function servedCalls(metric: string, windowSeconds: Seconds): string {
  return sumBy(['server'], rate(selector(metric), windowSeconds));
}

/**
 * Buckets of a callee's durations. Tempo copies database calls to the server side but leaves it empty for other virtual
 * nodes, which are measured from the side of the caller.
 */
function durationBuckets(windowSeconds: Seconds): string {
  const served = selector(`${GRAPH}_server_seconds_bucket`, [{ label: 'connection_type', notEquals: VIRTUAL }]);
  const called = selector(`${GRAPH}_client_seconds_bucket`, [
    { label: 'connection_type', equals: VIRTUAL },
    NOT_OUTSIDER,
  ]);
  return sumBy(['server', 'le'], `${rate(served, windowSeconds)} or ${rate(called, windowSeconds)}`);
}

/**
 * Number of callees that were called in the window; 0 for a service that is called and calls nobody. Virtual calls of
 * `user` are left out, which costs a service of this name its external callees.
 */
export function dependencyCount(windowSeconds: Seconds): string {
  const known = selector(CALLS, [{ label: 'connection_type', notEquals: VIRTUAL }]);
  const virtual = selector(CALLS, [{ label: 'connection_type', equals: VIRTUAL }, NOT_OUTSIDER]);
  const calls = sumBy(['client', 'server'], `${rate(known, windowSeconds)} or ${rate(virtual, windowSeconds)}`);
  const callers = `count by (client) (${calls} > 0)`;
  const called = `label_replace(${servedCalls(CALLS, windowSeconds)}, "client", "$1", "server", "(.+)")`;
  return `${callers} or ${sumBy(['client'], called)} * 0`;
}

/** Both generations of the client metrics of OpenTelemetry, and their label for the callee. */
const CLIENT_METRICS = [
  ['http_client_request_duration_seconds_count', 'server_address'],
  ['http_client_duration_milliseconds_count', 'net_peer_name'],
] as const;

function clientSource([metric, peer]: (typeof CLIENT_METRICS)[number]): FeatureSource {
  const calls = selector(metric, [{ label: peer, notEquals: '' }]);
  return {
    family: 'otel-http-client',
    profile: 'service',
    id: metric,
    needs: [metric],
    adopts: false,
    probe: () => identityProbe((offset) => `${calls}${offset}`),
    slices: (rows, scope) =>
      slicesByMode(rows, scope, true, (mode) => {
        const matchers = [{ label: peer, notEquals: '' }, ...mode.matchers];
        const perPeer = sumBy(
          [mode.label, peer],
          mode.wrap(rate(selector(metric, matchers), scope.fiveMinutesSeconds))
        );
        const expr = `count by (${mode.label}) (${perPeer} > 0)`;
        return [{ feature: 'dependency_count', expr, combine: 'only' }];
      }),
  };
}

function graphSource(
  id: string,
  needs: readonly string[],
  labels: readonly ('client' | 'server')[],
  recipes: (scope: FeatureScope) => readonly FeatureRecipe[]
): FeatureSource {
  return {
    family: 'service-graph',
    profile: 'service',
    id: `service-graph/${id}`,
    needs: [CALLS, ...needs],
    adopts: !labels.includes('client'),
    probe: edgeProbe,
    slices: (rows, scope) => [
      { id: '', ownerLabels: [labels[0] ?? 'server'], owners: owners(rows, labels), recipes: recipes(scope) },
    ],
  };
}

function calleeErrors(windowSeconds: Seconds): string {
  return share(servedCalls(`${GRAPH}_failed_total`, windowSeconds), servedCalls(CALLS, windowSeconds));
}

/** Requests of services as their callers see them: databases, caches, queues and external systems send no spans. */
export const GRAPH_SOURCES: readonly FeatureSource[] = [
  graphSource('requests', [], ['server'], (scope) => [
    { feature: 'request_rate_1m', expr: servedCalls(CALLS, scope.minuteSeconds), combine: 'only' },
    { feature: 'request_rate_5m', expr: servedCalls(CALLS, scope.fiveMinutesSeconds), combine: 'only' },
    { feature: 'error_rate_1m', expr: calleeErrors(scope.minuteSeconds), combine: 'only' },
    { feature: 'error_rate_5m', expr: calleeErrors(scope.fiveMinutesSeconds), combine: 'only' },
  ]),
  graphSource('latency', [`${GRAPH}_server_seconds_bucket`, `${GRAPH}_client_seconds_bucket`], ['server'], (scope) =>
    QUANTILES.map(([feature, quantile]) => {
      const expr = quantileSeconds(quantile, durationBuckets(scope.rateSeconds), 'seconds');
      return { feature, expr, combine: 'only' };
    })
  ),
];

/** Who calls how many others. */
export const DEPENDENCY_SOURCES: readonly FeatureSource[] = [
  graphSource('dependencies', [], ['client', 'server'], (scope) => [
    { feature: 'dependency_count', expr: dependencyCount(scope.fiveMinutesSeconds), combine: 'only' },
  ]),
  ...CLIENT_METRICS.map(clientSource),
];
