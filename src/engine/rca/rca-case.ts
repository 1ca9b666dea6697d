import type { ChangeEvent, EpochMs, ServiceName, SignalKind, TimeWindow } from '#model';
import { toAdjacency, type Adjacency } from '../topology/adjacency.ts';
import { compareText } from '../topology/edge-order.ts';
import { hopDistances } from '../topology/reachability.ts';
import type { AnalysisInput } from '../analysis-input.ts';
import { splitWindows, toEvidence, type EvidenceWindows, type SignalEvidence } from './signal-evidence.ts';

/** Everything known about one incident, ready for features. Candidates are services with at least one usable signal. */
export interface RcaCase {
  readonly target: AnalysisInput['target'];
  readonly onsetMs: EpochMs;
  readonly windows: EvidenceWindows;
  readonly adjacency: Adjacency;
  /** By name. */
  readonly candidates: readonly ServiceName[];
  /** All usable signals of a service. */
  readonly evidence: (service: ServiceName) => readonly SignalEvidence[];
  /** Largest harmful deviation over signals of the given kinds; 0 without any. */
  readonly deviation: (service: ServiceName, ...kinds: SignalKind[]) => number;
  /** The same for traffic above its baseline. */
  readonly trafficUp: (service: ServiceName) => number;
  /** Extra seconds per second that a service's requests take; 0 where its latency is ordinary. */
  readonly impact: (service: ServiceName) => number;
  /** Extra seconds per second that calls to a service spend outside of it, over one caller or all. */
  readonly callImpact: (callee: ServiceName, caller?: ServiceName) => number;
  /** Extra failed requests per second. */
  readonly errorImpact: (service: ServiceName) => number;
  /** Callees and callers among the candidates. */
  readonly callees: (service: ServiceName) => readonly ServiceName[];
  readonly callers: (service: ServiceName) => readonly ServiceName[];
  /** What the target reaches along calls, with hops; the target has 0. */
  readonly reached: ReadonlyMap<ServiceName, number>;
  readonly changes: (service: ServiceName) => readonly ChangeEvent[];
  /** Signals that had too few values, by id. */
  readonly dropped: readonly string[];
}

const LATENCY_MATTERS = 2;

/**
 * Prepares an analysis: scores every signal, attributes it to a service, indexes the graph.
 *
 * @param input  as given to `analyse`
 * @param onsetMs  first anomalous sample
 * @returns the case; the order of signals, edges and changes in the input does not matter
 * Cost O(sum n log n + N + E).
 */
export function buildCase(input: AnalysisInput, onsetMs: EpochMs): RcaCase {
  const windows = splitWindows(input.baseline, input.window, onsetMs);
  const scored = input.signals
    .toSorted((left, right) => compareText(left.id, right.id))
    .map((signal) => ({ signal, evidence: toEvidence(signal, windows) }));
  const byOwner = groupByOwner(scored.flatMap(({ evidence }) => evidence ?? []));
  const evidence = (service: ServiceName): readonly SignalEvidence[] => byOwner.get(service) ?? [];
  const adjacency = toAdjacency(input.graph);
  const candidates = [...byOwner.keys()].sort(compareText);
  const known = new Set(candidates);
  return {
    target: input.target,
    onsetMs,
    windows,
    adjacency,
    candidates,
    evidence,
    deviation: (service, ...kinds) => largest(evidence(service), kinds),
    trafficUp: (service) => Math.max(0, ...ofKinds(evidence(service), ['request-rate']).map((item) => item.score.up)),
    impact: (service) => impactOf(evidence(service)),
    callImpact: (callee, caller) => callImpactOf(evidence(callee), caller),
    errorImpact: (service) => errorImpactOf(evidence(service)),
    callees: (service) => adjacency.callees(service).filter((name) => known.has(name)),
    callers: (service) => adjacency.callers(service).filter((name) => known.has(name)),
    reached: hopDistances(input.target.service, adjacency.callees),
    changes: (service) => relevantChanges(input.changes, service, onsetMs, input.window),
    dropped: scored.filter((item) => !item.evidence).map((item) => item.signal.id),
  };
}

/**
 * The evidence of some kinds.
 *
 * @param evidence  of one service
 * @param kinds  wanted kinds
 * @returns the matching entries, in order
 * Cost O(n).
 */
export function ofKinds(evidence: readonly SignalEvidence[], kinds: readonly SignalKind[]): readonly SignalEvidence[] {
  return evidence.filter((item) => kinds.includes(item.signal.kind));
}

function groupByOwner(evidence: readonly SignalEvidence[]): ReadonlyMap<ServiceName, readonly SignalEvidence[]> {
  const groups = new Map<ServiceName, SignalEvidence[]>();
  for (const item of evidence) {
    const group = groups.get(item.owner) ?? [];
    groups.set(item.owner, group);
    group.push(item);
  }
  return groups;
}

function largest(evidence: readonly SignalEvidence[], kinds: readonly SignalKind[]): number {
  return Math.max(0, ...ofKinds(evidence, kinds).map((item) => item.z));
}

/** The 95th percentile where there is one: closer to what most requests feel than the 99th. */
function mainLatency(evidence: readonly SignalEvidence[]): SignalEvidence | undefined {
  const all = ofKinds(evidence, ['latency']);
  return all.find((item) => item.signal.id.endsWith('/p95')) ?? all[0];
}

function requestsPerSecond(evidence: readonly SignalEvidence[]): number {
  const rate = ofKinds(evidence, ['request-rate'])[0];
  return rate ? Math.max(rate.score.median, 0.001) : 1;
}

function impactOf(evidence: readonly SignalEvidence[]): number {
  const latency = mainLatency(evidence);
  return latency && latency.z > LATENCY_MATTERS ? Math.max(0, latency.score.delta) * requestsPerSecond(evidence) : 0;
}

function callImpactOf(evidence: readonly SignalEvidence[], caller: ServiceName | undefined): number {
  const overheads = ofKinds(evidence, ['client-latency'])
    .filter((item) => item.z > LATENCY_MATTERS && (caller === undefined || item.signal.service === caller))
    .map((item) => Math.max(0, item.score.delta));
  return Math.max(0, ...overheads) * requestsPerSecond(evidence);
}

function errorImpactOf(evidence: readonly SignalEvidence[]): number {
  const errors = ofKinds(evidence, ['error-ratio'])[0];
  return errors && errors.z > LATENCY_MATTERS ? Math.max(0, errors.score.delta) * requestsPerSecond(evidence) : 0;
}

function relevantChanges(
  changes: readonly ChangeEvent[],
  service: ServiceName,
  onsetMs: EpochMs,
  window: TimeWindow
): readonly ChangeEvent[] {
  return changes
    .filter((change) => change.service === service && change.atMs < window.toMs && change.atMs <= onsetMs + 120_000)
    .toSorted((left, right) => right.atMs - left.atMs || compareText(left.summary, right.summary));
}
