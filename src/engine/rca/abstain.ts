import type { RankedCandidate } from './rank.ts';

/**
 * Linear score below which nothing stands out. Set on quiet windows of the simulated shop; a service that is the target and nothing else
 * scores about 2 from its position alone.
 */
export const ABSTAIN_BELOW = 5.2;

/** Strength of a signal that counts as evidence. */
const EVIDENCE = 0.25;

/**
 * Whether a candidate shows anything at all.
 *
 * @param candidate  with features
 * @returns true when a symptom or a mechanism of it reaches 0.25
 * Cost O(mechanisms). Ref: RCA specification, section 7, "no service has any evidence above .25".
 */
export function hasEvidence(candidate: RankedCandidate): boolean {
  return candidate.symptom > EVIDENCE || candidate.mechanisms.some((item) => item.strength > EVIDENCE);
}
