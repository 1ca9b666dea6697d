import type { ChangeEvent, ServiceGraph } from '#model';
import { toAdjacency } from '../topology/adjacency.ts';
import { hopDistances } from '../topology/reachability.ts';
import type { IncidentCandidate } from './find-incident.ts';

/**
 * How long a rollout may disturb its service: pods are replaced in two halves, and rates still cover the minute before.
 */
const SETTLE_MS = 135_000;

/**
 * Whether everything seen of a trouble so far may be the disturbance of a rollout.
 *
 * A deployment or scaling of an affected service, or of one it depends on, may disturb it for a good two minutes. What
 * lasts longer is an incident; what is over by then never was one.
 *
 * @param candidate  a trouble that `findIncidents` reports
 * @param graph  who depends on whom
 * @param changes  changes of the last minutes; others are ignored
 * @returns true while it is too early to open an incident
 * Cost O(services (N + E) + changes).
 */
export function isSettling(
  candidate: Pick<IncidentCandidate, 'services' | 'lastMs'>,
  graph: ServiceGraph,
  changes: readonly ChangeEvent[]
): boolean {
  const { callees } = toAdjacency(graph);
  const below = new Set(candidate.services.flatMap((service) => [...hopDistances(service, callees).keys()]));
  return changes.some(
    (change) =>
      (change.kind === 'deploy' || change.kind === 'scale') &&
      below.has(change.service) &&
      change.atMs <= candidate.lastMs &&
      candidate.lastMs - change.atMs < SETTLE_MS
  );
}
