import { reachedFrom, type CaseGraph } from './case-graph.ts';
import { explainedBy } from './failed-calls.ts';
import { SERIES_FEATURES } from './feature-names.ts';
import { dominance, explainedByDeviation, explainedLatency, worstOver, type Neighbours } from './neighbours.ts';
import type { RankingCase } from './ranking-case.ts';
import type { EvidenceName, SeriesEvidence } from './series-evidence.ts';
import { squashDeviation } from './squash.ts';

/** A case with everything the 36 features are made of. */
export interface FeatureSources {
  readonly input: RankingCase;
  readonly graph: CaseGraph;
  readonly neighbours: Neighbours;
  readonly evidence: SeriesEvidence;
  /** Strongest deviation of operations and templates by service index; zeros without them, and for the reference. */
  readonly eventStrength: Float64Array;
}

interface CaseTables {
  readonly g: Readonly<Record<EvidenceName, Float64Array>>;
  readonly symptom: Float64Array;
  readonly dominance: Readonly<Record<'any' | 'resource' | 'lat' | 'err' | 'self', Float64Array>>;
  readonly reached: Uint8Array;
  readonly reachedBySymptoms: Uint8Array;
  readonly firstOnset: number;
}

/** A service passes a symptom on when its own is larger than this. */
const NOTABLE_SYMPTOM = 0.25;
const LEAST_DOMINANT = 0.2;
/** Rows after which coming later no longer matters. */
const ONSET_ROWS = 60;

/**
 * How much a service looks like a victim or a cause of latency, errors or slow work of its own.
 *
 * @param evidence  of the case
 * @returns the worst of latency, errors, self time, severe log lines and client latency, squashed, by service index
 * Cost O(N). Ref: RCA specification 4.1, sym.
 */
export function symptomsOf({ z }: SeriesEvidence): Float64Array {
  return z.lat.map((_, service) =>
    Math.max(
      ...[z.lat, z.err, z.self, z.logsev, z.clientLatency].map((values) => squashDeviation(values[service] ?? 0))
    )
  );
}

/**
 * The first 36 features of every candidate.
 *
 * @param sources  the case with its evidence
 * @returns one row per candidate, in the order of SERIES_FEATURES; 0 to 1.5 each
 * Cost O(N + E). Ref: RCA specification 4.2 and 4.3.
 */
export function seriesFeatures(sources: FeatureSources): readonly Float64Array[] {
  const tables = tablesOf(sources);
  return sources.evidence.candidates.map((service) => {
    const row = {
      ...ownFeatures(tables, service),
      ...graphFeatures(sources, tables, service),
      ...positionFeatures(sources, tables, service),
    };
    return Float64Array.from(SERIES_FEATURES, (name) => row[name]);
  });
}

function tablesOf({ input, graph, evidence, eventStrength }: FeatureSources): CaseTables {
  const { z } = evidence;
  const symptom = symptomsOf(evidence);
  const worst = (...names: readonly EvidenceName[]): Float64Array =>
    z.lat.map((_, service) => Math.max(...names.map((name) => z[name][service] ?? 0)));
  const all = new Uint8Array(symptom.length).fill(1);
  const known = graph.edges > 0;
  const entry = input.entry !== undefined && input.services[input.entry] ? input.entry : undefined;
  return {
    g: Object.fromEntries(Object.entries(z).map(([name, values]) => [name, values.map(squashDeviation)])) as Record<
      EvidenceName,
      Float64Array
    >,
    symptom,
    dominance: {
      any: dominance(
        worst('lat', 'err', 'cpu', 'mem', 'disk', 'self', 'tnet', 'logsev', 'lognovel').map((value, service) =>
          Math.max(value, eventStrength[service] ?? 0)
        ),
        LEAST_DOMINANT
      ),
      resource: dominance(worst('cpu', 'mem', 'disk'), LEAST_DOMINANT),
      lat: dominance(z.lat, LEAST_DOMINANT),
      err: dominance(z.err, LEAST_DOMINANT),
      self: dominance(z.self, LEAST_DOMINANT),
    },
    reached: known && entry !== undefined ? reachedFrom(graph, entry, () => true) : all,
    reachedBySymptoms: known
      ? reachedFrom(graph, entry ?? -1, (service) => (symptom[service] ?? 0) > NOTABLE_SYMPTOM)
      : all,
    firstOnset: evidence.onset.reduce((least, row) => Math.min(least, row), Infinity),
  };
}

