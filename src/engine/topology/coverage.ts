import type {
  CoverageItem,
  Ratio,
  ServiceCoverage,
  ServiceEdge,
  ServiceGraph,
  ServiceKind,
  ServiceName,
  ServiceNode,
  SignalKind,
} from '#model';
import { compareText } from './edge-order.ts';

/** What should be known of each kind of node, and how much it counts. */
const EXPECTED: Readonly<Record<ServiceKind, Partial<Readonly<Record<CoverageItem, number>>>>> = {
  service: { requests: 2, errors: 2, latency: 2, cpu: 1, memory: 1, logs: 1, traces: 1, callers: 1 },
  database: { requests: 1, errors: 1, latency: 2, cpu: 1, memory: 1, saturation: 2, callers: 2 },
  cache: { requests: 1, errors: 1, latency: 1, cpu: 1, memory: 1, saturation: 2, callers: 2 },
  queue: { requests: 1, saturation: 2, callers: 2, callees: 2 },
  external: { requests: 1, errors: 2, latency: 2, callers: 2 },
  client: {},
};

const SHOWN_BY: Readonly<Partial<Record<SignalKind, CoverageItem>>> = {
  'request-rate': 'requests',
  'error-ratio': 'errors',
  latency: 'latency',
  cpu: 'cpu',
  memory: 'memory',
  'memory-utilisation': 'memory',
  'pool-utilisation': 'saturation',
  'pool-timeouts': 'saturation',
  'sequential-scans': 'saturation',
  evictions: 'saturation',
  'rejected-requests': 'saturation',
  'queue-lag': 'saturation',
  'disk-utilisation': 'saturation',
  'descriptor-utilisation': 'saturation',
  'log-errors': 'logs',
};

const TRACED: ReadonlySet<string> = new Set(['service-graph', 'tempo-spans', 'jaeger-spans', 'jaeger-dependencies']);

const NOUNS: Readonly<Record<CoverageItem, string>> = {
  requests: 'request rate',
  errors: 'share of errors',
  latency: 'latency',
  cpu: 'CPU',
  memory: 'memory',
  saturation: 'pool, queue or disk',
  logs: 'logs',
  traces: 'traces',
  callers: 'callers',
  callees: 'callees',
};

/** How far an edge can be relied on: 1 when two sources agree. */
const ONE_SOURCE: Ratio = 0.95;
const STALE: Ratio = 0.5;
const DECLARED: Ratio = 0.3;
const NAMED_PEERS = 3;

/**
 * Says for every service how complete the picture of it is.
 *
 * The score is the weighted share of what a node of its kind should show and does, times the mean reliability of its
 * edges: 1 for an edge that two sources know, 0.95 for one source, 0.5 when it is stale, 0.3 when it was only declared.
 * The weights are a decision, not a measurement: latency, errors and requests of a service count twice, and so do the
 * callers of a store, without whom it cannot be blamed.
 *
 * @param graph  a merged graph
 * @param signals  kinds of signals that exist, by service
 * @returns the graph with `coverage` on every node but clients
 * Cost O(N + E log E). Ref: field observation G14, gaps of the graph must be visible.
 */
export function withCoverage(
  graph: ServiceGraph,
  signals: ReadonlyMap<ServiceName, ReadonlySet<SignalKind>>
): ServiceGraph {
  const around = new Map<ServiceName, ServiceEdge[]>(graph.nodes.map(({ name }) => [name, []]));
  for (const edge of graph.edges) {
    around.get(edge.caller)?.push(edge);
    around.get(edge.callee)?.push(edge);
  }
  const nodes = graph.nodes.map((node): ServiceNode => {
    const edges = around.get(node.name) ?? [];
    return node.kind === 'client'
      ? node
      : { ...node, coverage: coverageOf(node, edges, signals.get(node.name) ?? new Set(), graph.generatedAtMs) };
  });
  return { ...graph, nodes };
}

