import type { EdgeKind, EpochMs, ServiceEdge, ServiceGraph, ServiceKind, ServiceNode } from '#model';
import { compareEdges, compareText } from './edge-order.ts';

/** Optional numbers of an edge that a merge combines. */
const MEASURES = ['requestsPerSecond', 'errorRatio', 'clientLatencySeconds', 'serverLatencySeconds'] as const;

/**
 * Builds the dependency graph of one window from call relations.
 *
 * Duplicates are merged (rates add up, ratios and latencies take the worse, the newest sighting wins), self-calls are
 * dropped, nodes that only edges mention are added, everything is sorted by name: the order of the input does not
 * matter.
 *
 * @param edges  call relations, caller to callee, any order
 * @param nodes  known nodes with their kinds; the first non-`service` kind of a name wins
 * @param atMs  when the graph was made
 * @returns a graph whose equal contents compare equal
 * Cost O(E log E + N log N). Source: A4.1, A4.4.
 */
export function buildServiceGraph(
  edges: readonly ServiceEdge[],
  nodes: readonly ServiceNode[],
  atMs: EpochMs
): ServiceGraph {
  const merged = new Map<string, ServiceEdge>();
  for (const edge of edges.toSorted(compareEdges)) {
    if (edge.caller !== edge.callee) {
      const key = JSON.stringify([edge.caller, edge.callee]);
      const known = merged.get(key);
      merged.set(key, known ? mergeEdges(known, edge) : edge);
    }
  }
  const sortedEdges = [...merged.values()].sort(compareEdges);
  return { nodes: collectNodes(sortedEdges, nodes), edges: sortedEdges, generatedAtMs: atMs };
}

function mergeEdges(left: ServiceEdge, right: ServiceEdge): ServiceEdge {
  const measures: Partial<Record<(typeof MEASURES)[number], number>> = {};
  for (const name of MEASURES) {
    const known = [left[name], right[name]].filter((value) => value !== undefined);
    if (known.length > 0) {
      measures[name] = name === 'requestsPerSecond' ? known.reduce((a, b) => a + b, 0) : Math.max(...known);
    }
  }
  return { ...left, ...measures, lastSeenMs: Math.max(left.lastSeenMs, right.lastSeenMs) };
}

/** Kind of a callee that no node list names, by how it is reached. */
const KIND_BY_EDGE: Record<EdgeKind, ServiceKind> = {
  http: 'service',
  database: 'database',
  messaging: 'queue',
  virtual: 'external',
};

function collectNodes(edges: readonly ServiceEdge[], nodes: readonly ServiceNode[]): ServiceNode[] {
  const kinds = new Map<string, ServiceKind>();
  for (const node of nodes) {
    const known = kinds.get(node.name);
    if (known === undefined || known === 'service' || (node.kind !== 'service' && node.kind < known)) {
      kinds.set(node.name, node.kind);
    }
  }
  const callers = new Set(edges.map((edge) => edge.caller));
  const callees = new Set(edges.map((edge) => edge.callee));
  for (const { callee, kind } of edges.filter((edge) => !kinds.has(edge.callee))) {
    kinds.set(callee, callers.has(callee) && kind !== 'messaging' ? 'service' : KIND_BY_EDGE[kind]);
  }
  for (const { caller, kind } of edges.filter((edge) => !kinds.has(edge.caller))) {
    kinds.set(caller, kind === 'virtual' && !callees.has(caller) ? 'client' : 'service');
  }
  return [...kinds].map(([name, kind]) => ({ name, kind })).sort((left, right) => compareText(left.name, right.name));
}
