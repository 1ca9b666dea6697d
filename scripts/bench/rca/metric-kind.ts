import type { MetricKind } from '#engine';

/** Names of the public packs; the first match wins. Ref: RCA specification 2.5. */
const KINDS: readonly (readonly [RegExp, MetricKind])[] = [
  [/^latency|^lat_|srv_p|edge_lat/, 'latency'],
  [/^client_latency/, 'client_latency'],
  [/availability|success/, 'avail'],
  [/^err/, 'error'],
  [/^requests|^lod|trace_reqs/, 'traffic'],
  [/^cpu/, 'cpu'],
  [/^mem/, 'mem'],
  [/^disk/, 'disk'],
  [/^net_/, 'net'],
  [/trace_self/, 'self'],
  [/trace_net/, 'tnet'],
  [/trace_fanout|trace_spans/, 'struct'],
  [/log_sev/, 'logsev'],
  [/log_bad/, 'logbad'],
  [/log_novel/, 'lognovel'],
  [/log_lines/, 'loglines'],
];

/** Which metric stands for a service's latency and traffic where there are several. Ref: RCA specification 4.1. */
const MAIN: Readonly<Record<'latency' | 'traffic', readonly string[]>> = {
  latency: ['latency_Average', 'latency_p90', 'lat_90', 'trace_srv_p50'],
  traffic: ['requests_Sum', 'requests', 'lod', 'trace_reqs'],
};

/** The kind of a metric by its name in the packs. */
export function metricKindOf(metric: string): MetricKind {
  return KINDS.find(([pattern]) => pattern.test(metric))?.[1] ?? 'other';
}

/** Place in the order of preference, 0 first; undefined for metrics that are never preferred. */
export function preferenceOf(kind: MetricKind, metric: string): number | undefined {
  const place = kind === 'latency' || kind === 'traffic' ? MAIN[kind].indexOf(metric) : -1;
  return place < 0 ? undefined : place;
}
