import { type IndexedGraph, type LayoutEdge, toIndexedGraph } from './indexed-graph.ts';
import { assignLayers } from './layer-assignment.ts';
import { type LayeredNodes, orderLayers, toEdgeKey, toLayeredNodes } from './layer-order.ts';
import { placeAcross } from './places-across.ts';
import { chooseWrap, type LayerSize, type Wrap } from './wrap-layers.ts';

/** Position of a node's centre, in graph units. */
export interface NodePosition {
  readonly x: number;
  readonly y: number;
}

/** Where callees stand, distances in graph units, and the shape that the picture should have. */
export interface LayoutOptions {
  /** `right` puts callers left of callees, `down` above them. */
  readonly direction: 'right' | 'down';
  /** Between two layers, along the direction of the calls. */
  readonly layerGap: number;
  /** Between two columns where a layer is too long for one. */
  readonly columnGap: number;
  /** From one node of a layer to the next, across that direction. */
  readonly sibling: number;
  /** Extent of a node along the direction of the calls. */
  readonly lengthOf: (id: string) => number;
  /** A layer of so many nodes is never broken: its order is worth more than the room. */
  readonly leastRows: number;
  /** Wanted extent along the calls divided by that across them. */
  readonly aspect: number;
}

/** Where everything stands. */
export interface LayoutResult {
  readonly positions: ReadonlyMap<string, NodePosition>;
  /** Points on the way of edges that skip layers, by source and target; other edges are straight. */
  readonly routes: ReadonlyMap<string, ReadonlyMap<string, readonly NodePosition[]>>;
  /** Targets of edges that run against the order of the layers, by source. */
  readonly backwards: ReadonlyMap<string, ReadonlySet<string>>;
}

const MAX_STRETCH = 1.6;

/**
 * Layered layout (Sugiyama, Tagawa & Toda 1981): callers before callees, cycles tolerated.
 *
 * Layers come from the longest path over the graph without its back edges, the order inside a layer from barycentre
 * sweeps that keep the order with the fewest crossings, the places from isotonic regression around the neighbours. Long
 * edges get a way round what lies between. A layer that is too long for the wanted shape is broken into columns. Nodes
 * without any call stand in a block of their own at the end. Deterministic: equal graphs give equal pictures.
 *
 * A generator, so that a big graph can be laid out in slices. Cost O(sweeps * (nodes + edges) * log).
 */
export function* layoutInSteps(
  ids: readonly string[],
  edges: readonly LayoutEdge[],
  options: LayoutOptions
): Generator<void, LayoutResult> {
  const graph = toIndexedGraph(ids, edges);
  yield;
  const layering = assignLayers(graph);
  const nodes = toLayeredNodes(layering);
  yield* orderLayers(nodes);
  yield;
  const lengthOf = (node: number) => options.lengthOf(graph.ids[node] ?? '');
  const layers = nodes.layers.map((layer): LayerSize => {
    const real = layer.filter((node) => node < nodes.realCount);
    return { count: real.length, length: longest(real, lengthOf) };
  });
  const wrap = chooseWrap(layers, options);
  const at = wrap ? placeInColumns(nodes, layers, wrap, options) : yield* placeInLayers(nodes, layers, options);
  const alone = graph.ids.map((_, node) => node).filter((node) => layering.layerOf[node] === -1);
  placeAlone(alone, longest(alone, lengthOf), at, options);
  return toResult(graph, layering.forward, nodes, at, options.direction);
}

/** Place of every node and pass: along the calls and across them. */
type Places = Map<number, { readonly along: number; readonly across: number }>;

function longest(nodes: readonly number[], lengthOf: (node: number) => number): number {
  return nodes.reduce((most, node) => Math.max(most, lengthOf(node)), 0);
}

