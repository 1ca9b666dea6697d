import { toCaseGraph, type CaseGraph } from './case-graph.ts';
import { eventFeatures } from './event-features.ts';
import { RANKING_FEATURES, SERIES_FEATURES, type FeatureMethod } from './feature-names.ts';
import { toNeighbours, type Neighbours } from './neighbours.ts';
import type { RankingCase } from './ranking-case.ts';
import { gatherEvidence, type SeriesEvidence } from './series-evidence.ts';
import { seriesFeatures } from './series-features.ts';

/** A case as numbers. Rows and lists with `candidates` in their name follow the candidates. */
export interface CaseFeatures {
  /** Service indices of the candidates, ascending. */
  readonly candidates: readonly number[];
  /** 52 features per candidate, in the order of RANKING_FEATURES. */
  readonly x: readonly Float64Array[];
  /** Positions in `candidates` of whom a candidate calls, and of who calls it. */
  readonly callees: readonly (readonly number[])[];
  readonly callers: readonly (readonly number[])[];
  readonly graph: CaseGraph;
  /** Candidates around each service, by service index. */
  readonly neighbours: Neighbours;
  readonly evidence: SeriesEvidence;
}

/**
 * Turns a case into 52 numbers per candidate service.
 *
 * @param input  any case; hostile numbers are dropped one by one, unknown indices are ignored and counted
 * @param method  default: the current one
 * @returns features, each finite and 0 to 1.5; no candidates where no service has a usable series
 * Cost O(sum of n log n over the series + N + E + operations). Ref: RCA specification 3 and 4.
 */
export function extractFeatures(input: RankingCase, method: FeatureMethod = 'current'): CaseFeatures {
  const graph = toCaseGraph(input.services.length, input.edges);
  return assembleFeatures(input, graph, gatherEvidence(input, method));
}

/**
 * The features of evidence that is already gathered, so that part of it can be left out.
 *
 * @param input  the case
 * @param graph  its call graph
 * @param evidence  of its series
 * @param muted  services whose operations and templates count for nothing
 * @returns as {@link extractFeatures}
 * Cost O(N + E + operations).
 */
export function assembleFeatures(
  input: RankingCase,
  graph: CaseGraph,
  evidence: SeriesEvidence,
  muted: ReadonlySet<number> = new Set()
): CaseFeatures {
  const neighbours = toNeighbours(graph, evidence.isCandidate);
  const { candidates } = evidence;
  const heard = input.events && { services: input.events.services.map((own, i) => (muted.has(i) ? undefined : own)) };
  const { rows: fromEvents, strength: eventStrength } = eventFeatures(heard, candidates, neighbours, {
    method: evidence.method,
    failed: evidence.failedCalls,
  });
  const fromSeries = seriesFeatures({ input, graph, neighbours, evidence, eventStrength });
  const position = new Map(candidates.map((service, i) => [service, i]));
  const positions = (lists: Neighbours['callees']): readonly (readonly number[])[] =>
    candidates.map((service) => (lists[service] ?? []).flatMap((next) => position.get(next) ?? []));
  return {
    candidates,
    x: candidates.map((_, i) => {
      const row = new Float64Array(RANKING_FEATURES.length);
      row.set(fromSeries[i] ?? []);
      row.set(fromEvents[i] ?? [], SERIES_FEATURES.length);
      return row;
    }),
    callees: positions(neighbours.callees),
    callers: positions(neighbours.callers),
    graph,
    neighbours,
    evidence,
  };
}
