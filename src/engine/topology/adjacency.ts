import type { ServiceEdge, ServiceGraph, ServiceKind, ServiceName } from '#model';
import { compareEdges } from './edge-order.ts';

/** A service graph made ready for look-ups. Unknown names have no neighbours. */
export interface Adjacency {
  readonly names: readonly ServiceName[];
  /** Whom a service calls, by name. */
  readonly callees: (service: ServiceName) => readonly ServiceName[];
  /** Who calls a service, by name. */
  readonly callers: (service: ServiceName) => readonly ServiceName[];
  /** `service` for unknown names. */
  readonly kind: (service: ServiceName) => ServiceKind;
  readonly edge: (caller: ServiceName, callee: ServiceName) => ServiceEdge | undefined;
}

const NOBODY: readonly ServiceName[] = [];

/**
 * Indexes a graph by caller and callee.
 *
 * Calls by clients outside the system are ignored: the client is no service, and its name may be that of one. In a
 * merged graph these are the edges of clients; in others the `virtual` edges to a node that makes calls itself.
 *
 * @param graph  nodes and edges in any order; self-calls are ignored
 * @returns look-ups in O(1); lists are sorted by name
 * Cost O(N + E log E).
 */
export function toAdjacency(graph: ServiceGraph): Adjacency {
  const kinds = new Map(graph.nodes.map((node) => [node.name, node.kind]));
  const callees = new Map<ServiceName, ServiceName[]>();
  const callers = new Map<ServiceName, ServiceName[]>();
  const edges = new Map<ServiceName, Map<ServiceName, ServiceEdge>>();
  const names = new Set(kinds.keys());
  const calling = new Set(graph.edges.map((edge) => edge.caller));
  const isOutside = ({ caller, callee, kind, sources }: ServiceEdge): boolean =>
    sources === undefined ? kind === 'virtual' && calling.has(callee) : kinds.get(caller) === 'client';
  for (const edge of graph.edges.toSorted(compareEdges)) {
    if (edge.caller === edge.callee || isOutside(edge)) {
      continue;
    }
    names.add(edge.caller).add(edge.callee);
    const row = edges.get(edge.caller) ?? new Map<ServiceName, ServiceEdge>();
    if (!row.has(edge.callee)) {
      addNeighbour(callees, edge.caller, edge.callee);
      addNeighbour(callers, edge.callee, edge.caller);
    }
    edges.set(edge.caller, row.set(edge.callee, edge));
  }
  return {
    names: [...names].sort(),
    callees: (service) => callees.get(service) ?? NOBODY,
    callers: (service) => callers.get(service) ?? NOBODY,
    kind: (service) => kinds.get(service) ?? 'service',
    edge: (caller, callee) => edges.get(caller)?.get(callee),
  };
}

function addNeighbour(map: Map<ServiceName, ServiceName[]>, from: ServiceName, to: ServiceName): void {
  const known = map.get(from);
  if (known) {
    known.push(to);
  } else {
    map.set(from, [to]);
  }
}
