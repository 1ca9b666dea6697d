import type { ServiceName, SignalKind } from '#model';
import { mainOf, type RcaCase } from './rca-case.ts';
import type { SignalEvidence } from './signal-evidence.ts';

/** What the metric names of topology files mean; the first match wins. */
const NAMES: readonly (readonly [pattern: RegExp, kinds: readonly SignalKind[]])[] = [
  [/conn|pool/, ['pool-utilisation']],
  [/latency|duration|response_time|p\d\d/, ['latency']],
  [/error|fail|5xx/, ['error-ratio']],
  [/thrott/, ['cpu-throttling', 'cpu']],
  [/cpu/, ['cpu']],
  [/mem|evict|rss/, ['memory-utilisation', 'memory']],
  [/lag|backlog|depth/, ['queue-lag']],
  [/disk|fs_|volume/, ['disk-utilisation', 'disk-io']],
  [/request|rps|qps|traffic|rate/, ['request-rate']],
];

/**
 * The signal that a topology file means by the name of a metric.
 *
 * @param rca  the case
 * @param service  whose metric
 * @param metric  such as `pg_connections` or `latency`; hostile input
 * @returns undefined when no signal of the service has that meaning; of several latencies the 95th percentile
 * Cost O(signals of the service).
 */
export function declaredMetric(rca: RcaCase, service: ServiceName, metric: string): SignalEvidence | undefined {
  const kinds = NAMES.find(([pattern]) => pattern.test(metric.toLowerCase()))?.[1] ?? [];
  return kinds.flatMap((kind) => mainOf(rca.evidence(service), kind) ?? [])[0];
}
