import type { ChangeEvent, EpochMs, Seconds, ServiceGraph, ServiceName, TimeWindow } from '#model';
import { toAdjacency } from '../topology/adjacency.ts';
import { hopDistances } from '../topology/reachability.ts';
import type { IncidentCandidate } from './find-incident.ts';

/**
 * How long a rollout may disturb its service: pods are replaced in two halves, and rates still cover the minute before.
 */
const SETTLE_MS = 135_000;
/** A median of three points shows what is over for up to two steps more. */
const SMOOTHING_STEPS = 2;
/** A service that is rolled out over and over gets no more excuses: so many per hour. */
const MAX_PER_HOUR = 3;
const HOUR_MS = 60 * 60_000;

/** A time in which a rollout may disturb a service: its own, or one of a service that it calls. Half-open. */
export interface SettlingWindow extends TimeWindow {
  readonly service: ServiceName;
  readonly rollout: ChangeEvent;
}

/**
 * Whether a change is a rollout that may still disturb its service at an instant.
 *
 * @param change  any change
 * @param atMs  the instant
 * @returns false for other changes, and before the rollout
 * Cost O(1).
 */
export function isYoungRollout(change: ChangeEvent, atMs: EpochMs): boolean {
  return isRollout(change) && change.atMs <= atMs && atMs - change.atMs < SETTLE_MS;
}

/**
 * The times in which rollouts may disturb services: a deployment or scaling its own service and all that call it,
 * directly or through others, for a good two minutes. What lasts longer is trouble. The fourth rollout of a service
 * within an hour excuses nothing, nor do those that follow it closely.
 *
 * @param changes  in any order; what is no rollout is ignored
 * @param graph  who calls whom
 * @param stepSeconds  distance of the points that are judged, > 0
 * @returns one window per rollout and service, by time of the rollout
 * Cost O(rollouts (N + E + log rollouts)).
 */
export function settlingWindows(
  changes: readonly ChangeEvent[],
  graph: ServiceGraph,
  stepSeconds: Seconds
): SettlingWindow[] {
  const { callers } = toAdjacency(graph);
  const earlier = new Map<ServiceName, readonly EpochMs[]>();
  const windows: SettlingWindow[] = [];
  for (const rollout of changes.filter(isRollout).toSorted((left, right) => left.atMs - right.atMs)) {
    const { atMs, service: changed } = rollout;
    const hour = (earlier.get(changed) ?? []).filter((before) => before > atMs - HOUR_MS);
    earlier.set(changed, [...hour, atMs]);
    if (hour.length < MAX_PER_HOUR) {
      const toMs = atMs + SETTLE_MS + SMOOTHING_STEPS * stepSeconds * 1000;
      for (const service of hopDistances(changed, callers).keys()) {
        windows.push({ fromMs: atMs, toMs, service, rollout });
      }
    }
  }
  return windows;
}

/**
 * Whether everything seen of a trouble so far may be the disturbance of rollouts: every affected service has been rolled
 * out, or calls one that has.
 *
 * What lasts longer than a rollout disturbs is an incident; what is over by then never was one.
 *
 * @param candidate  a trouble that `findIncidents` reports
 * @param windows  of the last minutes
 * @returns true while it is too early to open an incident
 * Cost O(windows services).
 */
export function isSettling(
  candidate: Pick<IncidentCandidate, 'services' | 'lastMs'>,
  windows: readonly SettlingWindow[]
): boolean {
  const { lastMs, services } = candidate;
  const settling = new Set(
    windows.filter(({ fromMs, toMs }) => lastMs >= fromMs && lastMs < toMs).map(({ service }) => service)
  );
  return services.every((service) => settling.has(service));
}

function isRollout({ kind }: ChangeEvent): boolean {
  return kind === 'deploy' || kind === 'scale';
}
