import type { EdgeKind, EdgeReading, EpochMs, NodeReading, Seconds, ServiceNode } from '#model';
import type { PrometheusClient } from '../prometheus/client.ts';
import { rate, sumBy } from '../promql/expressions.ts';
import { selector } from '../promql/selector.ts';
import type { ServiceEdgesAnswer } from './service-edges.ts';

/** When each call of the service-graph metrics was first and last made, within the time that was looked back. */
export interface EdgeHistory {
  readonly fromMs: EpochMs;
  readonly stepSeconds: Seconds;
  readonly calls: readonly {
    readonly client: string;
    readonly server: string;
    readonly connectionType: string;
    readonly firstSeenMs: EpochMs;
    readonly lastSeenMs: EpochMs;
  }[];
}

/** Points per call: the resolution of ages is the time looked back over this. */
const POINTS = 24;
const MIN_STEP_SECONDS: Seconds = 300;
/** So many calls are looked at. */
const MAX_CALLS = 20_000;
const LABELS = ['client', 'server', 'connection_type'];

/** PromQL for calls that were made within each step. */
export function edgeHistoryQuery(stepSeconds: Seconds): string {
  return `${sumBy(LABELS, rate(selector('traces_service_graph_request_total'), stepSeconds))} > 0`;
}

/** Step at which a time is looked back on, seconds. */
export function historyStepSeconds(lookbackSeconds: Seconds): Seconds {
  return Math.max(MIN_STEP_SECONDS, Math.ceil(lookbackSeconds / POINTS));
}

/**
 * Reads when calls were made in the time before `atMs`.
 * @throws TelemetryError
 */
export async function fetchEdgeHistory(
  prometheus: Pick<PrometheusClient, 'queryRange'>,
  request: { readonly atMs: EpochMs; readonly lookbackSeconds: Seconds; readonly signal?: AbortSignal | undefined }
): Promise<EdgeHistory> {
  const stepSeconds = historyStepSeconds(request.lookbackSeconds);
  const steps = Math.max(1, Math.floor(request.lookbackSeconds / stepSeconds));
  const startMs = request.atMs - (steps - 1) * stepSeconds * 1000;
  const range = { startMs, endMs: request.atMs, stepSeconds };
  const { series } = await prometheus.queryRange(edgeHistoryQuery(stepSeconds), range, { signal: request.signal });
  const calls = series.slice(0, MAX_CALLS).flatMap(({ labels, timesMs }) => {
    const [first, last] = [timesMs.at(0), timesMs.at(-1)];
    const { client, server, connection_type: connectionType = '' } = labels;
    return client && server && first !== undefined && last !== undefined
      ? [{ client, server, connectionType, firstSeenMs: first, lastSeenMs: last }]
      : [];
  });
  return { fromMs: startMs - stepSeconds * 1000, stepSeconds, calls };
}

const KINDS: Readonly<Record<string, EdgeKind>> = {
  '': 'http',
  database: 'database',
  messaging_system: 'messaging',
  virtual_node: 'virtual',
};
const CLIENT_SUFFIX = ' (client)';

/**
 * The calls of now with their ages, and those that were made earlier but not of late. An edge whose metrics say that
 * nobody used it within the time looked back has the beginning of that time as its last sighting.
 */
export function withHistory(
  answer: Pick<ServiceEdgesAnswer, 'nodes' | 'edges'>,
  history: EdgeHistory | undefined,
  atMs: EpochMs
): { readonly nodes: readonly NodeReading[]; readonly edges: readonly EdgeReading[] } {
  const ages = agesOf(answer.nodes, history);
  const edges = answer.edges.map((edge): EdgeReading => {
    const age = ages.get(keyOf(edge));
    const isUsed = (edge.requestsPerSecond ?? 0) > 0;
    const lastSeenMs = isUsed ? atMs : (age?.lastSeenMs ?? history?.fromMs ?? edge.lastSeenMs);
    return { ...edge, firstSeenMs: Math.min(age?.firstSeenMs ?? lastSeenMs, lastSeenMs), lastSeenMs };
  });
  const known = new Set(answer.edges.map(keyOf));
  const names = new Set(answer.nodes.map(({ name }) => name));
  const old = [...ages].flatMap(([key, edge]) => (known.has(key) ? [] : [edge]));
  const gone = new Set(old.flatMap(({ caller, callee }) => [caller, callee]).filter((name) => !names.has(name)));
  const seenNow = (name: string): boolean =>
    answer.edges.some(
      ({ caller, callee, requestsPerSecond }) => (caller === name || callee === name) && (requestsPerSecond ?? 0) > 0
    );
  return {
    nodes: [
      ...answer.nodes.map((node) =>
        (node.requestsPerSecond ?? 0) > 0 || seenNow(node.name) ? { ...node, lastSeenMs: atMs } : node
      ),
      ...[...gone]
        .filter((name) => name.endsWith(CLIENT_SUFFIX))
        .map((name): NodeReading => ({ name, kind: 'client' })),
    ],
    edges: [...edges, ...old],
  };
}

/** Earlier calls by their ends; types of one call are joined, and a caller named like a service keeps a name of its own. */
function agesOf(nodes: readonly ServiceNode[], history: EdgeHistory | undefined): ReadonlyMap<string, Aged> {
  const services = new Set(nodes.filter(({ kind }) => kind === 'service').map(({ name }) => name));
  const ages = new Map<string, Aged>();
  for (const { client, server, connectionType, firstSeenMs, lastSeenMs } of history?.calls ?? []) {
    const kind = KINDS[connectionType] ?? 'http';
    const isOutside = kind === 'virtual' && services.has(client) && services.has(server);
    const caller = isOutside ? `${client}${CLIENT_SUFFIX}` : client;
    const key = keyOf({ caller, callee: server });
    const known = ages.get(key);
    ages.set(key, {
      caller,
      callee: server,
      kind: known && known.kind !== 'virtual' ? known.kind : kind,
      firstSeenMs: Math.min(known?.firstSeenMs ?? Infinity, firstSeenMs),
      lastSeenMs: Math.max(known?.lastSeenMs ?? -Infinity, lastSeenMs),
    });
  }
  return ages;
}

interface Aged extends Pick<EdgeReading, 'caller' | 'callee' | 'kind'> {
  readonly firstSeenMs: EpochMs;
  readonly lastSeenMs: EpochMs;
}

function keyOf({ caller, callee }: { readonly caller: string; readonly callee: string }): string {
  return JSON.stringify([caller, callee]);
}
