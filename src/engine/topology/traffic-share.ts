import type { Ratio, ServiceGraph, ServiceName } from '#model';
import type { Adjacency } from './adjacency.ts';

const MAX_ROUNDS = 200;
const SETTLED = 1e-9;

/** Part of the requests of a caller that lead to a callee: 0 to 1, undefined where a rate is unknown. */
export type CallShare = (caller: ServiceName, callee: ServiceName) => Ratio | undefined;

/**
 * How much of the work of each service goes along each of its calls, from the rates of the edges: calls to the callee
 * over requests to the caller, at most 1. Requests to the caller are those that it counts itself, else those of all edges
 * to it; where one of these has no rate, or nobody calls it, its shares are unknown.
 *
 * @param graph  the graph with its rates; edges of clients count as requests
 * @returns a look-up in O(1)
 * Cost O(E).
 */
export function callShares(graph: ServiceGraph): CallShare {
  const incoming = new Map<ServiceName, number>();
  const rates = new Map<ServiceName, Map<ServiceName, number>>();
  for (const { caller, callee, requestsPerSecond: rate = Number.NaN } of graph.edges) {
    if (caller !== callee) {
      incoming.set(callee, (incoming.get(callee) ?? 0) + rate);
      const row = rates.get(caller) ?? new Map<ServiceName, number>();
      rates.set(caller, row.set(callee, (row.get(callee) ?? 0) + rate));
    }
  }
  for (const { name, requestsPerSecond } of graph.nodes) {
    if (requestsPerSecond !== undefined) {
      incoming.set(name, requestsPerSecond);
    }
  }
  return (caller, callee) => {
    const share = (rates.get(caller)?.get(callee) ?? Number.NaN) / (incoming.get(caller) ?? Number.NaN);
    return Number.isFinite(share) ? Math.min(1, share) : undefined;
  };
}

/**
 * The share of each service's requests that reach one service, directly or through others. Calls of one request are
 * taken as independent: a request misses when each of its calls misses.
 *
 * @param target  the service that is reached
 * @param reached  those who can reach it, without itself
 * @param adjacency  the graph; `callees` is followed towards the target, cycles are safe
 * @param shareOf  shares along single calls
 * @returns shares by name; services that depend on an unknown share are left out
 * Cost O(rounds E), rounds about the longest chain, at most 200.
 */
export function sharesReaching(
  target: ServiceName,
  reached: ReadonlySet<ServiceName>,
  adjacency: Pick<Adjacency, 'callees' | 'callers'>,
  shareOf: CallShare
): ReadonlyMap<ServiceName, Ratio> {
  const inside = (name: ServiceName): boolean => name === target || reached.has(name);
  const unknown = callersOfUnknown(reached, adjacency, (caller, callee) =>
    inside(callee) ? shareOf(caller, callee) === undefined : false
  );
  const known = [...reached].filter((name) => !unknown.has(name));
  const shares = new Map<ServiceName, Ratio>([[target, 1]]);
  for (let round = 0, change = 1; round < MAX_ROUNDS && change > SETTLED; round += 1) {
    change = 0;
    for (const name of known) {
      const missing = adjacency.callees(name).reduce((product, callee) => {
        return inside(callee) ? product * (1 - (shareOf(name, callee) ?? 0) * (shares.get(callee) ?? 0)) : product;
      }, 1);
      change = Math.max(change, 1 - missing - (shares.get(name) ?? 0));
      shares.set(name, 1 - missing);
    }
  }
  shares.delete(target);
  return shares;
}

/** Everyone whose share rests on a call of unknown share. */
function callersOfUnknown(
  reached: ReadonlySet<ServiceName>,
  { callees, callers }: Pick<Adjacency, 'callees' | 'callers'>,
  isUnknown: (caller: ServiceName, callee: ServiceName) => boolean
): ReadonlySet<ServiceName> {
  const unknown = new Set([...reached].filter((name) => callees(name).some((callee) => isUnknown(name, callee))));
  for (const name of unknown) {
    for (const caller of callers(name)) {
      if (reached.has(caller)) {
        unknown.add(caller);
      }
    }
  }
  return unknown;
}
