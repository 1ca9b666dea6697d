import type { EpochMs, ScoredSignal, ServiceGraph, ServiceName } from '#model';
import { toAdjacency, type Adjacency } from '../topology/adjacency.ts';
import { compareText } from '../topology/edge-order.ts';
import { hopDistances } from '../topology/reachability.ts';
import { newestExcursion } from './excursion.ts';
import { isSettling, type SettlingWindow } from './settling.ts';

/** What the incident finder looks at. */
export interface IncidentInput {
  /** Scored signals of every service; only the newest excursion of each matters. */
  readonly signals: readonly ScoredSignal[];
  readonly graph: ServiceGraph;
  /** Now, on the clock of the signals. */
  readonly atMs: EpochMs;
  /** Times in which rollouts may disturb services, where known: what they explain is no incident yet. */
  readonly settling?: readonly SettlingWindow[];
  /** Points between two looks, where they are more than four: an excursion that ended since the last look still counts. */
  readonly calmPoints?: number;
}

/** A trouble that users notice, before its cause is known. */
export interface IncidentCandidate {
  /** Stable while the trouble lasts at the same target; at least eight characters. */
  readonly fingerprint: string;
  /** The affected service nearest to the users. */
  readonly target: { readonly service: ServiceName; readonly symptom: 'latency' | 'errors' };
  /** First anomalous sample, on the target or on the side of the cause. */
  readonly onsetMs: EpochMs;
  readonly detectedMs: EpochMs;
  /** Last critical point of any symptom. */
  readonly lastMs: EpochMs;
  /** Services with a critical symptom, by name. */
  readonly services: readonly ServiceName[];
  /** Largest surprisal among the symptoms, 0 to 12. */
  readonly peak: number;
}

interface Symptom {
  readonly service: ServiceName;
  readonly symptom: 'latency' | 'errors';
  readonly onsetMs: EpochMs;
  readonly lastMs: EpochMs;
  readonly peak: number;
}

/** Consecutive critical points of one symptom that open an incident. */
const CONFIRMING_POINTS = 2;
/** A cause may have shown this long before its symptom; older excursions are other stories. */
const MAX_LEAD_MS = 15 * 60_000;

/**
 * Finds the troubles that users notice, one per group of connected services, worst first.
 *
 * A symptom is a latency or error ratio that is critical on at least two consecutive recent points. Resources, rates
 * and logs never open an incident. A disturbance that follows a change of an affected service, or of one it depends on,
 * is an incident only when it outlasts the time a rollout takes. Symptoms whose services call each other, directly or
 * through others, are one incident.
 *
 * @param input  scored signals, graph and now
 * @returns candidates, by number of services, then by peak
 * Cost O(S n + A (N + E)), A = affected services.
 */
export function findIncidents(input: IncidentInput): IncidentCandidate[] {
  const symptoms = findSymptoms(input);
  const adjacency = toAdjacency(input.graph);
  const groups = groupConnected([...new Set(symptoms.map((item) => item.service))].sort(compareText), adjacency);
  return groups
    .map((services) => toCandidate(services, symptoms, adjacency, input))
    .filter((candidate) => !isSettling(candidate, input.settling ?? []))
    .sort(
      (left, right) =>
        right.services.length - left.services.length ||
        right.peak - left.peak ||
        compareText(left.fingerprint, right.fingerprint)
    );
}

/**
 * The worst trouble that users notice, if there is one.
 *
 * @param input  scored signals, graph and now
 * @returns the first of {@link findIncidents}, or null
 * Cost as {@link findIncidents}.
 */
export function findIncident(input: IncidentInput): IncidentCandidate | null {
  return findIncidents(input)[0] ?? null;
}

function findSymptoms(input: IncidentInput): Symptom[] {
  return input.signals.flatMap((signal) => {
    if (signal.kind !== 'latency' && signal.kind !== 'error-ratio') {
      return [];
    }
    const excursion = newestExcursion(signal, input.atMs, input.calmPoints);
    return excursion && excursion.criticalPoints >= CONFIRMING_POINTS
      ? [
          {
            service: signal.service,
            symptom: signal.kind === 'latency' ? ('latency' as const) : ('errors' as const),
            onsetMs: excursion.onsetMs,
            lastMs: excursion.lastMs,
            peak: excursion.peak,
          },
        ]
      : [];
  });
}

