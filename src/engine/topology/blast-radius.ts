import type { ServiceGraph, ServiceName } from '#model';
import { toAdjacency } from './adjacency.ts';
import { compareText } from './edge-order.ts';
import { hopDistances } from './reachability.ts';

/** A service that would feel a failure. */
export interface AffectedService {
  readonly service: ServiceName;
  /** Calls between it and the failing service, >= 1. */
  readonly hops: number;
}

/**
 * Who depends on a service, directly or through others.
 *
 * @param graph  dependency graph; cycles are safe
 * @param service  the service that fails
 * @returns callers by hops, then by name; the service itself is left out
 * Cost O(N + E). Ref: A4.5.
 */
export function blastRadius(graph: ServiceGraph, service: ServiceName): AffectedService[] {
  return [...hopDistances(service, toAdjacency(graph).callers)]
    .filter(([, hops]) => hops > 0)
    .map(([name, hops]) => ({ service: name, hops }))
    .sort((left, right) => left.hops - right.hops || compareText(left.service, right.service));
}
