import type { ServiceGraph } from '#model';

/**
 * The part of a graph that explains the present: without stale edges and stale nodes. What was only declared stays, since
 * it says how things depend on each other where nobody measures.
 *
 * @param graph  a merged graph; others are returned as they are
 * @returns a graph with fewer nodes and edges, in the same order
 * Cost O(N + E).
 */
export function activeGraph(graph: ServiceGraph): ServiceGraph {
  const edges = graph.edges.filter(({ stale }) => stale !== true);
  const needed = new Set(edges.flatMap(({ caller, callee }) => [caller, callee]));
  const nodes = graph.nodes.filter(({ name, stale }) => stale !== true || needed.has(name));
  return { ...graph, nodes, edges };
}
