import type { PathHop, Ratio, ServiceName } from '#model';
import { latencyShare } from './explained.ts';
import type { CandidateFeatures } from './features.ts';
import { ofKinds, type RcaCase } from './rca-case.ts';

/** Weight of a hop through a service without signals, and the smallest of any hop. */
const UNMEASURED = 0.05;

/**
 * The way a trouble took from its cause up through callers to the target: the chain with the largest product of hop
 * weights.
 *
 * @param rca  the case
 * @param candidates  features by service
 * @param cause  where it starts
 * @returns hops from the cause to the target; empty when the cause is the target; undefined when no chain of calls is
 * known
 * Cost O(E log N). Ref: RCA specification 16: hop weight `g(sym(caller)) min(1, T(callee)/T(caller))`, Dijkstra on `-ln
 * w`.
 */
export function causalPath(
  rca: RcaCase,
  candidates: ReadonlyMap<ServiceName, CandidateFeatures>,
  cause: ServiceName
): PathHop[] | undefined {
  const best = new Map<ServiceName, { readonly cost: number; readonly via?: PathHop }>([[cause, { cost: 0 }]]);
  const open = new Set([cause]);
  const done = new Set<ServiceName>();
  while (open.size > 0) {
    const service = cheapest(open, best);
    open.delete(service);
    done.add(service);
    for (const caller of rca.adjacency.callers(service)) {
      const hop = toHop(rca, candidates, service, caller);
      const cost = (best.get(service)?.cost ?? 0) - Math.log(hop.weight);
      if (!done.has(caller) && cost < (best.get(caller)?.cost ?? Infinity)) {
        best.set(caller, { cost, via: hop });
        open.add(caller);
      }
    }
  }
  return best.has(rca.target.service) ? unwind(best, rca.target.service) : undefined;
}

function cheapest(
  open: ReadonlySet<ServiceName>,
  best: ReadonlyMap<ServiceName, { readonly cost: number }>
): ServiceName {
  const cost = (service: ServiceName): number => best.get(service)?.cost ?? Infinity;
  return [...open].reduce((left, right) => (cost(right) < cost(left) ? right : left));
}

function unwind(best: ReadonlyMap<ServiceName, { readonly via?: PathHop }>, target: ServiceName): PathHop[] {
  const hops: PathHop[] = [];
  for (let hop = best.get(target)?.via; hop; hop = best.get(hop.from)?.via) {
    hops.push(hop);
  }
  return hops.reverse();
}

function toHop(
  rca: RcaCase,
  candidates: ReadonlyMap<ServiceName, CandidateFeatures>,
  callee: ServiceName,
  caller: ServiceName
): PathHop {
  const below = candidates.get(callee);
  const above = candidates.get(caller);
  if (!below || !above || !isMeasured(rca, callee) || !isMeasured(rca, caller)) {
    return { from: callee, to: caller, weight: UNMEASURED, measured: false };
  }
  const weight = Math.min(1, above.symptom) * shareOfTrouble(rca, below, above);
  return { from: callee, to: caller, weight: Math.max(UNMEASURED, Math.min(1, weight)), measured: true };
}

/** Whether latency or failures of a service are known, from itself or from its callers. */
function isMeasured(rca: RcaCase, service: ServiceName): boolean {
  const symptoms = ofKinds(rca.evidence(service), ['latency', 'error-ratio', 'rejected-requests']);
  return symptoms.length > 0 || rca.failedCalls(service) !== undefined;
}

function shareOfTrouble(rca: RcaCase, below: CandidateFeatures, above: CandidateFeatures): Ratio {
  if (rca.target.symptom === 'latency') {
    const share = latencyShare(rca, above.service, below.service);
    if (share > 0) {
      return share;
    }
  }
  const [part, whole] = [rca.errorImpact(below.service), rca.errorImpact(above.service)];
  if (part > 0 && whole > 0) {
    return Math.min(1, part / whole);
  }
  return above.symptom > 0 ? Math.min(1, below.symptom / above.symptom) : 0;
}
