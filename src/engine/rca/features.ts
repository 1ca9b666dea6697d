import type { ServiceName } from '#model';
import { explainedByCallees, selfTimeExplained, type Explained } from './explained.ts';
import { mechanismsOf, ownTrouble, type Mechanism } from './mechanisms.ts';
import type { RcaCase } from './rca-case.ts';
import { squash } from './series-score.ts';
import type { FeatureName } from './weights.ts';

/** Everything that the ranking needs to know about one candidate. */
export interface CandidateFeatures {
  readonly service: ServiceName;
  readonly values: Readonly<Record<FeatureName, number>>;
  readonly explained: Explained;
  readonly mechanisms: readonly Mechanism[];
  /** Largest strength of latency, errors, self time, logs and calls: 0 to 1.5. */
  readonly symptom: number;
  /** Extra seconds per second. */
  readonly impact: number;
}

interface Own {
  readonly lat: number;
  readonly err: number;
  readonly cpu: number;
  readonly mem: number;
  readonly self: number;
  readonly net: number;
  readonly logs: number;
}

const ONSET_MEMORY_MS = 60 * 15_000;
const PATH_SYMPTOM = 0.25;
const CHANGE_MEMORY_MS = 15 * 60_000;

/**
 * Features of every candidate.
 *
 * @param rca  the case
 * @returns one entry per candidate, by name
 * Cost O(services * (signals + neighbours)). Ref: RCA specification 4.2, the features for which the product has
 * signals; extensions in {@link PRIOR_WEIGHTS}.
 */
export function extractFeatures(rca: RcaCase): CandidateFeatures[] {
  const own = new Map(rca.candidates.map((service) => [service, ownStrengths(rca, service)]));
  const symptoms = new Map([...own].map(([service, item]) => [service, symptomOf(item)]));
  const shared: Shared = {
    own,
    symptoms,
    maxima: maximaOf([...own.values()]),
    path: symptomaticPath(rca, symptoms),
    firstOnsetMs: Math.min(...rca.candidates.map((service) => onsetOf(rca, service) ?? Infinity)),
  };
  return rca.candidates.map((service) => candidateFeatures(rca, service, shared));
}

interface Shared {
  readonly own: ReadonlyMap<ServiceName, Own>;
  readonly symptoms: ReadonlyMap<ServiceName, number>;
  readonly maxima: Own & { readonly any: number; readonly resources: number };
  readonly path: ReadonlySet<ServiceName>;
  readonly firstOnsetMs: number;
}

function ownStrengths(rca: RcaCase, service: ServiceName): Own {
  const g = (...kinds: Parameters<RcaCase['deviation']>[1][]): number => squash(rca.deviation(service, ...kinds));
  return {
    lat: g('latency'),
    err: g('error-ratio', 'rejected-requests'),
    cpu: g('cpu'),
    mem: g('memory', 'memory-utilisation'),
    self: g('self-time') * (1 - selfTimeExplained(rca, service)),
    net: g('client-latency'),
    logs: g('log-errors'),
  };
}

function symptomOf(own: Own): number {
  return Math.max(own.lat, own.err, own.self, own.net, own.logs);
}

function maximaOf(all: readonly Own[]): Shared['maxima'] {
  const max = (read: (own: Own) => number): number => Math.max(0, ...all.map(read));
  return {
    lat: max((own) => own.lat),
    err: max((own) => own.err),
    cpu: max((own) => own.cpu),
    mem: max((own) => own.mem),
    self: max((own) => own.self),
    net: max((own) => own.net),
    logs: max((own) => own.logs),
    any: max((own) => Math.max(symptomOf(own), own.cpu, own.mem)),
    resources: max((own) => Math.max(own.cpu, own.mem)),
  };
}

/** Services reached from the target through services that show a symptom; the target itself always. */
function symptomaticPath(rca: RcaCase, symptoms: ReadonlyMap<ServiceName, number>): ReadonlySet<ServiceName> {
  const path = new Set([rca.target.service]);
  for (const service of path) {
    for (const callee of rca.callees(service)) {
      if ((symptoms.get(callee) ?? 0) > PATH_SYMPTOM) {
        path.add(callee);
      }
    }
  }
  return path;
}

function onsetOf(rca: RcaCase, service: ServiceName): number | undefined {
  const onsets = rca
    .evidence(service)
    .flatMap((item) => (item.signal.kind === 'request-rate' ? [] : (item.onsetMs ?? [])));
  return onsets.length === 0 ? undefined : Math.min(...onsets);
}

function candidateFeatures(rca: RcaCase, service: ServiceName, shared: Shared): CandidateFeatures {
  const own = shared.own.get(service) ?? ownStrengths(rca, service);
  const explained = explainedByCallees(rca, service);
  const mechanisms = mechanismsOf(rca, service);
  return {
    service,
    values: {
      ...evidenceFeatures(rca, service, own, explained, shared),
      ...positionFeatures(rca, service, shared),
      ...mechanismFeatures(mechanisms),
      change: changeFeature(rca, service),
    },
    explained,
    mechanisms,
    symptom: symptomOf(own),
    impact: rca.impact(service),
  };
}

