import type { EpochMs, InstantSample, Seconds, ServiceName, ServiceOperation } from '#model';
import type { PrometheusClient } from '../prometheus/client.ts';
import { histogramQuantile, quotient, rate, sumBy } from '../promql/expressions.ts';
import { selector, type Matcher } from '../promql/selector.ts';
import { SERVED_SPANS } from '../signals/request-signals.ts';

/** Operations of one service that are kept, the busiest first. */
const MAX_OPERATIONS = 20;
const BY = ['service', 'span_name'];
const METHOD = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s/;

/** Instant queries behind the operations; all services when `service` is undefined. */
export const OPERATION_QUERIES = {
  calls: (window: Seconds, service?: ServiceName) => calls(window, service),
  failures: (window: Seconds, service?: ServiceName) =>
    sumBy(BY, rate(selector('traces_spanmetrics_calls_total', [...ofService(service), FAILED]), window)),
  mean: (window: Seconds, service?: ServiceName) =>
    quotient(
      sumBy(BY, rate(selector('traces_spanmetrics_latency_sum', ofService(service)), window)),
      sumBy(BY, rate(selector('traces_spanmetrics_latency_count', ofService(service)), window))
    ),
  p99: (window: Seconds, service?: ServiceName) =>
    histogramQuantile(0.99, BY, rate(selector('traces_spanmetrics_latency_bucket', ofService(service)), window)),
} as const;

const FAILED: Matcher = { label: 'status_code', equals: 'STATUS_CODE_ERROR' };

function ofService(service: ServiceName | undefined): readonly Matcher[] {
  return service === undefined ? [SERVED_SPANS] : [SERVED_SPANS, { label: 'service', equals: service }];
}

function calls(window: Seconds, service: ServiceName | undefined): string {
  return sumBy(BY, rate(selector('traces_spanmetrics_calls_total', ofService(service)), window));
}

/**
 * The entry points of services by name of the service, the busiest first, with mean and 99th percentile of their
 * latency and their share of errors over the `windowSeconds` (default 300) before `atMs`.
 * @throws TelemetryError
 */
export async function fetchOperations(
  prometheus: Pick<PrometheusClient, 'query'>,
  request: {
    readonly atMs: EpochMs;
    readonly service?: ServiceName;
    readonly windowSeconds?: Seconds;
    readonly signal?: AbortSignal | undefined;
  }
): Promise<ReadonlyMap<ServiceName, readonly ServiceOperation[]>> {
  const { atMs, service, windowSeconds = 300, signal } = request;
  const [counted, failed, mean, p99] = await Promise.all(
    (['calls', 'failures', 'mean', 'p99'] as const).map(async (name) => {
      const { samples } = await prometheus.query(OPERATION_QUERIES[name](windowSeconds, service), atMs, { signal });
      return samples;
    })
  );
  const tables = { failed: byOperation(failed), mean: byOperation(mean), p99: byOperation(p99) };
  const found = new Map<ServiceName, { readonly rate: number; readonly operation: ServiceOperation }[]>();
  for (const { labels, value } of counted ?? []) {
    const { service: owner, span_name: name } = labels;
    if (owner && name && Number.isFinite(value) && value > 0) {
      const operation = toOperation(name, value, keyOf(owner, name), tables);
      found.set(owner, [...(found.get(owner) ?? []), { rate: value, operation }]);
    }
  }
  return new Map(
    [...found].map(([owner, list]) => [
      owner,
      list
        .sort((a, b) => b.rate - a.rate || (a.operation.name < b.operation.name ? -1 : 1))
        .slice(0, MAX_OPERATIONS)
        .map(({ operation }) => operation),
    ])
  );
}

function toOperation(
  name: string,
  callsPerSecond: number,
  key: string,
  tables: Readonly<Record<'failed' | 'mean' | 'p99', ReadonlyMap<string, number>>>
): ServiceOperation {
  const method = METHOD.exec(name)?.[1];
  const [mean, p99] = [tables.mean.get(key), tables.p99.get(key)];
  return {
    name,
    ...(method === undefined ? {} : { method }),
    ...(mean === undefined ? {} : { meanLatencySeconds: mean }),
    ...(p99 === undefined ? {} : { p99LatencySeconds: p99 }),
    // The counter of failures exists only after the first one.
    errorRatio: Math.min(1, (tables.failed.get(key) ?? 0) / callsPerSecond),
  };
}

function byOperation(samples: readonly InstantSample[] | undefined): ReadonlyMap<string, number> {
  return new Map(
    (samples ?? []).flatMap(({ labels, value }) =>
      Number.isFinite(value) ? [[keyOf(labels['service'] ?? '', labels['span_name'] ?? ''), value] as const] : []
    )
  );
}

function keyOf(service: string, name: string): string {
  return JSON.stringify([service, name]);
}
