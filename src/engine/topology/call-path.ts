import type { ServiceGraph, ServiceName } from '#model';
import { toAdjacency } from './adjacency.ts';

/**
 * Shortest chain of calls from one service to another.
 *
 * @param graph  dependency graph; cycles are safe
 * @param from  the caller's end
 * @param to  the callee's end
 * @returns names from `from` to `to`, both included; undefined when `to` is not reached
 * Cost O(N + E). Equal lengths: the path that is first by name.
 */
export function callPath(graph: ServiceGraph, from: ServiceName, to: ServiceName): ServiceName[] | undefined {
  const adjacency = toAdjacency(graph);
  const previous = new Map<ServiceName, ServiceName | undefined>([[from, undefined]]);
  for (const [service] of previous) {
    if (service === to) {
      return unwind(previous, to);
    }
    for (const callee of adjacency.callees(service)) {
      if (!previous.has(callee)) {
        previous.set(callee, service);
      }
    }
  }
  return undefined;
}

function unwind(previous: ReadonlyMap<ServiceName, ServiceName | undefined>, to: ServiceName): ServiceName[] {
  const path: ServiceName[] = [];
  for (let service: ServiceName | undefined = to; service !== undefined; service = previous.get(service)) {
    path.push(service);
  }
  return path.reverse();
}
