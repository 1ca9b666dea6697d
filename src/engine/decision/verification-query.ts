import type { ServiceKind, ServiceName } from '#model';

/** Range of rates in checks: four scrapes of 15 s. */
const RATE = '[60s]';

/**
 * A PromQL string literal. Quotes, backslashes, line breaks and control characters are escaped as Go reads them.
 *
 * @param text  any text, also hostile
 * @returns the literal with its quotes
 * Cost O(length).
 */
export function quotePromql(text: string): string {
  const escaped = text
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .replace(/[\\"]/g, '\\$&')
    .replace(/[\p{Cc}\u2028\u2029\ufffd]/gu, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  return `"${escaped}"`;
}

interface Measured {
  readonly label: string;
  readonly requests: string;
  readonly failures: string;
  readonly buckets: string;
}

/** Where requests of a node are counted: by its own spans, or by its callers' for stores and external systems. */
function measured(service: ServiceName, kind: ServiceKind): Measured {
  if (kind === 'service') {
    const own = `service=${quotePromql(service)},span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"`;
    return {
      label: 'service',
      requests: `traces_spanmetrics_calls_total{${own}}`,
      failures: `traces_spanmetrics_calls_total{${own},status_code="STATUS_CODE_ERROR"}`,
      buckets: `traces_spanmetrics_latency_bucket{${own}}`,
    };
  }
  const peer = `server=${quotePromql(service)}`;
  const side = kind === 'database' || kind === 'cache' ? 'server' : 'client';
  return {
    label: 'server',
    requests: `traces_service_graph_request_total{${peer}}`,
    failures: `traces_service_graph_request_failed_total{${peer}}`,
    buckets: `traces_service_graph_request_${side}_seconds_bucket{${peer}}`,
  };
}

/**
 * 95th percentile of the latency of one node, in seconds.
 *
 * @param service  name
 * @param kind  stores and external systems are measured at their callers
 * @returns instant PromQL with one sample; none without traffic
 * Cost O(length).
 */
export function latencyQuery(service: ServiceName, kind: ServiceKind): string {
  const { label, buckets } = measured(service, kind);
  return `histogram_quantile(0.95, sum by (${label}, le) (rate(${buckets}${RATE}))) >= 0`;
}

/**
 * Share of failed requests of one node.
 *
 * @param service  name
 * @param kind  as for {@link latencyQuery}
 * @returns instant PromQL with one sample, 0 to 1; none without traffic
 * Cost O(length).
 */
export function errorRatioQuery(service: ServiceName, kind: ServiceKind): string {
  const { label, requests, failures } = measured(service, kind);
  return share(sumBy(label, `rate(${failures}${RATE})`), sumBy(label, `rate(${requests}${RATE})`));
}

/**
 * Largest utilisation of the connection pools of a service.
 *
 * @param service  name
 * @returns instant PromQL with one sample, 0 to 1
 * Cost O(length).
 */
export function poolUtilisationQuery(service: ServiceName): string {
  const own = `service_name=${quotePromql(service)}`;
  const used = sumBy('service_name, pool_name', `db_client_connections_usage{${own},state="used"}`);
  const limit = sumBy('service_name, pool_name', `db_client_connections_max{${own}}`);
  return `max by (service_name) (${used} / (${limit} > 0))`;
}

/**
 * Memory of a cache as a share of its limit.
 *
 * @param service  name of the cache: the host part of the exporter's `instance`
 * @returns instant PromQL with one sample, 0 to 1
 * Cost O(length).
 */
export function cacheMemoryQuery(service: ServiceName): string {
  const host = service.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
  const own = `instance=~${quotePromql(`(.*://)?${host}(:[0-9]+)?`)}`;
  return `max(redis_memory_used_bytes{${own}}) / (max(redis_memory_max_bytes{${own}}) > 0)`;
}

/**
 * Memory of a container as a share of its limit.
 *
 * @param service  name of the container
 * @returns instant PromQL with one sample, 0 to 1
 * Cost O(length).
 */
export function containerMemoryQuery(service: ServiceName): string {
  const own = `container=${quotePromql(service)}`;
  const by = 'namespace, pod, container';
  const used = maxBy(by, `container_memory_working_set_bytes{${own}}`);
  const limit = maxBy(by, `container_spec_memory_limit_bytes{${own}}`);
  return maxBy('container', `${used} / (${limit} > 0)`);
}

/**
 * Restarts of a container in the last two minutes.
 *
 * @param service  name of the container
 * @returns instant PromQL with one sample
 * Cost O(length).
 */
export function restartsQuery(service: ServiceName): string {
  const own = `container=${quotePromql(service)}`;
  return sumBy('container', `increase(kube_pod_container_status_restarts_total{${own}}[120s])`);
}

/**
 * Share of CPU periods in which a container was throttled.
 *
 * @param service  name of the container
 * @returns instant PromQL with one sample, 0 to 1
 * Cost O(length).
 */
export function throttlingQuery(service: ServiceName): string {
  const own = `container=${quotePromql(service)}`;
  const throttled = sumBy('container', `rate(container_cpu_cfs_throttled_periods_total{${own}}${RATE})`);
  return `${throttled} / (${sumBy('container', `rate(container_cpu_cfs_periods_total{${own}}${RATE})`)} > 0)`;
}

/**
 * Share of calls to an external system that it refused with status 429.
 *
 * @param service  address of the external system
 * @returns instant PromQL with one sample, 0 to 1; none without calls
 * Cost O(length).
 */
export function refusedCallsQuery(service: ServiceName): string {
  const calls = (extra: string): string =>
    sumBy(
      'server_address',
      `rate(http_client_request_duration_seconds_count{server_address=${quotePromql(service)}${extra}}${RATE})`
    );
  return share(calls(',http_response_status_code="429"'), calls(''));
}

/**
 * Mean time that calls on one edge spend outside the callee, in seconds.
 *
 * @param caller  calling service
 * @param callee  called service
 * @returns instant PromQL with one sample; none without calls
 * Cost O(length).
 */
export function callOverheadQuery(caller: ServiceName, callee: ServiceName): string {
  const own = `client=${quotePromql(caller)},server=${quotePromql(callee)}`;
  const total = (name: string): string =>
    sumBy('client, server', `rate(traces_service_graph_request_${name}{${own}}${RATE})`);
  const difference = `${total('client_seconds_sum')} - ${total('server_seconds_sum')}`;
  return `clamp_min((${difference}) / (${total('client_seconds_count')} > 0), 0)`;
}

function sumBy(labels: string, expression: string): string {
  return `sum by (${labels}) (${expression})`;
}

function maxBy(labels: string, expression: string): string {
  return `max by (${labels}) (${expression})`;
}

/** A part that only exists after its first event counts as 0 while the total is there. */
function share(part: string, total: string): string {
  return `(${part} or ${total} * 0) / (${total} > 0)`;
}
