import type { Layering } from './layer-assignment.ts';

/** Nodes in layers, each layer in its order. Numbers from `realCount` on are the places where long edges pass a layer. */
export interface LayeredNodes {
  readonly realCount: number;
  readonly layers: readonly number[][];
  /** Neighbours one layer before and after (with passes), or in any earlier and later layer (without). */
  readonly before: ReadonlyArray<readonly number[]>;
  readonly after: ReadonlyArray<readonly number[]>;
  /** The passes of an edge that skips layers, by `toEdgeKey`, in the direction of the edge. */
  readonly passes: ReadonlyMap<number, readonly number[]>;
}

/** More passes than this cost more than they help: a drawing that big is not read along its lines. */
const MAX_PASSES = 1500;
const SWEEPS = 8;

/** A number for the edge between two nodes. */
export function toEdgeKey(from: number, to: number, size: number): number {
  return from * size + to;
}

/** Nodes by layer; an edge that skips layers passes each of them at a place of its own, unless there are too many. */
export function toLayeredNodes({ forward, layerOf, layerCount }: Layering): LayeredNodes {
  const realCount = forward.ids.length;
  const layers = Array.from({ length: layerCount }, (): number[] => []);
  layerOf.forEach((layer, node) => layers[layer]?.push(node));
  const span = (from: number, to: number) => (layerOf[to] ?? 0) - (layerOf[from] ?? 0);
  const wanted = forward.callees.reduce(
    (sum, callees, from) => sum + callees.reduce((inner, to) => inner + span(from, to) - 1, 0),
    0
  );
  if (wanted > MAX_PASSES) {
    return { realCount, layers, before: forward.callers, after: forward.callees, passes: new Map() };
  }
  const before: number[][] = forward.ids.map(() => []);
  const after: number[][] = forward.ids.map(() => []);
  const passes = new Map<number, readonly number[]>();
  forward.callees.forEach((callees, from) => {
    for (const to of callees) {
      const own = Array.from({ length: span(from, to) - 1 }, (_, step) => before.length + step);
      own.forEach((pass, step) => {
        layers[(layerOf[from] ?? 0) + step + 1]?.push(pass);
        before.push([]);
        after.push([]);
      });
      const chain = [from, ...own, to];
      chain.slice(1).forEach((node, step) => {
        const previous = chain[step] ?? from;
        after[previous]?.push(node);
        before[node]?.push(previous);
      });
      if (own.length > 0) {
        passes.set(toEdgeKey(from, to, realCount), own);
      }
    }
  });
  return { realCount, layers, before, after, passes };
}

/**
 * Sorts each layer by the mean place of its neighbours, forwards and backwards in turn (barycentre method), and keeps the
 * order with the fewest crossings. One step per sweep. Cost O(sweeps * (nodes + edges) * log).
 */
export function* orderLayers(nodes: LayeredNodes): Generator<void, void> {
  const place = new Float64Array(nodes.before.length);
  const record = (layer: readonly number[]) =>
    layer.forEach((node, index) => {
      place[node] = index - layer.length / 2;
    });
  nodes.layers.forEach(record);
  let best = nodes.layers.map((layer) => [...layer]);
  let fewest = countCrossings(nodes, place);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    yield;
    const forwards = sweep % 2 === 0;
    const neighbours = forwards ? nodes.before : nodes.after;
    for (const layer of forwards ? nodes.layers : nodes.layers.toReversed()) {
      const centre = new Map(layer.map((node) => [node, mean(neighbours[node] ?? [], place, node)]));
      layer.sort((a, b) => (centre.get(a) ?? 0) - (centre.get(b) ?? 0) || a - b);
      record(layer);
    }
    const crossings = countCrossings(nodes, place);
    if (crossings < fewest) {
      fewest = crossings;
      best = nodes.layers.map((layer) => [...layer]);
    }
  }
  best.forEach((layer, index) => nodes.layers[index]?.splice(0, layer.length, ...layer));
}

function mean(nodes: readonly number[], place: Float64Array, self: number): number {
  if (nodes.length === 0) {
    return place[self] ?? 0;
  }
  return nodes.reduce((sum, node) => sum + (place[node] ?? 0), 0) / nodes.length;
}

/** Pairs of edges of neighbouring layers that cross, counted as inversions with a binary indexed tree. */
function countCrossings({ layers, after }: LayeredNodes, place: Float64Array): number {
  let crossings = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((node) =>
      (after[node] ?? []).map((end) => place[end] ?? 0).sort((left, right) => left - right)
    );
    crossings += countInversions(ends);
  }
  return crossings;
}

function countInversions(values: readonly number[]): number {
  const ranks = new Map([...new Set(values)].sort((left, right) => left - right).map((value, index) => [value, index]));
  const tree = new Int32Array(ranks.size + 1);
  let inversions = 0;
  values.forEach((value, seen) => {
    const rank = (ranks.get(value) ?? 0) + 1;
    let smallerOrEqual = 0;
    for (let at = rank; at > 0; at -= at & -at) {
      smallerOrEqual += tree[at] ?? 0;
    }
    inversions += seen - smallerOrEqual;
    for (let at = rank; at < tree.length; at += at & -at) {
      tree[at] = (tree[at] ?? 0) + 1;
    }
  });
  return inversions;
}
