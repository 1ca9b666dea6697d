import type { ServiceGraph, ServiceName } from '#model';
import { toAdjacency, type Adjacency } from './adjacency.ts';

interface Frame {
  readonly service: ServiceName;
  next: number;
}

interface Search {
  readonly index: Map<ServiceName, number>;
  readonly low: Map<ServiceName, number>;
  readonly stack: ServiceName[];
  readonly onStack: Set<ServiceName>;
  readonly components: ServiceName[][];
}

/**
 * Strongly connected components: services that call each other in a circle, directly or through others.
 *
 * @param graph  dependency graph
 * @returns every service in exactly one component; callees' components come before their callers'; names sorted inside
 * Cost O(N + E), no recursion. Ref: Tarjan 1972, SIAM J. Comput. 1(2).
 */
export function strongComponents(graph: ServiceGraph): ServiceName[][] {
  const adjacency = toAdjacency(graph);
  const search: Search = { index: new Map(), low: new Map(), stack: [], onStack: new Set(), components: [] };
  for (const service of adjacency.names) {
    if (!search.index.has(service)) {
      searchFrom(service, adjacency, search);
    }
  }
  return search.components;
}

function searchFrom(root: ServiceName, adjacency: Adjacency, search: Search): void {
  const work: Frame[] = [open(root, search)];
  for (let frame = work.at(-1); frame; frame = work.at(-1)) {
    const callee = adjacency.callees(frame.service)[frame.next];
    frame.next += 1;
    if (callee === undefined) {
      work.pop();
      close(frame.service, work.at(-1)?.service, search);
    } else if (!search.index.has(callee)) {
      work.push(open(callee, search));
    } else if (search.onStack.has(callee)) {
      lower(frame.service, search.index.get(callee) ?? 0, search);
    }
  }
}

function open(service: ServiceName, search: Search): Frame {
  search.low.set(service, search.index.size);
  search.index.set(service, search.index.size);
  search.stack.push(service);
  search.onStack.add(service);
  return { service, next: 0 };
}

function close(service: ServiceName, parent: ServiceName | undefined, search: Search): void {
  const low = search.low.get(service) ?? 0;
  if (parent !== undefined) {
    lower(parent, low, search);
  }
  if (low !== search.index.get(service)) {
    return;
  }
  const component = search.stack.splice(search.stack.indexOf(service));
  for (const member of component) {
    search.onStack.delete(member);
  }
  search.components.push(component.sort());
}

function lower(service: ServiceName, candidate: number, search: Search): void {
  search.low.set(service, Math.min(search.low.get(service) ?? candidate, candidate));
}
