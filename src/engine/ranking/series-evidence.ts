import { failedCalls, type FailedCalls } from './failed-calls.ts';
import { luckOfMany } from './many-looks.ts';
import type { FeatureMethod } from './feature-names.ts';
import type { MetricKind, RankingCase, RankingSeries } from './ranking-case.ts';
import { binomialAvailability } from './availability.ts';
import { deviationOf, type SeriesDeviation, type UnusableSeries } from './series-deviation.ts';

/** A usable series with its deviation. */
export interface ScoredSeries {
  /** Index into the case's series. */
  readonly index: number;
  readonly source: RankingSeries;
  readonly deviation: SeriesDeviation;
}

/** Deviations in the harmful direction, by what they say. */
export type EvidenceName =
  | 'lat'
  | 'err'
  | 'cpu'
  | 'mem'
  | 'disk'
  | 'net'
  | 'trafficUp'
  | 'trafficDown'
  | 'self'
  | 'tnet'
  | 'struct'
  | 'logsev'
  | 'lognovel'
  | 'loglines'
  | 'clientLatency';

/** What the series of a case say, by service index; services that are no candidates have zeros. */
export interface SeriesEvidence {
  readonly method: FeatureMethod;
  /** Services with at least one usable series, ascending. */
  readonly candidates: readonly number[];
  readonly isCandidate: Uint8Array;
  readonly scored: readonly ScoredSeries[];
  /** Usable series of each service, in their order. */
  readonly byService: readonly (readonly ScoredSeries[])[];
  readonly dropped: readonly { readonly series: number; readonly reason: UnusableSeries }[];
  readonly unknownServices: number;
  /** Largest harmful deviation, at least 0, in calibrated standard deviations. */
  readonly z: Readonly<Record<EvidenceName, Float64Array>>;
  /** Extra latency times requests, in latency unit x requests; 0 where latency is normal. */
  readonly impact: Float64Array;
  /** Extra failed requests per row; 0 without availability and traffic. */
  readonly failedRequests: Float64Array;
  /** Of the events; zeros for the reference, which does not know them. */
  readonly failedCalls: FailedCalls;
  /** Index of the incident row at which the service first left its baseline; infinite where it did not. */
  readonly onset: Float64Array;
}

/** Which directions of which kinds make up a piece of evidence. */
const PARTS: Readonly<Record<EvidenceName, readonly (readonly [MetricKind, 'up' | 'down'])[]>> = {
  lat: [['latency', 'up']],
  err: [
    ['error', 'up'],
    ['avail', 'down'],
  ],
  cpu: [['cpu', 'up']],
  mem: [['mem', 'up']],
  disk: [['disk', 'up']],
  net: [['net', 'up']],
  trafficUp: [['traffic', 'up']],
  trafficDown: [['traffic', 'down']],
  self: [['self', 'up']],
  tnet: [['tnet', 'up']],
  struct: [
    ['struct', 'up'],
    ['struct', 'down'],
  ],
  logsev: [
    ['logsev', 'up'],
    ['logbad', 'up'],
  ],
  lognovel: [['lognovel', 'up']],
  loglines: [
    ['loglines', 'up'],
    ['loglines', 'down'],
  ],
  clientLatency: [['client_latency', 'up']],
};
const EVIDENCE = Object.keys(PARTS) as readonly EvidenceName[];
/** Shorter incident windows have steps of minutes, at which order in time says nothing. */
const MIN_ONSET_ROWS = 20;
/** Latency closer to its baseline than this many deviations has no impact. */
const LATENCY_MATTERS = 2;

/**
 * Scores every series of a case and sums up each service.
 *
 * @param input  any case; series of unknown services are counted and ignored
 * @param method  how a series is scored
 * @returns evidence by service index
 * Cost O(sum of n log n over the series). Ref: RCA specification 3 and 4.1.
 */
