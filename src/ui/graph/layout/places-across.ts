import type { LayeredNodes } from './layer-order.ts';

const ROUNDS = 6;
/** A long edge is kept straight rather than a node is kept central. */
const PASS_WEIGHT = 4;

/**
 * Places across the direction of the calls, in units of one node: near the neighbours, in the order of the layer, never
 * closer than one unit (half a unit between passes of long edges). One step per round. The least place is 0.
 */
export function* placeAcross(nodes: LayeredNodes): Generator<void, Float64Array> {
  const place = new Float64Array(nodes.before.length);
  const room = (node: number) => (node < nodes.realCount ? 0.5 : 0.25);
  for (const layer of nodes.layers) {
    let at = 0;
    for (const node of layer) {
      place[node] = at + room(node);
      at += 2 * room(node);
    }
    for (const node of layer) {
      place[node] = (place[node] ?? 0) - at / 2;
    }
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    yield;
    const forwards = round % 2 === 0;
    const neighbours = forwards ? nodes.before : nodes.after;
    for (const layer of forwards ? nodes.layers : nodes.layers.toReversed()) {
      const wanted = layer.map((node) => toWanted(node, neighbours[node] ?? [], place));
      const weights = layer.map((node) => (node < nodes.realCount ? 1 : PASS_WEIGHT));
      const apart = layer.map((node, index) => (index === 0 ? 0 : room(node) + room(layer[index - 1] ?? node)));
      keepApart(wanted, weights, apart).forEach((at, index) => {
        place[layer[index] ?? 0] = at;
      });
    }
  }
  const placed = nodes.layers.flat();
  const least = placed.reduce((low, node) => Math.min(low, place[node] ?? 0), Infinity);
  return place.map((at) => at - (placed.length === 0 ? 0 : least));
}

function toWanted(node: number, neighbours: readonly number[], place: Float64Array): number {
  if (neighbours.length === 0) {
    return place[node] ?? 0;
  }
  return neighbours.reduce((sum, neighbour) => sum + (place[neighbour] ?? 0), 0) / neighbours.length;
}

/**
 * Places in the given order, at least `apart[i]` from the one before, with the least sum of weighted squared distances
 * from what is wanted: isotonic regression by pooling adjacent violators (Ayer et al. 1955). Cost O(n).
 */
export function keepApart(
  wanted: readonly number[],
  weights: readonly number[],
  apart: readonly number[]
): readonly number[] {
  let shift = 0;
  const shifts = apart.map((gap) => (shift += gap));
  const pools: Array<{ sum: number; weight: number; count: number }> = [];
  wanted.forEach((want, index) => {
    const weight = weights[index] ?? 1;
    let pool = { sum: (want - (shifts[index] ?? 0)) * weight, weight, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.weight > pool.sum / pool.weight; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  });
  const centres = pools.flatMap(({ sum, weight, count }) => Array.from({ length: count }, () => sum / weight));
  return centres.map((centre, index) => centre + (shifts[index] ?? 0));
}
