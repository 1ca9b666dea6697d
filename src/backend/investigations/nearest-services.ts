import type { ServiceGraph, ServiceName } from '#model';

/** A service and what it reaches along calls, nearest first, at most `most` of them. */
export function nearestServices(graph: ServiceGraph, service: ServiceName, most: number): readonly ServiceName[] {
  const callees = new Map<ServiceName, ServiceName[]>();
  for (const { caller, callee } of graph.edges) {
    callees.set(caller, [...(callees.get(caller) ?? []), callee]);
  }
  const reached = new Set([service]);
  for (const name of reached) {
    for (const callee of callees.get(name) ?? []) {
      if (reached.size < most) {
        reached.add(callee);
      }
    }
  }
  return [...reached];
}
