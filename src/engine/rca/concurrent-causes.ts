import type { CauseKind, ServiceName } from '#model';
import { hopDistances } from '../topology/reachability.ts';
import { isLasting, isRollingOut } from './lasting.ts';
import { softmaxConfidence, type RankedCandidate } from './rank.ts';
import type { RcaCase } from './rca-case.ts';

/** Own unexplained evidence that makes a second cause. */
const OWN_EVIDENCE = 0.6;
/** Causes that show in a signal of their own and do not merely follow from waiting on others. */
const STANDALONE: ReadonlySet<CauseKind> = new Set<CauseKind>([
  'slow-query',
  'bad-deploy',
  'out-of-memory',
  'memory-pressure',
  'pool-exhaustion',
  'external-rate-limit',
  'cpu-contention',
  'network-latency',
]);
/** Confidence against everything that is no cause. */
const LEADING = 0.5;
/** Most causes that one incident is split into. */
const MAX_CAUSES = 3;

/**
 * The causes of an incident: the best candidate, then others whose evidence is strong, of an independent kind, and not
 * explained by the causes already chosen. Another cause must still be at work: a rollout that happened to disturb its
 * service for a minute is none.
 *
 * @param rca  the case
 * @param ranked  candidates, best first
 * @param threshold  least linear score of a cause
 * @returns one to three candidates, in rank order; empty for no candidates
 * Cost O(n (N + E)). Ref: RCA specification 5.6. Deviation: an ancestor of a chosen cause may be a cause when its
 * evidence is of another kind; the pool of a caller is explained by its store (see `poolExplained`), not by any callee.
 */
export function concurrentCauses(
  rca: RcaCase,
  ranked: readonly RankedCandidate[],
  threshold: number
): RankedCandidate[] {
  const first = leadingCause(rca, ranked, threshold);
  if (!first) {
    return [];
  }
  const chosen = [first];
  for (const candidate of ranked) {
    if (
      candidate !== first &&
      chosen.length < MAX_CAUSES &&
      candidate.score >= threshold &&
      isIndependent(rca, candidate, chosen)
    ) {
      chosen.push(candidate);
    }
  }
  const others = ranked.filter((candidate) => !chosen.includes(candidate)).map((candidate) => candidate.logOdds);
  return chosen.filter((candidate) => candidate === first || softmaxConfidence(candidate.logOdds, others) >= LEADING);
}

/** The best candidate, unless it is a rollout in progress and another one stands out by itself. */
function leadingCause(
  rca: RcaCase,
  ranked: readonly RankedCandidate[],
  threshold: number
): RankedCandidate | undefined {
  const [best, ...rest] = ranked;
  if (!best || !isYoungRollout(rca, best)) {
    return best;
  }
  return rest.find((other) => other.score >= threshold && isStandalone(rca, other)) ?? best;
}

function isYoungRollout(rca: RcaCase, { service, mechanism }: RankedCandidate): boolean {
  return mechanism?.cause === 'bad-deploy' && isRollingOut(rca, service);
}

function isStandalone(rca: RcaCase, candidate: RankedCandidate): boolean {
  const { service, mechanism } = candidate;
  return (
    mechanism !== undefined &&
    STANDALONE.has(mechanism.cause) &&
    mechanism.strength >= OWN_EVIDENCE &&
    rca.reached.has(service) &&
    isLasting(rca, mechanism.evidence) &&
    !isYoungRollout(rca, candidate)
  );
}

function isIndependent(rca: RcaCase, candidate: RankedCandidate, chosen: readonly RankedCandidate[]): boolean {
  const { mechanism } = candidate;
  if (!mechanism || !isStandalone(rca, candidate)) {
    return false;
  }
  return chosen.every(
    (cause) =>
      cause.mechanism !== undefined &&
      (cause.mechanism.cause !== mechanism.cause || !areConnected(rca, cause.service, candidate.service))
  );
}

function areConnected(rca: RcaCase, left: ServiceName, right: ServiceName): boolean {
  return hopDistances(left, rca.adjacency.callees).has(right) || hopDistances(right, rca.adjacency.callees).has(left);
}