type OwnFeature =
  | 'lat'
  | 'err'
  | 'cpu'
  | 'cpu_un'
  | 'mem'
  | 'disk'
  | 'net'
  | 'tr_up'
  | 'tr_dn'
  | 'tself'
  | 'tself_dom'
  | 'tnet'
  | 'struct'
  | 'logsev'
  | 'lognovel'
  | 'loglines'
  | 'dom_any'
  | 'dom_res'
  | 'dom_lat'
  | 'dom_err'
  | 'clat';

function ownFeatures(tables: CaseTables, service: number): Record<OwnFeature, number> {
  const g = (name: EvidenceName): number => tables.g[name][service] ?? 0;
  const share = (name: keyof CaseTables['dominance']): number => tables.dominance[name][service] ?? 0;
  return {
    lat: g('lat'),
    err: g('err'),
    cpu: g('cpu'),
    cpu_un: Math.max(0, g('cpu') - g('trafficUp')),
    mem: g('mem'),
    disk: g('disk'),
    net: g('net'),
    tr_up: g('trafficUp'),
    tr_dn: g('trafficDown'),
    tself: g('self'),
    tself_dom: share('self') * Math.min(1, 2 * g('self')),
    tnet: g('tnet'),
    struct: g('struct'),
    logsev: g('logsev'),
    lognovel: g('lognovel'),
    loglines: g('loglines'),
    dom_any: share('any'),
    dom_res: share('resource'),
    dom_lat: share('lat'),
    dom_err: share('err'),
    clat: g('clientLatency'),
  };
}

type GraphFeature =
  | 'lat_un'
  | 'lat_callee'
  | 'err_un'
  | 'err_callee'
  | 'logsev_un'
  | 'lognovel_un'
  | 'caller_sym'
  | 'impact'
  | 'err_impact';

function graphFeatures(sources: FeatureSources, tables: CaseTables, service: number): Record<GraphFeature, number> {
  const { evidence, neighbours, input } = sources;
  const callees = neighbours.callees[service] ?? [];
  const unexplained = (name: EvidenceName, reason = 0): number => {
    const byCallees = explainedByDeviation(callees, evidence.z[name], service);
    const byReason = explainedBy(evidence.z[name][service] ?? 0, reason);
    return (tables.g[name][service] ?? 0) * (1 - Math.max(byCallees, byReason));
  };
  // What it logs because its calls fail is explained by the calls.
  const failed = evidence.failedCalls.ofCaller[service];
  return {
    lat_un: (tables.g.lat[service] ?? 0) * (1 - explainedLatency(callees, evidence, service)),
    lat_callee: worstOver(callees, tables.g.lat),
    err_un: unexplained('err'),
    err_callee: worstOver(callees, tables.g.err),
    logsev_un: unexplained('logsev', failed),
    lognovel_un: unexplained('lognovel', failed),
    caller_sym: worstOver(neighbours.callers[service] ?? [], tables.symptom),
    impact: shareOfEntry(evidence.impact, service, input.entry),
    err_impact: shareOfEntry(evidence.failedRequests, service, input.entry),
  };
}

function shareOfEntry(values: Float64Array, service: number, entry: number | undefined): number {
  const total = entry === undefined ? 0 : (values[entry] ?? 0);
  return total > 0 ? Math.min(1, (values[service] ?? 0) / total) : 0;
}

type PositionFeature = 'apath' | 'reach' | 'leafness' | 'virtual' | 'entry' | 'onset';

function positionFeatures(
  sources: FeatureSources,
  tables: CaseTables,
  service: number
): Record<PositionFeature, number> {
  const { evidence, graph, neighbours, input } = sources;
  const type = input.services[service]?.type;
  const onset = evidence.onset[service] ?? Infinity;
  return {
    apath: tables.reachedBySymptoms[service] ?? 0,
    reach: tables.reached[service] ?? 0,
    leafness: graph.edges > 0 && (neighbours.callees[service] ?? []).length === 0 ? 1 : 0,
    virtual: type === 'remote' || type === 'client' ? 1 : 0,
    entry: service === input.entry ? 1 : 0,
    onset: onset === Infinity ? 0 : 1 - Math.min(1, (onset - tables.firstOnset) / ONSET_ROWS),
  };
}
