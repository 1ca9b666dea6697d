import type { CauseKind, Ratio, ServiceName, SignalKind } from '#model';
import { explainedByCallees, explainPool, selfTimeExplained } from './explained.ts';
import { ofKinds, type RcaCase } from './rca-case.ts';
import { squash } from './series-score.ts';
import type { SignalEvidence } from './signal-evidence.ts';

/** One way in which a service may have started the trouble, with how much speaks for it. */
export interface Mechanism {
  readonly cause: CauseKind;
  /** Evidence that nothing else explains, 0 to 1.5. */
  readonly strength: number;
  /** Share that others explain, already taken off `strength`. */
  readonly explained: Ratio;
  /** Who explains that share, where it is one service. */
  readonly explainedBy?: ServiceName;
  /** Signals that speak for it, strongest first. */
  readonly evidence: readonly SignalEvidence[];
}

/** A bad version shows while it is rolled out or soon after: the longer it ran well, the less it is to blame. */
const ROLLOUT_MS = 2 * 60_000;
const ROLLOUT_MEMORY_MS = 5 * 60_000;

/**
 * Weighs every mechanism a service's own signals can show.
 *
 * Absolute ramps keep small but significant changes of a resource from counting: a pool matters when it is nearly full,
 * a limit when it is nearly reached.
 *
 * @param rca  the case
 * @param service  a candidate
 * @returns mechanisms with a positive strength or explanation, strongest first
 * Cost O(signals + callees). Source: order of kinds inside a service of the RCA specification, section 6 (a resource
 * explains latency, not the other way round), extended for pools, refusals, scans and restarts.
 */
export function mechanismsOf(rca: RcaCase, service: ServiceName): readonly Mechanism[] {
  const found = [
    slowQuery(rca, service),
    outOfMemory(rca, service),
    memoryPressure(rca, service),
    poolExhaustion(rca, service),
    externalRateLimit(rca, service),
    cpuContention(rca, service),
    networkLatency(rca, service),
    unreachable(rca, service),
    badDeploy(rca, service),
    overload(rca, service),
  ];
  return found
    .filter((item) => item.strength > 0 || item.explained > 0)
    .sort((left, right) => right.strength - left.strength);
}

/**
 * Linear ramp.
 *
 * @param value  any number
 * @param from  where the ramp starts
 * @param to  where it reaches 1
 * @returns 0 to 1
 * Cost O(1).
 */
export function ramp(value: number, from: number, to: number): Ratio {
  return Math.max(0, Math.min(1, (value - from) / (to - from)));
}

function pick(rca: RcaCase, service: ServiceName, ...kinds: SignalKind[]): readonly SignalEvidence[] {
  return ofKinds(rca.evidence(service), kinds).toSorted((left, right) => right.z - left.z);
}

function strongest(evidence: readonly SignalEvidence[], weight: (item: SignalEvidence) => number = () => 1): number {
  return Math.max(0, ...evidence.map((item) => item.strength * weight(item)));
}

function mechanism(
  cause: CauseKind,
  strength: number,
  evidence: readonly SignalEvidence[],
  explained: Ratio = 0
): Mechanism {
  return { cause, strength: strength * (1 - explained), explained, evidence: evidence.filter((item) => item.z > 1) };
}

function slowQuery(rca: RcaCase, service: ServiceName): Mechanism {
  const scans = pick(rca, service, 'sequential-scans');
  const latency = pick(rca, service, 'latency');
  const extra = Math.max(0, strongest(scans) - squash(rca.trafficUp(service)));
  const isStore = rca.adjacency.kind(service) === 'database';
  const plain = isStore ? 0.4 * strongest(latency) : 0;
  return mechanism('slow-query', Math.max(Math.min(extra, strongest(latency)), plain), [...scans, ...latency]);
}

function outOfMemory(rca: RcaCase, service: ServiceName): Mechanism {
  const restarts = pick(rca, service, 'restarts');
  const memory = pick(rca, service, 'memory-utilisation');
  const killed = restarts.some((item) => item.z > 1 && item.signal.id.includes('oom'));
  const full = Math.max(killed ? 1 : 0, ...memory.map((item) => ramp(item.score.high, 0.7, 0.95)));
  const dying = strongest(restarts);
  const starved = dying > 0.3 ? full * strongest(memory) : 0;
  return mechanism('out-of-memory', Math.max(dying * (0.3 + 0.7 * full), starved), [...restarts, ...memory]);
}

function memoryPressure(rca: RcaCase, service: ServiceName): Mechanism {
  const memory = pick(rca, service, 'memory-utilisation');
  const effects = pick(rca, service, 'evictions', 'rejected-requests');
  const full = strongest(memory, (item) => ramp(item.score.high, 0.8, 0.95));
  const isCache = rca.adjacency.kind(service) === 'cache';
  const effect = isCache ? strongest(effects) : 0;
  const explained = isCache ? 0 : explainedByCallees(rca, service).waiting;
  return mechanism('memory-pressure', Math.max(full, Math.min(effect, 2 * full)), [...memory, ...effects], explained);
}