export function gatherEvidence(input: RankingCase, method: FeatureMethod): SeriesEvidence {
  const count = input.services.length;
  const { scored, dropped, unknownServices } = scoreAll(input, method);
  const byService: ScoredSeries[][] = Array.from({ length: count }, () => []);
  for (const item of scored) {
    byService[item.source.service]?.push(item);
  }
  const isCandidate = Uint8Array.from(byService, (own) => (own.length > 0 ? 1 : 0));
  const candidates = [...byService.keys()].filter((service) => isCandidate[service] === 1);
  const z = Object.fromEntries(EVIDENCE.map((name) => [name, worstOf(byService, name, method)])) as Record<
    EvidenceName,
    Float64Array
  >;
  const failedRequests = recalibrateErrors(input, isCandidate, z.err);
  const failed = failedCalls(method === 'reference' ? undefined : input.events, count);
  for (const service of candidates) {
    z.err[service] = Math.max(z.err[service] ?? 0, failed.ofCallee[service] ?? 0);
  }
  return {
    method,
    candidates,
    isCandidate,
    scored,
    byService,
    dropped,
    unknownServices,
    z,
    impact: Float64Array.from(byService, (own, service) => impactOf(own, z.lat[service] ?? 0)),
    failedRequests,
    failedCalls: failed,
    onset: Float64Array.from(byService, earliestOnset),
  };
}

function scoreAll(
  input: RankingCase,
  method: FeatureMethod
): Pick<SeriesEvidence, 'scored' | 'dropped' | 'unknownServices'> {
  const scored: ScoredSeries[] = [];
  const dropped: { series: number; reason: UnusableSeries }[] = [];
  let unknownServices = 0;
  const inOrder = input.incidentRows >= MIN_ONSET_ROWS;
  input.series.forEach((source, index) => {
    if (input.services[source.service] === undefined) {
      unknownServices += 1;
      return;
    }
    const deviation = deviationOf(source, { method, withOnset: inOrder && source.kind !== 'traffic' });
    if (typeof deviation === 'string') {
      dropped.push({ series: index, reason: deviation });
    } else {
      scored.push({ index, source, deviation });
    }
  });
  return { scored, dropped, unknownServices };
}

function worstOf(
  byService: readonly (readonly ScoredSeries[])[],
  name: EvidenceName,
  method: FeatureMethod
): Float64Array {
  return Float64Array.from(byService, (own) => {
    let worst = 0;
    let looks = 0;
    for (const { source, deviation } of own) {
      for (const [kind, direction] of PARTS[name]) {
        if (source.kind === kind) {
          looks += 1;
          worst = Math.max(worst, deviation[direction] * deviation.coverage);
        }
      }
    }
    return method === 'reference' ? worst : Math.max(0, worst - luckOfMany(looks));
  });
}

/** Lowers `err` where few requests failed, in place; returns the extra failed requests. */
function recalibrateErrors(input: RankingCase, isCandidate: Uint8Array, err: Float64Array): Float64Array {
  const availability = firstOfKind(input, 'avail');
  const traffic = firstOfKind(input, 'traffic');
  const failed = new Float64Array(input.services.length);
  availability.forEach((series, service) => {
    const rate = traffic.get(service);
    const found = rate && isCandidate[service] === 1 ? binomialAvailability(series, rate) : undefined;
    if (found) {
      err[service] = Math.max(0, Math.min(err[service] ?? 0, found.z));
      failed[service] = found.failedRequests;
    }
  });
  return failed;
}

function firstOfKind(input: RankingCase, kind: MetricKind): ReadonlyMap<number, RankingSeries> {
  const first = new Map<number, RankingSeries>();
  for (const series of input.series) {
    if (series.kind === kind && !first.has(series.service)) {
      first.set(series.service, series);
    }
  }
  return first;
}

/**
 * The series that stands for a service's latency or traffic.
 *
 * @param own  usable series of one service
 * @param kind  which of the two
 * @returns the marked one, else the first of the kind, else undefined
 * Cost O(series).
 */
export function mainSeries(own: readonly ScoredSeries[], kind: 'latency' | 'traffic'): ScoredSeries | undefined {
  const ofKind = own.filter(({ source }) => source.kind === kind);
  return ofKind.find(({ source }) => source.role === `main-${kind}`) ?? ofKind[0];
}

function impactOf(own: readonly ScoredSeries[], latencyZ: number): number {
  const latency = latencyZ > LATENCY_MATTERS ? mainSeries(own, 'latency') : undefined;
  if (!latency) {
    return 0;
  }
  const requests = mainSeries(own, 'traffic')?.deviation.median;
  return Math.max(0, latency.deviation.delta) * (requests === undefined ? 1 : Math.max(requests, 0.001));
}

function earliestOnset(own: readonly ScoredSeries[]): number {
  return own.reduce((first, { deviation }) => Math.min(first, deviation.onset ?? Infinity), Infinity);
}
