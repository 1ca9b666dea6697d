import type { ServiceGraph, ServiceName } from '#model';

/** Position of a node's centre, in graph units. */
export interface NodePosition {
  readonly x: number;
  readonly y: number;
}

/** Distances of the layout in graph units: along the direction of the calls, and across it. */
export interface LayoutSpacing {
  readonly layer: number;
  readonly sibling: number;
}

const SWEEPS = 6;

/**
 * Layered layout (Sugiyama, Tagawa & Toda 1981, without dummy nodes): callers before callees, cycles tolerated.
 *
 * Layers come from the longest path over the graph without its back edges; the order inside a layer from a fixed number
 * of barycentre sweeps. Deterministic: equal graphs give equal pictures.
 *
 * @param direction `right` puts callers left of callees, `down` above them
 * @returns one position per node. Cost O(sweeps * (nodes log nodes + edges)).
 */
export function layoutLayers(
  graph: ServiceGraph,
  direction: 'right' | 'down',
  spacing: LayoutSpacing
): ReadonlyMap<ServiceName, NodePosition> {
  const callees = toAdjacency(graph);
  const forward = dropBackEdges(callees);
  const layers = toLayers(forward);
  orderLayers(layers, forward);
  const widest = Math.max(0, ...layers.map((layer) => layer.length));
  const positions = new Map<ServiceName, NodePosition>();
  layers.forEach((layer, depth) => {
    const shift = (widest - layer.length) / 2;
    layer.forEach((name, index) => {
      const along = depth * spacing.layer;
      const across = (index + shift) * spacing.sibling;
      positions.set(name, direction === 'right' ? { x: along, y: across } : { x: across, y: along });
    });
  });
  return positions;
}

type Adjacency = ReadonlyMap<ServiceName, readonly ServiceName[]>;

/** Every node with its callees; nodes that only an edge names are included, self-calls are not. */
function toAdjacency(graph: ServiceGraph): Adjacency {
  const names = new Set([
    ...graph.nodes.map(({ name }) => name),
    ...graph.edges.flatMap((edge) => [edge.caller, edge.callee]),
  ]);
  const callees = new Map<ServiceName, ServiceName[]>([...names].sort().map((name) => [name, []]));
  for (const { caller, callee } of graph.edges) {
    const list = callees.get(caller);
    if (caller !== callee && list && !list.includes(callee)) {
      list.push(callee);
    }
  }
  return callees;
}

/** Depth-first search from the nodes nobody calls; an edge to a node that is still open closes a cycle and is dropped. */
function dropBackEdges(callees: Adjacency): Adjacency {
  const called = new Set([...callees.values()].flat());
  const roots = [...callees.keys()].sort((a, b) => Number(called.has(a)) - Number(called.has(b)));
  const state = new Map<ServiceName, 'open' | 'done'>();
  const forward = new Map<ServiceName, ServiceName[]>([...callees.keys()].map((name) => [name, []]));
  for (const root of roots) {
    if (!state.has(root)) {
      walkFrom(root, callees, state, forward);
    }
  }
  return forward;
}

/** One depth-first walk with its own stack, so that a long chain cannot exhaust the call stack. */
function walkFrom(
  root: ServiceName,
  callees: Adjacency,
  state: Map<ServiceName, 'open' | 'done'>,
  forward: Map<ServiceName, ServiceName[]>
): void {
  const stack = [{ name: root, next: 0 }];
  state.set(root, 'open');
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const callee = callees.get(top.name)?.[top.next];
    top.next += 1;
    if (callee === undefined) {
      state.set(top.name, 'done');
      stack.pop();
    } else if (state.get(callee) !== 'open') {
      forward.get(top.name)?.push(callee);
      if (!state.has(callee)) {
        state.set(callee, 'open');
        stack.push({ name: callee, next: 0 });
      }
    }
  }
}

/** Longest-path layering; `forward` has no cycles. */
function toLayers(forward: Adjacency): ServiceName[][] {
  const waiting = new Map<ServiceName, number>([...forward.keys()].map((name) => [name, 0]));
  for (const callee of [...forward.values()].flat()) {
    waiting.set(callee, (waiting.get(callee) ?? 0) + 1);
  }
  const depth = new Map<ServiceName, number>();
  const ready = [...forward.keys()].filter((name) => waiting.get(name) === 0);
  for (const name of ready) {
    const own = depth.get(name) ?? 0;
    depth.set(name, own);
    for (const callee of forward.get(name) ?? []) {
      depth.set(callee, Math.max(depth.get(callee) ?? 0, own + 1));
      waiting.set(callee, (waiting.get(callee) ?? 0) - 1);
      if (waiting.get(callee) === 0) {
        ready.push(callee);
      }
    }
  }
  const layers: ServiceName[][] = [];
  for (const [name, layer] of depth) {
    (layers[layer] ??= []).push(name);
  }
  return layers;
}

/** Sorts each layer by the mean place of its neighbours, forwards and backwards in turn. */
function orderLayers(layers: ServiceName[][], forward: Adjacency): void {
  const callers = new Map<ServiceName, ServiceName[]>();
  for (const [name, callees] of forward) {
    for (const callee of callees) {
      callers.set(callee, [...(callers.get(callee) ?? []), name]);
    }
  }
  const place = new Map<ServiceName, number>();
  const record = (layer: readonly ServiceName[]) =>
    layer.forEach((name, index) => place.set(name, index - layer.length / 2));
  layers.forEach((layer) => record(layer));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const neighbours: Adjacency = sweep % 2 === 0 ? callers : forward;
    for (const layer of sweep % 2 === 0 ? layers : layers.toReversed()) {
      const centre = new Map(layer.map((name) => [name, mean(neighbours.get(name) ?? [], place, name)]));
      layer.sort((a, b) => (centre.get(a) ?? 0) - (centre.get(b) ?? 0) || a.localeCompare(b));
      record(layer);
    }
  }
}

function mean(names: readonly ServiceName[], place: ReadonlyMap<ServiceName, number>, self: ServiceName): number {
  const values = names.length === 0 ? [place.get(self) ?? 0] : names.map((name) => place.get(name) ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
