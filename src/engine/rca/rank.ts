import type { Ratio } from '#model';
import { classifyCause } from '../cause/classify.ts';
import { compareText } from '../topology/edge-order.ts';
import type { CandidateFeatures } from './features.ts';
import type { Mechanism } from './mechanisms.ts';
import { FEATURE_NAMES, PRIOR_WEIGHTS, type FeatureName } from './weights.ts';

/** One additive term of a score. */
export interface ScoreTerm {
  readonly feature: FeatureName;
  readonly value: number;
  readonly weight: number;
}

/** A candidate with its linear score. */
export interface RankedCandidate extends CandidateFeatures {
  readonly score: number;
  /** Non-zero terms, largest product first; they add up to `score`. */
  readonly terms: readonly ScoreTerm[];
  /** What its signals describe; undefined where no mechanism is strong enough. */
  readonly mechanism: Mechanism | undefined;
}

/**
 * Orders candidates by the linear score `sum w_i x_i`.
 *
 * @param candidates  features of every candidate
 * @returns best first; equal scores by symptom, then impact, then name
 * Cost O(n F + n log n). Ref: RCA specification 5.1 with the prior weights.
 */
export function rankCandidates(candidates: readonly CandidateFeatures[]): RankedCandidate[] {
  return candidates
    .map((candidate) => {
      const terms = FEATURE_NAMES.map((feature) => ({
        feature,
        value: candidate.values[feature],
        weight: PRIOR_WEIGHTS[feature],
      })).filter((term) => term.value * term.weight !== 0);
      terms.sort((left, right) => right.value * right.weight - left.value * left.weight);
      const score = terms.reduce((sum, term) => sum + term.value * term.weight, 0);
      return { ...candidate, score, terms, mechanism: classifyCause(candidate.mechanisms) };
    })
    .sort(
      (left, right) =>
        right.score - left.score ||
        right.symptom - left.symptom ||
        right.impact - left.impact ||
        compareText(left.service, right.service)
    );
}

/**
 * Softmax confidence of one candidate against those it competes with.
 *
 * @param score  its linear score
 * @param others  scores of the competitors; other causes of the same incident are no competitors
 * @returns 0 to 1
 * Cost O(n). Ref: RCA specification 5.3, linear part only.
 */
export function softmaxConfidence(score: number, others: readonly number[]): Ratio {
  return 1 / (1 + others.reduce((sum, other) => sum + Math.exp(other - score), 0));
}
