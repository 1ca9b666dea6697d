import { type IndexedGraph, withCallees } from './indexed-graph.ts';

/** The graph without the edges that close a cycle, and the layer of every node; -1 where it has no edge at all. */
export interface Layering {
  readonly forward: IndexedGraph;
  readonly layerOf: Int32Array;
  readonly layerCount: number;
}

/** With more layers than this a picture is a thin band that nobody can read. */
const MAX_LAYERS = 14;

/**
 * Layers by the longest path from the entries, over the graph without its back edges; an entry stands directly before
 * the first node it calls. Where that gives too many layers, as big graphs with cycles do, a layer is the number of calls
 * from the nearest entry, and edges within a layer or against the order are left out as well. Cost O(nodes + edges).
 */
export function assignLayers(graph: IndexedGraph): Layering {
  const acyclic = dropBackEdges(graph);
  const longest = longestPaths(acyclic);
  const deep = longest.reduce((most, layer) => Math.max(most, layer), 0) >= MAX_LAYERS;
  const layerOf = deep ? hopsFromEntries(graph) : longest;
  const forward = deep ? keepForward(graph, layerOf) : acyclic;
  let layerCount = 0;
  graph.ids.forEach((_, node) => {
    const callees = graph.callees[node] ?? [];
    const called = graph.callers[node]?.length !== 0;
    if (callees.length === 0 && !called) {
      layerOf[node] = -1;
    } else if (!called && !deep) {
      layerOf[node] = callees.reduce((least, callee) => Math.min(least, layerOf[callee] ?? 0), Infinity) - 1;
    }
    layerCount = Math.max(layerCount, (layerOf[node] ?? 0) + 1);
  });
  return { forward, layerOf, layerCount };
}

/** Calls from the nearest entry; what no entry reaches, such as a circle, begins at its first node. */
function hopsFromEntries(graph: IndexedGraph): Int32Array {
  const hops = new Int32Array(graph.ids.length).fill(-1);
  const nodes = graph.ids.map((_, node) => node);
  const entries = nodes.filter((node) => graph.callers[node]?.length === 0);
  for (const batch of [entries, ...nodes.map((node) => [node])]) {
    const queue = batch.filter((node) => hops[node] === -1);
    queue.forEach((node) => {
      hops[node] = 0;
    });
    for (const node of queue) {
      for (const callee of graph.callees[node] ?? []) {
        if (hops[callee] === -1) {
          hops[callee] = (hops[node] ?? 0) + 1;
          queue.push(callee);
        }
      }
    }
  }
  return hops;
}

function keepForward(graph: IndexedGraph, layerOf: Int32Array): IndexedGraph {
  return withCallees(
    graph,
    graph.callees.map((callees, node) => callees.filter((callee) => (layerOf[callee] ?? 0) > (layerOf[node] ?? 0)))
  );
}

const UNSEEN = 0;
const OPEN = 1;
const DONE = 2;

/** Depth-first search, nodes that nobody calls first; an edge to a node that is still open closes a cycle and is dropped. */
function dropBackEdges(graph: IndexedGraph): IndexedGraph {
  const roots = graph.ids
    .map((_, node) => node)
    .sort((a, b) => Number(graph.callers[a]?.length !== 0) - Number(graph.callers[b]?.length !== 0) || a - b);
  const state = new Uint8Array(graph.ids.length);
  const kept = graph.ids.map((): number[] => []);
  for (const root of roots) {
    if (state[root] === UNSEEN) {
      walkFrom(root, graph.callees, state, kept);
    }
  }
  return withCallees(graph, kept);
}

/** One depth-first walk with its own stack, so that a long chain cannot exhaust the call stack. */
function walkFrom(
  root: number,
  callees: ReadonlyArray<readonly number[]>,
  state: Uint8Array,
  kept: readonly number[][]
): void {
  const stack = [{ node: root, next: 0 }];
  state[root] = OPEN;
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const callee = callees[top.node]?.[top.next];
    top.next += 1;
    if (callee === undefined) {
      state[top.node] = DONE;
      stack.pop();
    } else if (state[callee] !== OPEN) {
      kept[top.node]?.push(callee);
      if (state[callee] === UNSEEN) {
        state[callee] = OPEN;
        stack.push({ node: callee, next: 0 });
      }
    }
  }
}

/** Calls between a node and the farthest entry above it; `forward` has no cycles. */
function longestPaths(forward: IndexedGraph): Int32Array {
  const depth = new Int32Array(forward.ids.length);
  const waiting = Int32Array.from(forward.callers, (callers) => callers.length);
  const ready = forward.ids.map((_, node) => node).filter((node) => waiting[node] === 0);
  for (const node of ready) {
    for (const callee of forward.callees[node] ?? []) {
      depth[callee] = Math.max(depth[callee] ?? 0, (depth[node] ?? 0) + 1);
      waiting[callee] = (waiting[callee] ?? 0) - 1;
      if (waiting[callee] === 0) {
        ready.push(callee);
      }
    }
  }
  return depth;
}
