import type { CaseGraph } from './case-graph.ts';
import type { SeriesEvidence } from './series-evidence.ts';
import { squashDeviation } from './squash.ts';

/** Candidates around each candidate, by service index; lists of services that are no candidates are empty. */
export interface Neighbours {
  readonly callees: readonly (readonly number[])[];
  readonly callers: readonly (readonly number[])[];
}

/**
 * Restricts the call graph to candidates.
 *
 * @param graph  the whole call graph
 * @param isCandidate  one flag per service
 * @returns neighbours by service index
 * Cost O(N + E).
 */
export function toNeighbours(graph: CaseGraph, isCandidate: Uint8Array): Neighbours {
  const among = (lists: CaseGraph['callees']): readonly (readonly number[])[] =>
    lists.map((list, service) => (isCandidate[service] === 1 ? list.filter((next) => isCandidate[next] === 1) : []));
  return { callees: among(graph.callees), callers: among(graph.callers) };
}

/**
 * Largest value over some services.
 *
 * @param services  indices into `values`
 * @param values  by service index, at least 0
 * @returns 0 where there is none
 * Cost O(services).
 */
export function worstOver(services: readonly number[], values: Float64Array): number {
  let worst = 0;
  for (const service of services) {
    worst = Math.max(worst, values[service] ?? 0);
  }
  return worst;
}

/**
 * How much of a service's deviation its worst callee matches: significance against significance.
 *
 * @param callees  candidates that the service calls
 * @param z  deviations by service index
 * @param service  whose deviation
 * @returns 0 to 1
 * Cost O(callees). Ref: RCA specification 4.1, e2.
 */
export function explainedByDeviation(callees: readonly number[], z: Float64Array, service: number): number {
  const own = z[service] ?? 0;
  return own > 0 && callees.length > 0
    ? Math.min(1, squashDeviation(worstOver(callees, z)) / Math.max(squashDeviation(own), 1e-6))
    : 0;
}

/**
 * Share of a service's impact that its callees account for.
 *
 * @param callees  candidates that the service calls
 * @param impact  extra latency times requests by service index
 * @param service  whose impact
 * @returns 0 to 1
 * Cost O(callees). Ref: RCA specification 4.1, e1.
 */
export function explainedByImpact(callees: readonly number[], impact: Float64Array, service: number): number {
  const own = impact[service] ?? 0;
  if (!(own > 0)) {
    return 0;
  }
  const accounted = callees.reduce((sum, callee) => sum + Math.min(impact[callee] ?? 0, own), 0);
  return Math.min(1, accounted / own);
}

/**
 * Share of a service's extra latency that its callees explain, by impact or by significance, whichever says more.
 *
 * @param callees  candidates that the service calls
 * @param evidence  of the case
 * @param service  whose latency
 * @returns 0 to 1
 * Cost O(callees). Ref: RCA specification 4.1, eL.
 */
export function explainedLatency(callees: readonly number[], evidence: SeriesEvidence, service: number): number {
  const byDeviation = explainedByDeviation(callees, evidence.z.lat, service);
  return Math.max(explainedByImpact(callees, evidence.impact, service), byDeviation);
}

/**
 * Each candidate's squashed deviation relative to the worst of the case.
 *
 * @param z  deviations by service index
 * @param least  the worst must be larger than this after squashing, else all are 0
 * @returns 0 to 1 by service index
 * Cost O(N). Ref: RCA specification 4.1, D.
 */
export function dominance(z: Float64Array, least: number): Float64Array {
  const squashed = z.map(squashDeviation);
  const worst = squashed.reduce((most, value) => Math.max(most, value), 0);
  return worst > least ? squashed.map((value) => value / worst) : squashed.fill(0);
}
