import type { Ratio, ServiceName } from '#model';
import type { RcaCase } from './rca-case.ts';
import type { SignalEvidence } from './signal-evidence.ts';
import { squash } from './series-score.ts';

/** How much of a service's trouble its callees account for. */
export interface Explained {
  /** Of its extra latency, by time: `e1`, or by strength where no time is known. */
  readonly latency: Ratio;
  /** Of its errors, by strength. */
  readonly errors: Ratio;
  /** Of whatever follows from waiting on callees (logs, memory, queues), by strength. */
  readonly waiting: Ratio;
}

/**
 * How much of a service's trouble its callees account for.
 *
 * @param rca  the case
 * @param service  a candidate
 * @returns shares 0 to 1; 0 without callees
 * Cost O(callees). Ref: RCA specification 4.1: `e1 = min(1, sum min(T(k),T(s)) / T(s))`, `e2 = min(1, g(max z(k)) / g(z(s)))`,
 * `eL = max(e1, e2(lat))`. Deviation: time that calls spend outside the callee counts like time inside it.
 */
export function explainedByCallees(rca: RcaCase, service: ServiceName): Explained {
  const callees = rca.callees(service);
  const own = { latency: latencyZ(rca, service), errors: errorZ(rca, service) };
  const theirs = {
    latency: Math.max(0, ...callees.map((callee) => latencyZ(rca, callee))),
    errors: Math.max(0, ...callees.map((callee) => errorZ(rca, callee))),
  };
  const time = rca.impact(service);
  const spent = (callee: ServiceName): number => rca.impact(callee) + rca.callImpact(callee, service);
  const shared = callees.reduce((sum, callee) => sum + Math.min(spent(callee), time), 0);
  const byTime = time > 0 ? Math.min(1, shared / time) : 0;
  const waitingOn = Math.max(theirs.latency, theirs.errors);
  const symptom = Math.max(own.latency, own.errors);
  return {
    latency: time > 0 ? byTime : shareOf(theirs.latency, own.latency),
    errors: shareOf(Math.max(theirs.errors, timeoutsOf(theirs.latency)), own.errors),
    waiting: Math.max(byTime, shareOf(waitingOn, symptom)),
  };
}

/** A callee that is very slow makes its callers time out, which they report as errors. */
function timeoutsOf(calleeLatencyZ: number): number {
  return calleeLatencyZ > 50 ? calleeLatencyZ : 0;
}

function latencyZ(rca: RcaCase, service: ServiceName): number {
  return rca.deviation(service, 'latency', 'client-latency');
}

function errorZ(rca: RcaCase, service: ServiceName): number {
  return rca.deviation(service, 'error-ratio', 'rejected-requests');
}

/**
 * Strength of one deviation in units of another.
 *
 * @param explaining  deviation of the explaining side, >= 0
 * @param explained  deviation that asks for an explanation, >= 0
 * @returns `min(1, g(explaining) / g(explained))`, 0 when there is nothing to explain
 * Cost O(1).
 */
export function shareOf(explaining: number, explained: number): Ratio {
  return explained > 0 ? Math.min(1, squash(explaining) / Math.max(squash(explained), 1e-6)) : 0;
}

/**
 * How much of a full connection pool the store behind it accounts for: a slow or failing store keeps connections busy.
 *
 * @param rca  the case
 * @param pool  a `pool-utilisation` or `pool-timeouts` signal of a caller
 * @returns 0 when the store is healthy: then the pool itself is at fault
 * Cost O(callees).
 */
export function poolExplained(rca: RcaCase, pool: SignalEvidence): Ratio {
  const behind = storesBehind(rca, pool);
  const z = Math.max(0, ...behind.map((store) => Math.max(latencyZ(rca, store), errorZ(rca, store))));
  return shareOf(z, pool.z);
}

/** The callee that the pool names; every store the service calls where it names none. */
function storesBehind(rca: RcaCase, pool: SignalEvidence): readonly ServiceName[] {
  const callees = rca.callees(pool.owner);
  const hints = [pool.signal.peer, ...Object.values(pool.signal.series.labels), pool.signal.id.split('/').at(-1)];
  const named = callees.filter((callee) => hints.includes(callee));
  const stores = callees.filter((callee) => ['database', 'cache'].includes(rca.adjacency.kind(callee)));
  return named.length > 0 ? named : stores;
}
