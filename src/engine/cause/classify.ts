import type { CauseKind } from '#model';
import type { Mechanism } from '../rca/mechanisms.ts';

/**
 * How much a mechanism is worth beside another of equal strength. What starts trouble outranks what follows from it: a
 * scan makes a database busy, a kill makes a service unreachable, a full pool makes it slow; a change is named only
 * where nothing more specific is as strong.
 */
const PRECEDENCE: Record<CauseKind, number> = {
  'out-of-memory': 1.6,
  'slow-query': 1.4,
  'external-rate-limit': 1.4,
  'memory-pressure': 1.2,
  'pool-exhaustion': 1.2,
  'network-latency': 1.1,
  'bad-deploy': 1,
  'cpu-contention': 1,
  unreachable: 1,
  overload: 0.6,
  unclassified: 0,
};

/** Weakest mechanism that names a cause. */
const NAMEABLE = 0.25;

/**
 * Names the kind of trouble that the signals of a service describe.
 *
 * @param mechanisms  of one service
 * @returns the mechanism with the largest strength times precedence; undefined when none is strong enough
 * (`unclassified`)
 * Cost O(n).
 */
export function classifyCause(mechanisms: readonly Mechanism[]): Mechanism | undefined {
  return mechanisms
    .filter((item) => item.strength >= NAMEABLE)
    .toSorted((left, right) => PRECEDENCE[right.cause] * right.strength - PRECEDENCE[left.cause] * left.strength)[0];
}
