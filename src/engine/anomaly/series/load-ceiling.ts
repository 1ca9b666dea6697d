import type { SignalKind } from '#model';

const CEILINGS: Partial<Record<SignalKind, number>> = {
  'request-rate': 2.9,
  'unique-clients': 2.9,
  'response-size': 2.9,
  'network-receive': 2.9,
  'network-transmit': 2.9,
  'disk-io': 3.9,
  cpu: 3.9,
  memory: 3.9,
};

/**
 * Highest surprisal of kinds that describe load, not harm: a request rate never reaches the warning level alone, absolute
 * CPU and memory never more than it. What a resource lacks shows in throttling and utilisation.
 *
 * @param kind  what the series measures
 * @returns undefined where there is no ceiling
 * Cost O(1).
 */
export function loadCeiling(kind: SignalKind | undefined): number | undefined {
  return kind === undefined ? undefined : CEILINGS[kind];
}
