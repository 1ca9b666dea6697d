import type { PropagationRule, ServiceEdge, ServiceGraph, ServiceName, ServiceNode } from '#model';
import type { TopologyReading, TopologySourceState } from '#model';
import { compareEdges, compareText } from './edge-order.ts';
import { type AgeRule, type EdgeClaim, mergeEdge } from './merge-edge.ts';
import { mergeNode, type NodeClaim } from './merge-node.ts';
import { resolveNames } from './resolve-names.ts';

/**
 * Makes one graph of what several sources say, and keeps for every node and edge who said it and when it was seen.
 *
 * Nodes that different sources name differently are recognised by their aliases. Self-calls are dropped. A workload
 * that only Kubernetes knows is kept where its namespace runs services that others know: it may be one that sends no
 * telemetry; all others are left out. The order of readings and of what they hold does not matter.
 *
 * @param readings  what each source says; sources that failed or are off hold nothing
 * @param rule  the present, and after how long without a sighting things are stale
 * @returns nodes and edges sorted by name, the state of every source, the rules of topology files
 * Cost O((N + E) log(N + E)). Ref: A4.3, A4.4, A4.6.
 */
export function mergeTopology(readings: readonly TopologyReading[], rule: AgeRule): ServiceGraph {
  const resolve = resolveNames(readings);
  const edgeClaims = new Map<string, EdgeClaim[]>();
  const nodeClaims = new Map<ServiceName, NodeClaim[]>();
  for (const reading of readings) {
    const { source } = reading;
    for (const edge of reading.edges) {
      const ends = { caller: resolve(reading, edge.caller), callee: resolve(reading, edge.callee) };
      if (ends.caller !== ends.callee) {
        append(edgeClaims, JSON.stringify([ends.caller, ends.callee]), { source, edge: { ...edge, ...ends } });
      }
    }
    for (const node of reading.nodes) {
      append(nodeClaims, resolve(reading, node.name), { source, node });
    }
  }
  const isQueue = (name: ServiceName): boolean =>
    nodeClaims.get(name)?.some(({ node }) => node.kind === 'queue') ?? false;
  const edges = [...edgeClaims.values()].flatMap((claims) => {
    const [first] = claims;
    if (!first) {
      return [];
    }
    const { caller, callee } = first.edge;
    return [mergeEdge({ caller, callee, fromQueue: isQueue(caller) }, sortEdges(claims), rule)];
  });
  const nodes = withoutForeigners(mergeNodes(nodeClaims, edges, rule));
  const rules = readings.flatMap((reading) => reading.rules ?? []);
  return {
    nodes,
    edges: edges.sort(compareEdges),
    generatedAtMs: rule.atMs,
    sources: readings.map(toState).sort((left, right) => compareText(left.source, right.source)),
    ...(rules.length > 0 ? { rules: rules.sort(compareRules) } : {}),
    staleAfterSeconds: rule.staleAfterSeconds,
  };
}

function mergeNodes(
  claims: ReadonlyMap<ServiceName, readonly NodeClaim[]>,
  edges: readonly ServiceEdge[],
  rule: AgeRule
): ServiceNode[] {
  const touching = new Map<ServiceName, ServiceEdge[]>([...claims.keys()].map((name) => [name, []]));
  for (const edge of edges) {
    append(touching, edge.caller, edge);
    append(touching, edge.callee, edge);
  }
  return [...touching]
    .map(([name, around]) => mergeNode(name, sortNodes(claims.get(name) ?? []), around.sort(compareEdges), rule))
    .sort((left, right) => compareText(left.name, right.name));
}

/** Leaves out workloads of namespaces in which nobody else knows anything. */
function withoutForeigners(nodes: readonly ServiceNode[]): readonly ServiceNode[] {
  const isForeign = ({ sources = [] }: ServiceNode): boolean =>
    sources.length > 0 && sources.every(({ source }) => source === 'kubernetes');
  const namespaces = new Set(nodes.filter((node) => !isForeign(node)).map(({ namespace }) => namespace));
  return nodes.filter((node) => !isForeign(node) || (node.namespace !== undefined && namespaces.has(node.namespace)));
}

function toState({ source, state, nodes, edges, reason }: TopologyReading): TopologySourceState {
  const isEmpty = state === 'read' && nodes.length === 0 && edges.length === 0;
  return {
    source,
    state: isEmpty ? 'empty' : state,
    nodes: nodes.length,
    edges: edges.length,
    ...(reason === undefined ? {} : { reason }),
  };
}

function append<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const known = map.get(key);
  if (known) {
    known.push(item);
  } else {
    map.set(key, [item]);
  }
}

/** Claims in an order of their contents, so that equal sets give equal graphs. */
function sortEdges(claims: readonly EdgeClaim[]): EdgeClaim[] {
  return claims.length < 2 ? [...claims] : claims.toSorted(compareContents);
}

function sortNodes(claims: readonly NodeClaim[]): NodeClaim[] {
  return claims.length < 2 ? [...claims] : claims.toSorted(compareContents);
}

function compareContents(left: object, right: object): number {
  return compareText(JSON.stringify(left), JSON.stringify(right));
}

function compareRules(left: PropagationRule, right: PropagationRule): number {
  return compareContents(left, right);
}