function* placeInLayers(
  nodes: LayeredNodes,
  layers: readonly LayerSize[],
  options: LayoutOptions
): Generator<void, Places> {
  const across = yield* placeAcross(nodes);
  const extent = nodes.layers.flat().reduce((most, node) => Math.max(most, across[node] ?? 0), 0) * options.sibling;
  const centres = toCentres(layers, options.layerGap);
  const length = centres.at(-1) ?? 0;
  // Pulls a flat picture apart, so that it fills its canvas and labels have room.
  const stretch = extent > 0 ? Math.min(MAX_STRETCH, Math.max(1, length / options.aspect / extent)) : 1;
  const places: Places = new Map();
  nodes.layers.forEach((layer, index) =>
    layer.forEach((node) =>
      places.set(node, {
        along: centres[index] ?? 0,
        across: (across[node] ?? 0) * options.sibling * stretch,
      })
    )
  );
  return places;
}

/** The middles of the layers, that of the first at 0. */
function toCentres(layers: readonly LayerSize[], gap: number): readonly number[] {
  let at = 0;
  return layers.map(({ length }, index) => {
    const before = layers[index - 1];
    at += before ? before.length / 2 + gap + length / 2 : 0;
    return at;
  });
}

/** Every layer in so many columns as the wrap says, filled row by row, so that neighbours stay near each other. */
function placeInColumns(
  nodes: LayeredNodes,
  layers: readonly LayerSize[],
  { rows, columns }: Wrap,
  options: LayoutOptions
): Places {
  const places: Places = new Map();
  let start = 0;
  nodes.layers.forEach((layer, index) => {
    const width = columns[index] ?? 1;
    const real = layer.filter((node) => node < nodes.realCount);
    const shift = (rows - Math.ceil(real.length / width)) / 2;
    const column = (layers[index]?.length ?? 0) + options.columnGap;
    real.forEach((node, order) =>
      places.set(node, {
        along: start + (order % width) * column,
        across: (Math.floor(order / width) + shift) * options.sibling,
      })
    );
    start += width * column - options.columnGap + options.layerGap;
  });
  return places;
}

/** Nodes without calls, in rows behind everything else. */
function placeAlone(alone: readonly number[], length: number, places: Places, options: LayoutOptions): void {
  const column = length + options.columnGap;
  let end = 0;
  let extent = -options.sibling;
  for (const { along, across } of places.values()) {
    end = Math.max(end, along);
    extent = Math.max(extent, across);
  }
  const square = Math.sqrt((alone.length * options.aspect * options.sibling) / column);
  const perRow = Math.max(1, Math.ceil(square), Math.floor(end / column) + 1);
  const gap = places.size === 0 ? 1 : 1.5;
  alone.forEach((node, order) =>
    places.set(node, {
      along: (order % perRow) * column,
      across: extent + (Math.floor(order / perRow) + gap) * options.sibling,
    })
  );
}

function toResult(
  graph: IndexedGraph,
  forward: IndexedGraph,
  nodes: LayeredNodes,
  places: Places,
  direction: LayoutOptions['direction']
): LayoutResult {
  const toPosition = (node: number): NodePosition => {
    const { along, across } = places.get(node) ?? { along: 0, across: 0 };
    return direction === 'right' ? { x: along, y: across } : { x: across, y: along };
  };
  const positions = new Map(graph.ids.map((id, node) => [id, toPosition(node)]));
  const routes = new Map<string, ReadonlyMap<string, readonly NodePosition[]>>();
  const backwards = new Map<string, ReadonlySet<string>>();
  graph.ids.forEach((source, from) => {
    const kept = new Set(forward.callees[from]);
    const own = new Map<string, readonly NodePosition[]>();
    for (const to of kept) {
      const passes = nodes.passes.get(toEdgeKey(from, to, nodes.realCount)) ?? [];
      if (passes.length > 0 && passes.every((pass) => places.has(pass))) {
        own.set(graph.ids[to] ?? '', passes.map(toPosition));
      }
    }
    routes.set(source, own);
    const dropped = (graph.callees[from] ?? []).filter((to) => !kept.has(to));
    backwards.set(source, new Set(dropped.map((to) => graph.ids[to] ?? '')));
  });
  return { positions, routes, backwards };
}