function poolExhaustion(rca: RcaCase, service: ServiceName): Mechanism {
  const pools = pick(rca, service, 'pool-utilisation', 'pool-timeouts');
  if (rca.adjacency.kind(service) !== 'service') {
    return mechanism('pool-exhaustion', 0, pools);
  }
  const own = pools.map((pool) => {
    const full = pool.signal.kind === 'pool-timeouts' ? 1 : ramp(pool.score.high, 0.6, 0.9);
    return { strength: pool.strength * full, ...explainPool(rca, pool) };
  });
  const worst = own
    .filter((pool) => pool.strength >= 0.25)
    .toSorted((left, right) => right.strength * (1 - right.share) - left.strength * (1 - left.share))[0];
  const found = mechanism('pool-exhaustion', worst?.strength ?? 0, pools, worst?.share ?? 0);
  return worst?.by === undefined ? found : { ...found, explainedBy: worst.by };
}

function externalRateLimit(rca: RcaCase, service: ServiceName): Mechanism {
  const refused = rca.adjacency.kind(service) === 'cache' ? [] : pick(rca, service, 'rejected-requests');
  return mechanism('external-rate-limit', strongest(refused), refused);
}

function cpuContention(rca: RcaCase, service: ServiceName): Mechanism {
  const throttled = pick(rca, service, 'cpu-throttling');
  const cpu = pick(rca, service, 'cpu');
  const traffic = squash(rca.trafficUp(service));
  const starving = strongest(throttled, (item) => ramp(item.score.high, 0.02, 0.25));
  const busy = 0.6 * Math.max(0, strongest(cpu) - traffic);
  return mechanism('cpu-contention', Math.max(0, Math.max(starving - 0.5 * traffic, busy)), [...throttled, ...cpu]);
}

function networkLatency(rca: RcaCase, service: ServiceName): Mechanism {
  const overhead = pick(rca, service, 'client-latency');
  const own = rca.deviation(service, 'latency', 'error-ratio');
  const outside = Math.max(0, strongest(overhead, (item) => ramp(item.score.delta, 0.002, 0.02)) - 0.5 * squash(own));
  return mechanism('network-latency', outside, overhead);
}

function unreachable(rca: RcaCase, service: ServiceName): Mechanism {
  const errors = pick(rca, service, 'error-ratio');
  const seen = errors.length > 0 ? Math.max(...errors.map((item) => item.score.high)) : (rca.failedCalls(service) ?? 0);
  const strength = squash(rca.deviation(service, 'error-ratio')) * ramp(seen, 0.25, 0.7);
  const silence = rca.silent(service).length > 0 ? 1.2 : 1;
  return mechanism('unreachable', silence * strength, errors, explainedByCallees(rca, service).errors);
}

function badDeploy(rca: RcaCase, service: ServiceName): Mechanism {
  const own = pick(rca, service, 'self-time', 'latency', 'error-ratio', 'cpu', 'log-errors');
  const change = rca.changes(service)[0];
  if (!change || rca.adjacency.kind(service) !== 'service') {
    return mechanism('bad-deploy', 0, []);
  }
  const age = Math.max(0, rca.onsetMs - change.atMs - ROLLOUT_MS);
  return mechanism('bad-deploy', Math.exp(-age / ROLLOUT_MEMORY_MS) * ownTrouble(rca, service), own);
}

/**
 * Trouble that a service makes itself: time spent in it, and latency and errors that no callee explains.
 *
 * @param rca  the case
 * @param service  a candidate
 * @returns strength, 0 to 1.5
 * Cost O(callees).
 */
export function ownTrouble(rca: RcaCase, service: ServiceName): number {
  const explained = explainedByCallees(rca, service);
  return Math.max(
    squash(rca.deviation(service, 'self-time')) *
      (1 - selfTimeExplained(rca, service)) *
      ramp(rca.deviation(service, 'latency', 'error-ratio'), 2, 6),
    squash(rca.deviation(service, 'latency')) * (1 - explained.latency),
    squash(rca.deviation(service, 'error-ratio')) * (1 - explained.errors)
  );
}

function overload(rca: RcaCase, service: ServiceName): Mechanism {
  const traffic = pick(rca, service, 'request-rate').filter((item) => item.score.up > 3);
  const suffering = squash(rca.deviation(service, 'latency', 'error-ratio', 'cpu-throttling'));
  const explained = explainedByCallees(rca, service).latency;
  return mechanism('overload', 0.6 * Math.min(squash(rca.trafficUp(service)), suffering), traffic, explained);
}
