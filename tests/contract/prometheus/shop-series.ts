import type { FixtureSample, FixtureSeries } from './fixture-series.ts';
import { LENGTH_SECONDS, createRandom } from './fixture-series.ts';

const BOUNDS = ['0.002', '0.008', '0.032', '0.128', '0.512', '2.048', '8.192', '+Inf'];
const SERVICES = ['gateway', 'order', 'payment'];
const STORES = ['orders-db', 'users-db'];
const random = createRandom(41);

/** Labels of a fixture series beside its name. */
export type SeriesLabels = Readonly<Record<string, string>>;
type Labels = SeriesLabels;

function walk(name: string, labels: Labels, next: (before: number) => number, start = 0): FixtureSeries {
  const samples: FixtureSample[] = [];
  let value = start;
  for (let at = 0; at <= LENGTH_SECONDS; at += 15) {
    value = next(value);
    samples.push([at, value]);
  }
  return { labels: { __name__: name, ...labels }, samples };
}

/** A counter that grows by less than `pace` each scrape. */
export const counter = (name: string, labels: Labels, pace = 50): FixtureSeries =>
  walk(name, labels, (before) => before + random(pace));
/** A gauge of random whole numbers below `limit`. */
export const gauge = (name: string, labels: Labels, limit = 1000): FixtureSeries =>
  walk(name, labels, () => random(limit));

/** A histogram with buckets, sum and count. */
export function histogram(name: string, labels: Labels): FixtureSeries[] {
  const paces = BOUNDS.map((_bound, at) => 3 + at * 5);
  return [
    ...BOUNDS.map((le, at) => counter(`${name}_bucket`, { ...labels, le }, paces[at])),
    counter(`${name}_sum`, labels),
    counter(`${name}_count`, labels, 38),
  ];
}

function serviceSeries(service: string): FixtureSeries[] {
  const container = { namespace: 'shop', pod: `${service}-abc1234-0`, container: service };
  const pool = { service_name: service, pool_name: 'orders-db' };
  const spans = ['STATUS_CODE_UNSET', 'STATUS_CODE_ERROR'].flatMap((status_code) =>
    ['SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT'].map((span_kind) => ({ service, span_name: 'op', span_kind, status_code }))
  );
  return [
    ...spans.map((labels) => counter('traces_spanmetrics_calls_total', labels)),
    ...spans.flatMap((labels) => histogram('traces_spanmetrics_latency', labels)),
    ...['200', '500'].flatMap((http_response_status_code) =>
      histogram('http_server_request_duration_seconds', {
        service_name: service,
        http_request_method: 'GET',
        http_route: '/x',
        http_response_status_code,
      })
    ),
    ...histogram('http_client_request_duration_seconds', {
      service_name: service,
      server_address: 'payment-provider',
      http_response_status_code: '429',
    }),
    counter('container_cpu_usage_seconds_total', container),
    counter('container_cpu_cfs_throttled_periods_total', container),
    counter('container_cpu_cfs_periods_total', container),
    gauge('container_memory_working_set_bytes', container, 1e9),
    gauge('container_spec_memory_limit_bytes', container, 1e9),
    counter('kube_pod_container_status_restarts_total', container, 2),
    gauge('kube_pod_container_status_last_terminated_reason', { ...container, reason: 'OOMKilled' }, 2),
    gauge('kube_deployment_spec_replicas', { namespace: 'shop', deployment: service }, 5),
    gauge('kube_deployment_status_replicas_available', { namespace: 'shop', deployment: service }, 5),
    gauge('db_client_connections_usage', { ...pool, state: 'used' }, 20),
    gauge('db_client_connections_usage', { ...pool, state: 'idle' }, 20),
    gauge('db_client_connections_max', pool, 20),
    gauge('db_client_connections_pending_requests', pool, 20),
    counter('db_client_connections_timeouts_total', pool, 3),
    gauge('up', { job: service, instance: `${service}:9090` }, 2),
  ];
}

function storeSeries(server: string): FixtureSeries[] {
  return [
    gauge('pg_stat_activity_count', { server, datname: 'd', state: 'active' }, 90),
    gauge('pg_settings_max_connections', { server }, 100),
    counter('pg_stat_user_tables_seq_scan', { server, relname: 'orders' }),
    counter('pg_stat_user_tables_idx_scan', { server, relname: 'orders' }),
    counter('pg_stat_statements_seconds_total', { server, queryid: '1' }),
    counter('pg_stat_statements_calls_total', { server, queryid: '1' }),
  ];
}

function edgeSeries(): FixtureSeries[] {
  const edges = [
    ['user', 'gateway', 'virtual_node'],
    ['gateway', 'order', ''],
    ['order', 'payment', ''],
    ['order', 'orders-db', 'database'],
    ['order', 'orders-queue', 'messaging_system'],
  ] as const;
  return edges.flatMap(([client, server, connection_type]) => {
    const labels = { client, server, connection_type };
    return [
      counter('traces_service_graph_request_total', labels),
      counter('traces_service_graph_request_failed_total', labels, 3),
      ...histogram('traces_service_graph_request_server_seconds', labels),
      ...histogram('traces_service_graph_request_client_seconds', labels),
    ];
  });
}

/** A small set with every metric that the product asks for. */
export function shopSeries(): readonly FixtureSeries[] {
  const redis = { instance: 'redis' };
  return [
    ...SERVICES.flatMap(serviceSeries),
    ...STORES.flatMap(storeSeries),
    ...edgeSeries(),
    gauge('redis_memory_used_bytes', redis, 1e8),
    gauge('redis_memory_max_bytes', redis, 1e8),
    gauge('redis_connected_clients', redis, 100),
    counter('redis_evicted_keys_total', redis),
    counter('redis_rejected_connections_total', redis),
    counter('redis_keyspace_hits_total', redis),
    counter('redis_keyspace_misses_total', redis),
    gauge('kafka_consumergroup_lag', { consumergroup: 'notification-worker', topic: 'orders-queue' }, 500),
  ];
}
