import type { Decision } from '#model';
import type { RankedCandidate } from './rank.ts';
import { ofKinds, type RcaCase } from './rca-case.ts';

/**
 * Linear score below which nothing stands out.
 *
 * Set on the simulated shop: of quiet and surge windows the best candidate stays below 7, of faults at half intensity
 * it is above 10. The value of the specification, 5.2, belongs to another set of features.
 */
export const ABSTAIN_BELOW = 7.5;

/** Strength of a symptom at the target that asks for a cause: about three calibrated standard deviations. */
const NOTICEABLE = 0.35;

/**
 * Whether there is a cause to name at all.
 *
 * `insufficient-data` when no service has a usable signal; `no-significant-root-cause` when the target shows no symptom
 * although it is measured, or when the best candidate does not stand out.
 *
 * @param rca  the case
 * @param ranked  candidates, best first
 * @returns the decision of the report
 * Cost O(signals of the target). Ref: RCA specification, section 7; the condition on the target is ours, since a
 * service elsewhere that is strange explains nothing about a target that is well.
 */
export function decide(rca: RcaCase, ranked: readonly RankedCandidate[]): Decision {
  const top = ranked[0];
  if (!top) {
    return 'insufficient-data';
  }
  const symptoms = ofKinds(rca.evidence(rca.target.service), ['latency', 'error-ratio']);
  const isWell = symptoms.length > 0 && symptoms.every((item) => item.strength < NOTICEABLE);
  return !isWell && top.score >= ABSTAIN_BELOW ? 'root-cause' : 'no-significant-root-cause';
}
