import type { ChangeEvent, EpochMs, ServiceGraph } from '#model';
import { toAdjacency } from '../topology/adjacency.ts';
import { hopDistances } from '../topology/reachability.ts';
import type { IncidentCandidate } from './find-incident.ts';

/**
 * How long a rollout may disturb its service: pods are replaced in two halves, and rates still cover the minute before.
 */
const SETTLE_MS = 135_000;

/**
 * Whether a change is a rollout that may still disturb its service at an instant.
 *
 * @param change  any change
 * @param atMs  the instant
 * @returns false for other changes, and before the rollout
 * Cost O(1).
 */
export function isYoungRollout(change: ChangeEvent, atMs: EpochMs): boolean {
  const isRollout = change.kind === 'deploy' || change.kind === 'scale';
  return isRollout && change.atMs <= atMs && atMs - change.atMs < SETTLE_MS;
}

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
  return changes.some((change) => below.has(change.service) && isYoungRollout(change, candidate.lastMs));
}
