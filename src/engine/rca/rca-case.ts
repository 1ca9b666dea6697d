import type { ChangeEvent, EpochMs, ServiceName, Signal, SignalKind, TimeWindow } from '#model';
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
  /** Extra seconds per second that calls to a service spend outside of it. */
  readonly callImpact: (callee: ServiceName) => number;
  /** Extra seconds that a caller waits for one call to a callee, inside and outside of it. */
  readonly delay: (caller: ServiceName, callee: ServiceName) => number;
  /** Extra seconds of one request to a service; 0 where its latency is ordinary. */
  readonly slowdown: (service: ServiceName) => number;
  /** Normal requests per second; 1 where not measured. */
  readonly requestsPerSecond: (service: ServiceName) => number;
  /** Extra failed requests per second. */
  readonly errorImpact: (service: ServiceName) => number;
  /** Callees and callers among the candidates. */
  readonly callees: (service: ServiceName) => readonly ServiceName[];
  readonly callers: (service: ServiceName) => readonly ServiceName[];
  /** What the target reaches along calls, with hops; the target has 0. */
  readonly reached: ReadonlyMap<ServiceName, number>;
  readonly changes: (service: ServiceName) => readonly ChangeEvent[];
  /** Worst share of failed calls that callers see, from the graph; undefined where not measured. Has no baseline. */
  readonly failedCalls: (service: ServiceName) => number | undefined;
  /** Signals of a service that were there before the onset and are gone since, by id. */
  readonly silent: (service: ServiceName) => readonly string[];
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
  const failedCalls = (service: ServiceName): number | undefined => worstFailedCalls(adjacency, service);
  const failedCallsZ = (service: ServiceName): number =>
    ofKinds(evidence(service), ['error-ratio']).length > 0 ? 0 : toFailedCallsZ(failedCalls(service));
  const silent = silentSignals(input.signals, windows);
  const candidates = [...byOwner.keys()].sort(compareText);
  const known = new Set(candidates);
  return {
    target: input.target,
    onsetMs,
    windows,
    adjacency,
    candidates,
    evidence,
    deviation: (service, ...kinds) =>
      Math.max(largest(evidence(service), kinds), kinds.includes('error-ratio') ? failedCallsZ(service) : 0),
    trafficUp: (service) => Math.max(0, ...ofKinds(evidence(service), ['request-rate']).map((item) => item.score.up)),
    impact: (service) => impactOf(evidence(service)),
    callImpact: (callee) => overheadOf(evidence(callee)) * requestsPerSecond(evidence(callee)),
    delay: (caller, callee) =>
      slowdownOf(evidence(callee)) * shareOfEdge(adjacency, caller, callee) + overheadOf(evidence(callee), caller),
    slowdown: (service) => slowdownOf(evidence(service)),
    requestsPerSecond: (service) => requestsPerSecond(evidence(service)),
    errorImpact: (service) => errorImpactOf(evidence(service)),
    callees: (service) => adjacency.callees(service).filter((name) => known.has(name)),
    callers: (service) => adjacency.callers(service).filter((name) => known.has(name)),
    reached: hopDistances(input.target.service, adjacency.callees),
    changes: (service) => relevantChanges(input.changes, service, onsetMs, input.window),
    failedCalls,
    silent: (service) => silent.get(service) ?? [],
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

/**
 * The signal that stands for a kind: of several the 95th percentile, closer to what most requests feel than the 99th.
 *
 * @param evidence  of one service
 * @param kind  wanted kind
 * @returns undefined when there is none
 * Cost O(n).
 */
export function mainOf(evidence: readonly SignalEvidence[], kind: SignalKind): SignalEvidence | undefined {
  const all = ofKinds(evidence, [kind]);
  return all.find((item) => item.signal.id.endsWith('/p95')) ?? all[0];
}

/**
 * Kind of the signal in which an incident was noticed.
 *
 * @param rca  the case
 * @returns latency or errors
 * Cost O(1).
 */
export function symptomKind({ target }: Pick<RcaCase, 'target'>): 'latency' | 'error-ratio' {
  return target.symptom === 'latency' ? 'latency' : 'error-ratio';
}

function requestsPerSecond(evidence: readonly SignalEvidence[]): number {
  const rate = ofKinds(evidence, ['request-rate'])[0];
  return rate ? Math.max(rate.score.median, 0.001) : 1;
}

function impactOf(evidence: readonly SignalEvidence[]): number {
  return slowdownOf(evidence) * requestsPerSecond(evidence);
}

function slowdownOf(evidence: readonly SignalEvidence[]): number {
  const latency = mainOf(evidence, 'latency');
  return latency && latency.z > LATENCY_MATTERS ? Math.max(0, latency.score.delta) : 0;
}

function overheadOf(evidence: readonly SignalEvidence[], caller?: ServiceName): number {
  const overheads = ofKinds(evidence, ['client-latency'])
    .filter((item) => item.z > LATENCY_MATTERS && (caller === undefined || item.signal.service === caller))
    .map((item) => Math.max(0, item.score.delta));
  return Math.max(0, ...overheads);
}

/**
 * How slow a callee is for one caller, relative to its slowest caller: a store may be slow for one kind of query only.
 * 1 where the graph does not say.
 */
function shareOfEdge(adjacency: Adjacency, caller: ServiceName, callee: ServiceName): number {
  const seen = adjacency.edge(caller, callee)?.clientLatencySeconds;
  const all = adjacency.callers(callee).flatMap((name) => adjacency.edge(name, callee)?.clientLatencySeconds ?? []);
  const slowest = Math.max(0, ...all);
  return seen === undefined || slowest <= 0 ? 1 : Math.min(1, seen / slowest);
}

function errorImpactOf(evidence: readonly SignalEvidence[]): number {
  const errors = ofKinds(evidence, ['error-ratio'])[0];
  return errors && errors.z > LATENCY_MATTERS ? Math.max(0, errors.score.delta) * requestsPerSecond(evidence) : 0;
}

/** Share of failed calls below which an edge without baseline proves nothing. */
const NOTABLE_FAILURES = 0.1;

/** A failure share without baseline counts like one whose baseline is clean. */
function toFailedCallsZ(share: number | undefined): number {
  return share !== undefined && share >= NOTABLE_FAILURES ? share / 0.005 : 0;
}

function worstFailedCalls(adjacency: Adjacency, service: ServiceName): number | undefined {
  const shares = adjacency.callers(service).flatMap((caller) => adjacency.edge(caller, service)?.errorRatio ?? []);
  return shares.length > 0 ? Math.max(...shares) : undefined;
}

/** Fewest points of the incident that must be missing, and of the baseline that must be there. */
const SILENT_POINTS = 4;

function silentSignals(
  signals: readonly Signal[],
  windows: EvidenceWindows
): ReadonlyMap<ServiceName, readonly string[]> {
  const found = new Map<ServiceName, string[]>();
  const newestMs = Math.max(0, ...signals.map((signal) => signal.series.timesMs.at(-1) ?? 0));
  for (const { id, service, series } of signals.toSorted((left, right) => compareText(left.id, right.id))) {
    const lastMs = series.timesMs.at(-1) ?? 0;
    const spoke = series.timesMs.filter((time) => time < windows.baseline.toMs).length >= SILENT_POINTS;
    const step = (lastMs - (series.timesMs[0] ?? 0)) / Math.max(1, series.timesMs.length - 1);
    if (spoke && lastMs >= windows.baseline.toMs && newestMs - lastMs >= SILENT_POINTS * step) {
      found.set(service, [...(found.get(service) ?? []), id]);
    }
  }
  return found;
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
