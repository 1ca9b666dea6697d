import type { ImportantService, ServiceGraph } from '#model';
import { toAdjacency } from './adjacency.ts';
import { compareText } from './edge-order.ts';

/** Probability of following a call rather than jumping anywhere. */
const DAMPING = 0.85;
const TOLERANCE = 1e-12;
const MAX_ROUNDS = 500;

/**
 * PageRank along calls, every call counting the same: a service that many depend on, directly or through others, is
 * important. The rank of services that call nobody is spread over all.
 *
 * @param graph  dependency graph
 * @returns every service but clients, the most important first, equal ranks by name; ranks add up to 1
 * Cost O(rounds (N + E)), at most 500 rounds. Ref: Page, Brin, Motwani, Winograd 1999, SIDL-WP-1999-0120; A4.5.
 */
export function pageRank(graph: ServiceGraph): ImportantService[] {
  const { names: all, callees, kind } = toAdjacency(graph);
  const names = all.filter((name) => kind(name) !== 'client');
  const index = new Map(names.map((name, position) => [name, position]));
  const targets = names.map((name) => Uint32Array.from(callees(name), (callee) => index.get(callee) ?? 0));
  const count = names.length;
  let ranks = new Float64Array(count).fill(1 / count);
  for (let round = 0, change = 1; round < MAX_ROUNDS && change > TOLERANCE; round += 1) {
    const next = spread(ranks, targets);
    change = next.reduce((sum, rank, position) => sum + Math.abs(rank - (ranks[position] ?? 0)), 0);
    ranks = next;
  }
  return names
    .map((service, position) => ({ service, rank: ranks[position] ?? 0 }))
    .sort((left, right) => right.rank - left.rank || compareText(left.service, right.service));
}

function spread(ranks: Float64Array, targets: readonly Uint32Array[]): Float64Array<ArrayBuffer> {
  const count = ranks.length;
  const next = new Float64Array(count);
  let stranded = 0;
  targets.forEach((row, position) => {
    const rank = ranks[position] ?? 0;
    if (row.length === 0) {
      stranded += rank;
    }
    for (const target of row) {
      next[target] = (next[target] ?? 0) + (DAMPING * rank) / row.length;
    }
  });
  const everywhere = (1 - DAMPING + DAMPING * stranded) / count;
  return next.map((rank) => rank + everywhere);
}
