import type { AnomalyLevel, SignalKind } from '#model';
import { anomalyLevel } from '../anomaly-level.ts';
import { MAX_SURPRISAL, toScore } from '../score-map.ts';

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

/**
 * Highest level that a series of a kind reaches alone.
 *
 * @param kind  what the series measures
 * @returns `critical` where {@link loadCeiling} has no ceiling; never `unknown`
 * Cost O(1).
 */
export function highestLevel(kind: SignalKind): AnomalyLevel {
  const surprisal = loadCeiling(kind) ?? MAX_SURPRISAL;
  const expected = { lower: 0, centre: 0, upper: 0 };
  return anomalyLevel({ kind: 'scored', score: toScore(surprisal), surprisal, expected, direction: 'above' });
}
