import type { ServiceEdge } from '#model';

/**
 * Orders names by code unit, independent of the locale.
 *
 * @param left  any text
 * @param right  any text
 * @returns negative, 0 or positive
 * Cost O(length).
 */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/**
 * A total order of edges: by caller, callee, kind, then contents, so that any input order gives the same graph.
 *
 * @param left  an edge
 * @param right  an edge
 * @returns negative, 0 or positive
 * Cost O(length of the names), more only for equal ends.
 */
export function compareEdges(left: ServiceEdge, right: ServiceEdge): number {
  return (
    compareText(left.caller, right.caller) ||
    compareText(left.callee, right.callee) ||
    compareText(left.kind, right.kind) ||
    left.lastSeenMs - right.lastSeenMs ||
    compareText(JSON.stringify(left), JSON.stringify(right))
  );
}
