/** A directed graph over the numbers 0 to size - 1: every edge once, no edge from a node to itself. */
export interface IndexedGraph {
  readonly ids: readonly string[];
  readonly callees: ReadonlyArray<readonly number[]>;
  readonly callers: ReadonlyArray<readonly number[]>;
}

/** One end and the other of an edge. */
export interface LayoutEdge {
  readonly source: string;
  readonly target: string;
}

/**
 * Numbers the nodes by their sorted ids, so that equal graphs give equal numbers whatever the order of the input.
 * Ends that only an edge names are nodes too.
 */
export function toIndexedGraph(ids: readonly string[], edges: readonly LayoutEdge[]): IndexedGraph {
  const sorted = [...new Set([...ids, ...edges.flatMap(({ source, target }) => [source, target])])].sort();
  const numbers = new Map(sorted.map((id, index) => [id, index]));
  const callees = sorted.map(() => new Set<number>());
  const callers = sorted.map(() => new Set<number>());
  for (const { source, target } of edges) {
    const from = numbers.get(source) ?? 0;
    const to = numbers.get(target) ?? 0;
    if (from !== to) {
      callees[from]?.add(to);
      callers[to]?.add(from);
    }
  }
  const sort = (set: ReadonlySet<number>) => [...set].sort((left, right) => left - right);
  return { ids: sorted, callees: callees.map(sort), callers: callers.map(sort) };
}

/** The same nodes with other callees. */
export function withCallees(graph: IndexedGraph, callees: ReadonlyArray<readonly number[]>): IndexedGraph {
  const callers = graph.ids.map((): number[] => []);
  callees.forEach((list, from) => list.forEach((to) => callers[to]?.push(from)));
  return { ids: graph.ids, callees, callers };
}
