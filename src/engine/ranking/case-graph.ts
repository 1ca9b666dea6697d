/** The call graph of a case by index, without duplicates and self-calls. */
export interface CaseGraph {
  /** Whom a service calls. */
  readonly callees: readonly (readonly number[])[];
  /** Who calls a service. */
  readonly callers: readonly (readonly number[])[];
  readonly edges: number;
  readonly ignored: { readonly unknown: number; readonly duplicate: number; readonly self: number };
}

/**
 * Indexes a call graph.
 *
 * @param services  number of services
 * @param edges  pairs of caller and callee in any order; pairs with an index outside 0..services-1 are ignored
 * @returns neighbours by index, in the order of the edges
 * Cost O(N + E).
 */
export function toCaseGraph(services: number, edges: readonly (readonly [number, number])[]): CaseGraph {
  const callees: number[][] = Array.from({ length: services }, () => []);
  const callers: number[][] = Array.from({ length: services }, () => []);
  const seen = new Set<number>();
  const ignored = { unknown: 0, duplicate: 0, self: 0 };
  for (const [caller, callee] of edges) {
    const out = callees[caller];
    const into = callers[callee];
    if (!out || !into) {
      ignored.unknown += 1;
    } else if (caller === callee) {
      ignored.self += 1;
    } else if (seen.has(caller * services + callee)) {
      ignored.duplicate += 1;
    } else {
      seen.add(caller * services + callee);
      out.push(callee);
      into.push(caller);
    }
  }
  return { callees, callers, edges: seen.size, ignored };
}

/**
 * What can be reached from a start along calls, the start included. Cycles are safe.
 *
 * @param graph  the call graph
 * @param start  index of a service
 * @param passes  whether a service may be entered
 * @returns one flag per service
 * Cost O(N + E).
 */
export function reachedFrom(graph: CaseGraph, start: number, passes: (service: number) => boolean): Uint8Array {
  const reached = new Uint8Array(graph.callees.length);
  if (start < 0 || start >= reached.length) {
    return reached;
  }
  reached[start] = 1;
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of graph.callees[at] ?? []) {
      if (reached[next] === 0 && passes(next)) {
        reached[next] = 1;
        open.push(next);
      }
    }
  }
  return reached;
}
