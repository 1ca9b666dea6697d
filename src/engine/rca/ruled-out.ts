import type { RuledOut, ServiceName } from '#model';
import { hopDistances } from '../topology/reachability.ts';
import { latencyShare } from './explained.ts';
import type { RankedCandidate } from './rank.ts';
import type { RcaCase } from './rca-case.ts';

const LOOKS_GUILTY = 0.25;
const IS_EXPLAINED = 0.5;

/**
 * Services that look guilty and are not, with the reason.
 *
 * @param rca  the case
 * @param ranked  candidates, best first
 * @param causes  names of the causes
 * @returns in rank order; a service is listed when it shows evidence of 0.25 and at least half of it is explained by
 * others
 * Cost O(n callees). Ref: RCA specification 16.
 */
export function ruleOut(
  rca: RcaCase,
  ranked: readonly RankedCandidate[],
  causes: ReadonlySet<ServiceName>
): RuledOut[] {
  return ranked
    .filter((candidate) => !causes.has(candidate.service))
    .flatMap((candidate) => reasonFor(rca, candidate) ?? []);
}

function reasonFor(rca: RcaCase, candidate: RankedCandidate): RuledOut | undefined {
  const { service, values, explained } = candidate;
  const pool = candidate.mechanisms.find((item) => item.cause === 'pool-exhaustion');
  const checks = [
    {
      evidence: values.lat,
      share: explained.latency,
      what: 'its extra latency is spent in',
      by: worstCallee(rca, service, (callee) => latencyShare(rca, service, callee)),
    },
    {
      evidence: values.err,
      share: explained.errors,
      what: 'its errors go back to',
      by: worstCallee(rca, service, (callee) => rca.deviation(callee, 'error-ratio', 'rejected-requests')),
    },
    {
      evidence: pool ? LOOKS_GUILTY : 0,
      share: pool?.explained ?? 0,
      what: 'its full connection pool is explained by',
      by: pool?.explainedBy,
    },
  ];
  const hit = checks
    .filter((check) => check.evidence >= LOOKS_GUILTY && check.share >= IS_EXPLAINED)
    .sort((left, right) => right.share - left.share)[0];
  const by = hit?.by;
  if (hit && by !== undefined) {
    const reason = `${Math.round(hit.share * 100)} % of ${service}'s trouble is not its own: ${hit.what} ${by}.`;
    return { service, reason, explainedBy: by, share: hit.share };
  }
  if (candidate.mechanisms.length === 0 && values.cpu >= LOOKS_GUILTY && values.cpu_un < 0.1) {
    return { service, reason: `The CPU use of ${service} follows its traffic.` };
  }
  return undefined;
}

function worstCallee(
  rca: RcaCase,
  service: ServiceName,
  trouble: (callee: ServiceName) => number
): ServiceName | undefined {
  const weight = (name: ServiceName): number =>
    trouble(name) + 1e-6 * rca.deviation(name, 'latency', 'error-ratio', 'client-latency');
  const worst = rca.callees(service).toSorted((left, right) => weight(right) - weight(left))[0];
  return worst !== undefined && weight(worst) > 0 ? worst : undefined;
}

/**
 * Services that suffer from the causes: they show a symptom and call a cause, directly or through others.
 *
 * @param rca  the case
 * @param ranked  candidates
 * @param causes  names of the causes
 * @returns names in rank order
 * Cost O(causes (N + E)).
 */
export function findVictims(
  rca: RcaCase,
  ranked: readonly RankedCandidate[],
  causes: ReadonlySet<ServiceName>
): ServiceName[] {
  const above = new Set([...causes].flatMap((cause) => [...hopDistances(cause, rca.adjacency.callers).keys()]));
  return ranked
    .filter((item) => !causes.has(item.service) && above.has(item.service) && item.symptom >= LOOKS_GUILTY)
    .map((item) => item.service);
}