/** Groups affected services of which one reaches the other along calls, also through services that look well. */
function groupConnected(affected: readonly ServiceName[], adjacency: Adjacency): ServiceName[][] {
  const groupOf = new Map(affected.map((service) => [service, service]));
  const find = (service: ServiceName): ServiceName => {
    const parent = groupOf.get(service) ?? service;
    return parent === service ? service : find(parent);
  };
  for (const service of affected) {
    const reached = hopDistances(service, adjacency.callees);
    for (const other of affected.filter((name) => reached.has(name))) {
      groupOf.set(find(other), find(service));
    }
  }
  const groups = new Map<ServiceName, ServiceName[]>();
  for (const service of affected) {
    const root = find(service);
    groups.set(root, [...(groups.get(root) ?? []), service]);
  }
  return [...groups.values()];
}

function toCandidate(
  services: readonly ServiceName[],
  symptoms: readonly Symptom[],
  adjacency: Adjacency,
  input: IncidentInput
): IncidentCandidate {
  const own = symptoms.filter((item) => services.includes(item.service));
  const target = nearestToUsers(services, own, adjacency);
  const ofTarget = own.filter((item) => item.service === target).sort((left, right) => right.peak - left.peak);
  const symptomOnsetMs = Math.min(...own.map((item) => item.onsetMs));
  return {
    fingerprint: `incident:${target}`,
    target: { service: target, symptom: ofTarget[0]?.symptom ?? 'latency' },
    onsetMs: Math.min(symptomOnsetMs, causeOnset(services, symptomOnsetMs, adjacency, input)),
    detectedMs: input.atMs,
    lastMs: Math.max(...own.map((item) => item.lastMs)),
    services,
    peak: Math.max(...own.map((item) => item.peak)),
  };
}

/**
 * The affected service that no other affected service reaches; of several the one that the most affected ones depend
 * on.
 */
function nearestToUsers(
  services: readonly ServiceName[],
  symptoms: readonly Symptom[],
  adjacency: Adjacency
): ServiceName {
  const ranked = services.map((service) => {
    const above = hopDistances(service, adjacency.callers);
    const below = hopDistances(service, adjacency.callees);
    const isAlone = adjacency.kind(service) === 'service' ? 0 : 1;
    return {
      service,
      virtual: isAlone,
      above: services.filter((other) => other !== service && above.has(other)).length,
      below: services.filter((other) => other !== service && below.has(other)).length,
      peak: Math.max(...symptoms.filter((item) => item.service === service).map((item) => item.peak)),
    };
  });
  ranked.sort(
    (left, right) =>
      left.virtual - right.virtual ||
      left.above - right.above ||
      right.below - left.below ||
      right.peak - left.peak ||
      compareText(left.service, right.service)
  );
  return ranked[0]?.service ?? services[0] ?? '';
}

/** Earliest excursion of any signal of the services that the affected ones depend on. */
function causeOnset(
  services: readonly ServiceName[],
  symptomOnsetMs: EpochMs,
  adjacency: Adjacency,
  input: IncidentInput
): EpochMs {
  const below = new Set(services.flatMap((service) => [...hopDistances(service, adjacency.callees).keys()]));
  const onsets = input.signals
    .filter((signal) => below.has(signal.service) && signal.kind !== 'request-rate')
    .map((signal) => newestExcursion(signal, input.atMs, input.calmPoints))
    .filter((excursion) => excursion !== undefined && excursion.criticalPoints >= CONFIRMING_POINTS)
    .map((excursion) => excursion?.onsetMs ?? Infinity)
    .filter((onsetMs) => onsetMs >= symptomOnsetMs - MAX_LEAD_MS);
  return Math.min(Infinity, ...onsets);
}
