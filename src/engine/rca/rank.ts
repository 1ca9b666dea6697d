import type { Ratio, ServiceName } from '#model';
import { classifyCause } from '../cause/classify.ts';
import { logSoftmax } from '../ranking/scores.ts';
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
  /** What orders: relative to the other candidates, in nats. */
  readonly logOdds: number;
  /** What declared rules add to `logOdds`. */
  readonly rulePrior: number;
  /** Places that the two opinions give it, 1 is best; missing when only the linear score was asked. */
  readonly opinions?: { readonly linearRank: number; readonly trainedRank: number };
  /** Non-zero terms, largest product first; they add up to `score`. */
  readonly terms: readonly ScoreTerm[];
  /** What its signals describe; undefined where no mechanism is strong enough. */
  readonly mechanism: Mechanism | undefined;
}

/**
 * Orders candidates by two opinions: the linear score `sum w_i x_i` over everything the product measures, and a ranker
 * that was trained on other systems and sees only what all systems have. Both count alike.
 *
 * @param candidates  features of every candidate
 * @param trained  scores of the trained ranker in nats, by service; without it the linear score decides alone
 * @param prior  what declared rules say, in nats, by service
 * @returns best first; equal ones by linear score, then symptom, then impact, then name
 * Cost O(n F + n log n). Ref: RCA specification 5.1 with the prior weights, and 5.3 for the blend.
 */
export function rankCandidates(
  candidates: readonly CandidateFeatures[],
  trained?: ReadonlyMap<ServiceName, number>,
  prior: ReadonlyMap<ServiceName, number> = new Map()
): RankedCandidate[] {
  const scored = candidates.map((candidate) => ({ candidate, ...scoreOf(candidate) }));
  const linear = logSoftmax(Float64Array.from(scored, ({ score }) => score));
  const other =
    trained && logSoftmax(Float64Array.from(scored, ({ candidate }) => trained.get(candidate.service) ?? LEAST));
  return scored
    .map(({ candidate, score, terms }, i) => ({
      ...candidate,
      score,
      logOdds:
        (prior.get(candidate.service) ?? 0) +
        (other ? (1 - TRAINED) * (linear[i] ?? 0) + TRAINED * (other[i] ?? 0) : (linear[i] ?? 0)),
      rulePrior: prior.get(candidate.service) ?? 0,
      ...(other ? { opinions: { linearRank: rankOf(linear, i), trainedRank: rankOf(other, i) } } : {}),
      terms,
      mechanism: classifyCause(candidate.mechanisms),
    }))
    .sort(
      (left, right) =>
        right.logOdds - left.logOdds ||
        right.score - left.score ||
        right.symptom - left.symptom ||
        right.impact - left.impact ||
        compareText(left.service, right.service)
    );
}

/** Share of the trained ranker in the opinion of both. */
const TRAINED = 0.5;

/** 1 for the best; equal ones share a place. */
function rankOf(scores: Float64Array, index: number): number {
  const own = scores[index] ?? -Infinity;
  return 1 + scores.reduce((count, score) => (score > own ? count + 1 : count), 0);
}

/** A candidate that the trained ranker does not know, in nats. */
const LEAST = -20;

function scoreOf(candidate: CandidateFeatures): Pick<RankedCandidate, 'score' | 'terms'> {
  const terms = FEATURE_NAMES.map((feature) => ({
    feature,
    value: candidate.values[feature],
    weight: PRIOR_WEIGHTS[feature],
  })).filter((term) => term.value * term.weight !== 0);
  terms.sort((left, right) => right.value * right.weight - left.value * left.weight);
  return { score: terms.reduce((sum, term) => sum + term.value * term.weight, 0), terms };
}

/**
 * Softmax confidence of one candidate against those it competes with.
 *
 * @param score  its score in nats
 * @param others  scores of the competitors; other causes of the same incident are no competitors
 * @returns 0 to 1
 * Cost O(n). Ref: RCA specification 5.3, linear part only.
 */
export function softmaxConfidence(score: number, others: readonly number[]): Ratio {
  return 1 / (1 + others.reduce((sum, other) => sum + Math.exp(other - score), 0));
}