function coverageOf(
  node: ServiceNode,
  edges: readonly ServiceEdge[],
  kinds: ReadonlySet<SignalKind>,
  atMs: number
): ServiceCoverage {
  const found = itemsOf(node, edges, kinds);
  const expected = Object.entries(EXPECTED[node.kind]) as readonly (readonly [CoverageItem, number])[];
  const missing = expected.flatMap(([item]) => (found.has(item) ? [] : [item]));
  const total = expected.reduce((sum, [, weight]) => sum + weight, 0);
  const lost = expected.reduce((sum, [item, weight]) => (found.has(item) ? sum : sum + weight), 0);
  const reliability = edges.length === 0 ? 1 : edges.reduce((sum, edge) => sum + reliabilityOf(edge), 0) / edges.length;
  const peers = (match: (edge: ServiceEdge) => boolean): readonly ServiceName[] =>
    [...new Set(edges.filter(match).map(({ caller, callee }) => (caller === node.name ? callee : caller)))].sort(
      compareText
    );
  const single = peers((edge) => isCurrent(edge) && (edge.sources?.length ?? 1) < 2);
  const unconfirmed = peers((edge) => !isCurrent(edge));
  return {
    score: total === 0 ? 1 : (1 - lost / total) * reliability,
    present: expected.flatMap(([item]) => (found.has(item) ? [item] : [])),
    missing,
    singleSourcePeers: single,
    unconfirmedPeers: unconfirmed,
    reasons: reasonsOf(node, edges, { missing, single, unconfirmed, atMs }),
  };
}

function itemsOf(
  { name, kind, sources = [] }: ServiceNode,
  edges: readonly ServiceEdge[],
  kinds: ReadonlySet<SignalKind>
): ReadonlySet<CoverageItem> {
  const found = new Set([...kinds].flatMap((signal) => SHOWN_BY[signal] ?? []));
  const incoming = edges.filter(({ callee }) => callee === name);
  if (kind === 'service' && sources.some(({ source }) => TRACED.has(source))) {
    found.add('traces');
  }
  // An entry has no callers in the graph, but then calls of its own.
  if (incoming.length > 0 || edges.length > 0) {
    found.add('callers');
  }
  if (edges.some(({ caller }) => caller === name)) {
    found.add('callees');
  }
  // Callers measure what a store or an external service does not tell itself.
  const fromCallers: readonly (readonly [CoverageItem, boolean])[] = [
    ['requests', incoming.some(({ requestsPerSecond }) => requestsPerSecond !== undefined)],
    ['errors', incoming.some(({ errorRatio }) => errorRatio !== undefined)],
    ['latency', incoming.some((edge) => (edge.clientLatencySeconds ?? edge.serverLatencySeconds) !== undefined)],
  ];
  fromCallers.forEach(([item, known]) => known && found.add(item));
  return found;
}

function isCurrent({ measured, stale }: ServiceEdge): boolean {
  return measured !== false && stale !== true;
}

function reliabilityOf(edge: ServiceEdge): Ratio {
  if (!isCurrent(edge)) {
    return edge.measured === false ? DECLARED : STALE;
  }
  return (edge.sources?.length ?? 1) < 2 ? ONE_SOURCE : 1;
}

function reasonsOf(
  node: ServiceNode,
  edges: readonly ServiceEdge[],
  gaps: {
    readonly missing: readonly CoverageItem[];
    readonly single: readonly ServiceName[];
    readonly unconfirmed: readonly ServiceName[];
    readonly atMs: number;
  }
): readonly string[] {
  const reasons: string[] = [];
  if (node.measured === false) {
    reasons.push('No telemetry has seen it: it is only declared.');
  }
  if (gaps.missing.length > 0) {
    reasons.push(`Not known: ${gaps.missing.map((item) => NOUNS[item]).join(', ')}.`);
  }
  if (gaps.single.length > 0) {
    reasons.push(`One source only for the calls between it and ${nameSome(gaps.single)}.`);
  }
  const oldest = Math.min(...edges.filter(({ stale }) => stale).map(({ lastSeenMs }) => lastSeenMs));
  if (gaps.unconfirmed.length > 0) {
    const age = Number.isFinite(oldest) ? `, the oldest ${ageText(gaps.atMs - oldest)} ago` : '';
    reasons.push(`Not seen of late: the calls between it and ${nameSome(gaps.unconfirmed)}${age}.`);
  }
  return reasons;
}

function nameSome(names: readonly ServiceName[]): string {
  const more = names.length - NAMED_PEERS;
  return `${names.slice(0, NAMED_PEERS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function ageText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
