import type { AffectedService, ServiceGraph, ServiceName } from '#model';
import { type Adjacency, toAdjacency } from './adjacency.ts';
import { compareText } from './edge-order.ts';
import { hopDistances } from './reachability.ts';
import { callShares, sharesReaching } from './traffic-share.ts';

/**
 * Who depends on a service, directly or through others, and with how much of their traffic.
 *
 * @param graph  dependency graph; cycles are safe
 * @param service  the service that fails
 * @returns callers by hops, then by name; the service itself is left out. The share is that of their own requests that
 *   reach the failing service; it is missing where a rate on the way is unknown
 * Cost O(N + E) for the hops, O(rounds E) for the shares. Ref: A4.5.
 */
export function blastRadius(graph: ServiceGraph, service: ServiceName): AffectedService[] {
  const adjacency = toAdjacency(graph);
  const hops = hopDistances(service, adjacency.callers);
  const reached = new Set([...hops.keys()].filter((name) => name !== service));
  return toAffected(hops, sharesReaching(service, reached, adjacency, callShares(graph)));
}

/**
 * What a service depends on, directly or through others, and how much of its traffic goes there.
 *
 * @param graph  dependency graph; cycles are safe
 * @param service  the service that depends
 * @returns callees by hops, then by name; the service itself is left out. The share is that of its requests that reach the
 *   callee; it is missing where a rate on the way is unknown
 * Cost as `blastRadius`.
 */
export function dependenciesOf(graph: ServiceGraph, service: ServiceName): AffectedService[] {
  const adjacency = toAdjacency(graph);
  const hops = hopDistances(service, adjacency.callees);
  const reached = new Set([...hops.keys()].filter((name) => name !== service));
  const shareOf = callShares(graph);
  const backwards: Pick<Adjacency, 'callees' | 'callers'> = { callees: adjacency.callers, callers: adjacency.callees };
  return toAffected(
    hops,
    sharesReaching(service, reached, backwards, (callee, caller) => shareOf(caller, callee))
  );
}

function toAffected(
  hops: ReadonlyMap<ServiceName, number>,
  shares: ReadonlyMap<ServiceName, number>
): AffectedService[] {
  return [...hops]
    .filter(([, distance]) => distance > 0)
    .map(([service, distance]) => {
      const trafficShare = shares.get(service);
      return { service, hops: distance, ...(trafficShare === undefined ? {} : { trafficShare }) };
    })
    .sort((left, right) => left.hops - right.hops || compareText(left.service, right.service));
}
