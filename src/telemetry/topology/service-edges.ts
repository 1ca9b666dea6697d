import type { DataGap, EpochMs, InstantSample, Seconds, ServiceEdge, ServiceNode } from '#model';
import { TelemetryError } from '../errors.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { mapConcurrently } from '../signals/concurrency.ts';
import { EDGE_QUERIES, type EdgeQueryName, type EdgeSamples } from './edge-queries.ts';
import { callerNameOf, edgeKindOf, toNodes } from './node-kinds.ts';

/** The graph as measured, and what could not be read. Nodes and edges are sorted by name. */
export interface ServiceEdgesAnswer {
  readonly nodes: readonly ServiceNode[];
  readonly edges: readonly ServiceEdge[];
  readonly gaps: readonly DataGap[];
}

const CONCURRENT_QUERIES = 4;

/**
 * Reads who calls whom from the service-graph metrics over the `windowSeconds` (at least 1, default 300) before
 * `atMs`. Only the metrics with the calls are needed; whatever else fails becomes a gap and leaves its numbers out.
 * @throws TelemetryError when the calls cannot be read
 */
export async function fetchServiceEdges(
  prometheus: Pick<PrometheusClient, 'query'>,
  request: { readonly atMs: EpochMs; readonly windowSeconds?: Seconds; readonly signal?: AbortSignal | undefined }
): Promise<ServiceEdgesAnswer> {
  const windowSeconds = Math.max(1, Math.round(request.windowSeconds ?? 300));
  const gaps: DataGap[] = [];
  const names = Object.keys(EDGE_QUERIES) as EdgeQueryName[];
  const results = await mapConcurrently(names, CONCURRENT_QUERIES, async (name) => {
    try {
      const options = { signal: request.signal };
      const { samples, warnings } = await prometheus.query(EDGE_QUERIES[name](windowSeconds), request.atMs, options);
      gaps.push(...warnings.map((reason) => ({ source: `prometheus:edges-${name}`, reason })));
      return [name, samples] as const;
    } catch (error) {
      if (!(error instanceof TelemetryError) || error.failure === 'cancelled' || name === 'requests') {
        throw error;
      }
      gaps.push({ source: `prometheus:edges-${name}`, reason: `${error.code}: ${error.message}` });
      return [name, undefined] as const;
    }
  });
  const samples = Object.fromEntries(results) as EdgeSamples;
  if (samples.requests?.length === 0) {
    gaps.push({ source: 'prometheus:edges-requests', reason: 'Prometheus has no service-graph metrics.' });
  }
  const edges = toEdges(samples, request.atMs, windowSeconds);
  return { nodes: toNodes(samples), edges, gaps };
}

function toEdges(samples: EdgeSamples, atMs: EpochMs, windowSeconds: Seconds): readonly ServiceEdge[] {
  const failures = byEdge(samples.failures);
  const clientLatency = byEdge(samples.clientLatency);
  const clientP99 = byEdge(samples.clientP99);
  const clientMean = byEdge(samples.clientMean);
  const serverLatency = byEdge(samples.serverLatency);
  const edges = (samples.requests ?? []).flatMap((sample): readonly ServiceEdge[] => {
    const { client, server: callee } = sample.labels;
    if (!client || !callee) {
      return [];
    }
    const requestsPerSecond = finite(sample.value);
    const kind = edgeKindOf(samples, client, callee);
    const key = edgeKey(client, callee);
    const caller = callerNameOf(samples, client, callee);
    const seen = sidesSeen(samples, caller, callee, kind === 'virtual');
    return [
      {
        caller,
        callee,
        kind,
        lastSeenMs: requestsPerSecond ? atMs : atMs - windowSeconds * 1000,
        ...optional('requestsPerSecond', requestsPerSecond),
        ...optional('errorRatio', errorRatioOf(samples, requestsPerSecond, failures.get(key))),
        ...optional('clientLatencySeconds', seen.client ? clientLatency.get(key) : undefined),
        ...optional('meanLatencySeconds', seen.client ? clientMean.get(key) : undefined),
        ...optional('p99LatencySeconds', seen.client ? clientP99.get(key) : undefined),
        ...optional('serverLatencySeconds', seen.server ? serverLatency.get(key) : undefined),
      },
    ];
  });
  return edges.sort((a, b) => compare(a.caller, b.caller) || compare(a.callee, b.callee));
}

/** Of a virtual edge only one side was measured; Tempo fills the histogram of the other with zeros. */
function sidesSeen(
  samples: EdgeSamples,
  caller: string,
  callee: string,
  virtual: boolean
): { readonly client: boolean; readonly server: boolean } {
  if (!virtual) {
    return { client: true, server: true };
  }
  const served = (name: string): boolean =>
    samples.servedSpans?.some(({ labels }) => labels['service'] === name) ?? false;
  return { client: served(caller), server: served(callee) };
}

/** The counter of failures exists only after the first one: missing beside requests means none, if it was read. */
function errorRatioOf(
  samples: EdgeSamples,
  requestsPerSecond: number | undefined,
  failuresPerSecond: number | undefined
): number | undefined {
  return samples.failures && requestsPerSecond ? Math.min(1, (failuresPerSecond ?? 0) / requestsPerSecond) : undefined;
}

function byEdge(samples: readonly InstantSample[] | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { labels, value } of samples ?? []) {
    if (Number.isFinite(value)) {
      found.set(edgeKey(labels['client'] ?? '', labels['server'] ?? ''), value);
    }
  }
  return found;
}

function edgeKey(caller: string, callee: string): string {
  return JSON.stringify([caller, callee]);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function optional<Key extends string>(key: Key, value: number | undefined): { readonly [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: number });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
