import type { ServiceEdge, ServiceGraph, ServiceName } from '#model';

/** The calls of every service, in the order of the graph. */
export interface GraphIndex {
  readonly names: ReadonlySet<ServiceName>;
  readonly calleesOf: ReadonlyMap<ServiceName, readonly ServiceEdge[]>;
  readonly callersOf: ReadonlyMap<ServiceName, readonly ServiceEdge[]>;
}

/** Looks up calls by either end. Cost O(nodes + edges). */
export function toGraphIndex(graph: Pick<ServiceGraph, 'nodes' | 'edges'>): GraphIndex {
  const names = new Set(graph.nodes.map(({ name }) => name));
  const calleesOf = new Map<ServiceName, ServiceEdge[]>();
  const callersOf = new Map<ServiceName, ServiceEdge[]>();
  for (const edge of graph.edges) {
    names.add(edge.caller).add(edge.callee);
    append(calleesOf, edge.caller, edge);
    append(callersOf, edge.callee, edge);
  }
  return { names, calleesOf, callersOf };
}

function append(map: Map<ServiceName, ServiceEdge[]>, name: ServiceName, edge: ServiceEdge): void {
  const list = map.get(name);
  if (list) {
    list.push(edge);
  } else {
    map.set(name, [edge]);
  }
}

/** Calls between a service and each one within `hops` of it, in either direction; the service itself has 0. */
export function toNeighbourhood(index: GraphIndex, name: ServiceName, hops: number): ReadonlyMap<ServiceName, number> {
  return walk(name, hops, (at) => [
    ...(index.calleesOf.get(at) ?? []).map(({ callee }) => callee),
    ...(index.callersOf.get(at) ?? []).map(({ caller }) => caller),
  ]);
}

/** Who would feel a failure of the service, with the calls between; the service itself has 0. Cycles are safe. */
export function toBlastRadius(index: GraphIndex, name: ServiceName): ReadonlyMap<ServiceName, number> {
  return walk(name, Infinity, (at) => (index.callersOf.get(at) ?? []).map(({ caller }) => caller));
}

function walk(
  start: ServiceName,
  hops: number,
  next: (name: ServiceName) => readonly ServiceName[]
): ReadonlyMap<ServiceName, number> {
  const distance = new Map([[start, 0]]);
  for (const [name, away] of distance) {
    if (away < hops) {
      for (const neighbour of next(name)) {
        if (!distance.has(neighbour)) {
          distance.set(neighbour, away + 1);
        }
      }
    }
  }
  return distance;
}

/** Keeps only the given nodes and the calls between them. */
export function toSubgraph(graph: ServiceGraph, keep: ReadonlySet<ServiceName>): ServiceGraph {
  return {
    ...graph,
    nodes: graph.nodes.filter(({ name }) => keep.has(name)),
    edges: graph.edges.filter(({ caller, callee }) => keep.has(caller) && keep.has(callee)),
  };
}