type EvidenceFeature =
  | 'lat'
  | 'lat_un'
  | 'lat_callee'
  | 'err'
  | 'err_un'
  | 'err_callee'
  | 'cpu'
  | 'cpu_un'
  | 'mem'
  | 'tself'
  | 'tself_dom'
  | 'tnet'
  | 'logsev'
  | 'logsev_un'
  | 'dom_any'
  | 'dom_res'
  | 'dom_lat'
  | 'dom_err'
  | 'clat';

function evidenceFeatures(
  rca: RcaCase,
  service: ServiceName,
  own: Own,
  explained: Explained,
  shared: Shared
): Record<EvidenceFeature, number> {
  const callees = rca.callees(service);
  const traffic = squash(rca.trafficUp(service));
  const free = 1 - explained.waiting;
  const calleeSymptom = Math.max(0, ...callees.map((callee) => shared.symptoms.get(callee) ?? 0));
  const logsExplained = own.logs > 0 ? Math.min(1, calleeSymptom / own.logs) : 0;
  const { maxima } = shared;
  return {
    lat: own.lat,
    lat_un: own.lat * (1 - explained.latency),
    lat_callee: Math.max(0, ...callees.map((callee) => shared.own.get(callee)?.lat ?? 0)),
    err: own.err,
    err_un: own.err * (1 - explained.errors),
    err_callee: Math.max(0, ...callees.map((callee) => shared.own.get(callee)?.err ?? 0)),
    cpu: own.cpu * free,
    cpu_un: Math.max(0, own.cpu - traffic) * free,
    mem: Math.max(0, own.mem - traffic) * free,
    tself: own.self,
    tself_dom: dominance(own.self, maxima.self) * Math.min(1, 2 * own.self),
    tnet: own.net,
    logsev: own.logs,
    logsev_un: own.logs * (1 - logsExplained),
    dom_any: dominance(Math.max(symptomOf(own), own.cpu * free, own.mem * free), maxima.any),
    dom_res: dominance(Math.max(own.cpu, own.mem) * free, maxima.resources),
    dom_lat: dominance(own.lat, maxima.lat),
    dom_err: dominance(own.err, maxima.err),
    clat: own.net,
  };
}

function dominance(own: number, maximum: number): number {
  return maximum > 0.2 ? own / maximum : 0;
}

type PositionFeature = 'caller_sym' | 'impact' | 'err_impact' | 'apath' | 'reach' | 'virtual' | 'entry' | 'onset';

function positionFeatures(rca: RcaCase, service: ServiceName, shared: Shared): Record<PositionFeature, number> {
  const target = rca.target.service;
  const targetImpact = rca.impact(target);
  const targetErrors = rca.errorImpact(target);
  const onsetMs = onsetOf(rca, service);
  const isVirtual = ['external', 'client'].includes(rca.adjacency.kind(service));
  const late = onsetMs === undefined ? 1 : Math.min(1, (onsetMs - shared.firstOnsetMs) / ONSET_MEMORY_MS);
  return {
    caller_sym: Math.max(0, ...rca.callers(service).map((caller) => shared.symptoms.get(caller) ?? 0)),
    impact: targetImpact > 0 ? Math.min(1, (rca.impact(service) + rca.callImpact(service)) / targetImpact) : 0,
    err_impact: targetErrors > 0 ? Math.min(1, rca.errorImpact(service) / targetErrors) : 0,
    apath: Number(shared.path.has(service)),
    reach: Number(rca.reached.has(service)),
    virtual: Number(isVirtual),
    entry: Number(service === target && rca.callers(service).length === 0),
    onset: 1 - late,
  };
}

/** Term of a change, scaled by trouble of the service itself: a change alone blames nobody. */
function changeFeature(rca: RcaCase, service: ServiceName): number {
  const change = rca.changes(service)[0];
  if (!change) {
    return 0;
  }
  const recency = Math.exp(-Math.max(0, rca.onsetMs - change.atMs) / CHANGE_MEMORY_MS);
  return Math.log(1 + 4 * recency) * Math.min(1, ownTrouble(rca, service));
}

type MechanismFeature = 'pool_un' | 'scans' | 'restarts' | 'throttle' | 'full' | 'refused' | 'link' | 'unreached';

function mechanismFeatures(mechanisms: readonly Mechanism[]): Record<MechanismFeature, number> {
  const strength = (cause: Mechanism['cause']): number =>
    mechanisms.find((item) => item.cause === cause)?.strength ?? 0;
  return {
    pool_un: strength('pool-exhaustion'),
    scans: strength('slow-query'),
    restarts: strength('out-of-memory'),
    throttle: strength('cpu-contention'),
    full: strength('memory-pressure'),
    refused: strength('external-rate-limit'),
    link: strength('network-latency'),
    unreached: strength('unreachable'),
  };
}
