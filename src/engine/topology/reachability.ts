import type { ServiceName } from '#model';

/**
 * Hop distance from a start to everything that can be reached, by breadth-first search. Cycles are safe.
 *
 * Give callees to follow calls (what a service depends on), callers for the blast radius (who suffers when it fails).
 *
 * @param start  where to begin
 * @param neighbours  next services of a service
 * @returns distance in hops by name, in order of discovery; the start has 0
 * Cost O(N + E). Ref: A4.5, blast radius with hop distance.
 */
export function hopDistances(
  start: ServiceName,
  neighbours: (service: ServiceName) => readonly ServiceName[]
): ReadonlyMap<ServiceName, number> {
  const distances = new Map<ServiceName, number>([[start, 0]]);
  for (const [service, hops] of distances) {
    for (const next of neighbours(service)) {
      if (!distances.has(next)) {
        distances.set(next, hops + 1);
      }
    }
  }
  return distances;
}
