import type { ServiceGraph, ServiceName, TopologyDiff } from '#model';
import { toEdgeId } from './graph-ids.ts';

/** How a node or an edge differs from another time. */
export type GraphChange = 'added' | 'removed' | 'changed';

/** Differences by service name and by edge id. */
export interface GraphChanges {
  readonly nodes: ReadonlyMap<ServiceName, GraphChange>;
  readonly edges: ReadonlyMap<string, GraphChange>;
}

/** The differences, to be looked up. */
export function toGraphChanges(diff: TopologyDiff): GraphChanges {
  const edgeId = ({ caller, callee }: { readonly caller: ServiceName; readonly callee: ServiceName }) =>
    toEdgeId(caller, callee);
  return {
    nodes: new Map<ServiceName, GraphChange>([
      ...diff.changedNodes.map(({ name }) => [name, 'changed'] as const),
      ...diff.removedNodes.map(({ name }) => [name, 'removed'] as const),
      ...diff.addedNodes.map(({ name }) => [name, 'added'] as const),
    ]),
    edges: new Map<string, GraphChange>([
      ...diff.changedEdges.map((change) => [edgeId(change), 'changed'] as const),
      ...diff.removedEdges.map((edge) => [edgeId(edge), 'removed'] as const),
      ...diff.addedEdges.map((edge) => [edgeId(edge), 'added'] as const),
    ]),
  };
}

/** The graph with what is gone, so that it can be drawn as gone. */
export function withRemoved(graph: ServiceGraph, diff: TopologyDiff): ServiceGraph {
  const names = new Set(graph.nodes.map(({ name }) => name));
  const calls = new Set(graph.edges.map(({ caller, callee }) => toEdgeId(caller, callee)));
  return {
    ...graph,
    nodes: [...graph.nodes, ...diff.removedNodes.filter(({ name }) => !names.has(name))],
    edges: [...graph.edges, ...diff.removedEdges.filter(({ caller, callee }) => !calls.has(toEdgeId(caller, callee)))],
  };
}
