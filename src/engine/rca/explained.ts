import type { Ratio, ServiceName } from '#model';
import { ofKinds, type RcaCase } from './rca-case.ts';
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
 * Cost O(callees). Ref: RCA specification 4.1: `e1 = min(1, sum min(T(k),T(s)) / T(s))`, `e2 = min(1, g(max z(k)) /
 * g(z(s)))`. Deviation: where a service is measurably slower, time alone counts (see {@link latencyShare}), since a
 * callee that is slower by a millisecond may be as strange as one that is slower by a second.
 */
export function explainedByCallees(rca: RcaCase, service: ServiceName): Explained {
  const callees = rca.callees(service);
  const own = { latency: latencyZ(rca, service), errors: errorZ(rca, service) };
  const theirs = {
    latency: Math.max(0, ...callees.map((callee) => latencyZ(rca, callee))),
    errors: Math.max(0, ...callees.map((callee) => errorZ(rca, callee))),
  };
  const byTime = latencyExplained(rca, service, callees);
  const waitingOn = Math.max(theirs.latency, theirs.errors);
  const symptom = Math.max(own.latency, own.errors);
  return {
    latency: rca.slowdown(service) > 0 ? byTime : shareOf(theirs.latency, own.latency),
    errors: shareOf(Math.max(theirs.errors, timeoutsOf(theirs.latency)), own.errors),
    waiting: Math.max(byTime, shareOf(waitingOn, symptom)),
  };
}

/** Share of requests that must make a call before a percentile of the caller can show it. */
const TAIL_SHARE = 0.05;

/**
 * Share of a caller's extra latency that one callee accounts for: by the time of all requests (`min(T(k), T(s)) /
 * T(s)`), or by the delay of a single request, where enough requests make the call. A percentile of the caller is that
 * of its slow requests, so the sum over all requests alone would clear callees that only some of them need.
 *
 * @param rca  the case
 * @param caller  calling service
 * @param callee  called service
 * @returns 0 to 1; 0 where the caller is not slow
 * Cost O(signals of both).
 */
export function latencyShare(rca: RcaCase, caller: ServiceName, callee: ServiceName): Ratio {
  const slowdown = rca.slowdown(caller);
  if (slowdown <= 0) {
    return 0;
  }
  const delay = rca.delay(caller, callee);
  const byTime = (delay * rca.requestsPerSecond(callee)) / rca.impact(caller);
  const calls = rca.adjacency.edge(caller, callee)?.requestsPerSecond;
  const often = calls === undefined ? 1 : Math.min(1, calls / rca.requestsPerSecond(caller) / TAIL_SHARE);
  return Math.min(1, Math.max(byTime, (often * delay) / slowdown));
}

function latencyExplained(rca: RcaCase, service: ServiceName, callees: readonly ServiceName[]): Ratio {
  return Math.min(
    1,
    callees.reduce((sum, callee) => sum + latencyShare(rca, service, callee), 0)
  );
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

/** What keeps the connections of a pool busy. */
export interface PoolExplanation {
  readonly share: Ratio;
  readonly by?: ServiceName;
}

/**
 * How much of a full connection pool the store behind it accounts for: a slow or failing store keeps connections busy.
 *
 * @param rca  the case
 * @param pool  a `pool-utilisation` or `pool-timeouts` signal of a caller
 * @returns share 0 when the store is healthy: then the pool itself is at fault
 * Cost O(callees).
 */
export function explainPool(rca: RcaCase, pool: SignalEvidence): PoolExplanation {
  const trouble = (store: ServiceName): number => Math.max(latencyZ(rca, store), errorZ(rca, store));
  const worst = storesBehind(rca, pool).toSorted((left, right) => trouble(right) - trouble(left))[0];
  return worst === undefined ? { share: 0 } : { share: shareOf(trouble(worst), pool.z), by: worst };
}

/**
 * How much of the time a service spends in itself is waiting for connections of a pool whose store is slow.
 *
 * @param rca  the case
 * @param service  a candidate
 * @returns 0 without a strange pool
 * Cost O(pools * callees).
 */
export function selfTimeExplained(rca: RcaCase, service: ServiceName): Ratio {
  const pools = ofKinds(rca.evidence(service), ['pool-utilisation', 'pool-timeouts']).filter((pool) => pool.z > 3);
  return Math.max(0, ...pools.map((pool) => explainPool(rca, pool).share));
}

/** The callee that the pool names; every store the service calls where it names none. */
function storesBehind(rca: RcaCase, pool: SignalEvidence): readonly ServiceName[] {
  const callees = rca.callees(pool.owner);
  const hints = [pool.signal.peer, ...Object.values(pool.signal.series.labels), pool.signal.id.split('/').at(-1)];
  const named = callees.filter((callee) => hints.includes(callee));
  const stores = callees.filter((callee) => ['database', 'cache'].includes(rca.adjacency.kind(callee)));
  return named.length > 0 ? named : stores;
}
