import type { InstantSample, Seconds } from '#model';
import { histogramQuantile, quotient, rate, sumBy } from '../promql/expressions.ts';
import { selector } from '../promql/selector.ts';
import { SERVED_SPANS } from '../signals/request-signals.ts';

const EDGE = ['client', 'server'];
const GRAPH = 'traces_service_graph_request';

/** Instant queries behind the service graph. `requests` is needed; the others add numbers and kinds. */
export const EDGE_QUERIES = {
  requests: (window: Seconds) => sumBy(EDGE, rate(selector(`${GRAPH}_total`), window)),
  failures: (window: Seconds) => sumBy(EDGE, rate(selector(`${GRAPH}_failed_total`), window)),
  clientLatency: (window: Seconds) =>
    histogramQuantile(0.95, EDGE, rate(selector(`${GRAPH}_client_seconds_bucket`), window)),
  serverLatency: (window: Seconds) =>
    histogramQuantile(0.95, EDGE, rate(selector(`${GRAPH}_server_seconds_bucket`), window)),
  clientP99: (window: Seconds) =>
    histogramQuantile(0.99, EDGE, rate(selector(`${GRAPH}_client_seconds_bucket`), window)),
  clientMean: (window: Seconds) =>
    quotient(
      sumBy(EDGE, rate(selector(`${GRAPH}_client_seconds_sum`), window)),
      sumBy(EDGE, rate(selector(`${GRAPH}_client_seconds_count`), window))
    ),
  connectionTypes: (window: Seconds) => sumBy([...EDGE, 'connection_type'], rate(selector(`${GRAPH}_total`), window)),
  servedSpans: (window: Seconds) =>
    sumBy(['service'], rate(selector('traces_spanmetrics_calls_total', [SERVED_SPANS]), window)),
  caches: () => sumBy(['instance'], selector('redis_memory_used_bytes')),
  databases: () => sumBy(['server'], selector('pg_settings_max_connections')),
  queues: () => sumBy(['topic'], selector('kafka_consumergroup_lag')),
} as const satisfies Record<string, (window: Seconds) => string>;

/** Name of an edge query. */
export type EdgeQueryName = keyof typeof EDGE_QUERIES;

/** Samples of each edge query; undefined where the query failed. */
export type EdgeSamples = Readonly<Record<EdgeQueryName, readonly InstantSample[] | undefined>>;
