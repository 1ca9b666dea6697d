import { abstains } from './abstention.ts';
import { extractFeatures, type CaseFeatures } from './extract-features.ts';
import { RANKING_FEATURES, type FeatureMethod } from './feature-names.ts';
import { rankKinds } from './metric-kinds.ts';
import type { RankingCase, RankingTerm } from './ranking-case.ts';
import type {
  RankedService,
  Ranker,
  RankingContribution,
  RankingDiagnostics,
  RankingResult,
} from './ranking-result.ts';
import type { RankingWeights } from './ranking-weights.ts';
import { blendScores, linearScores, logSoftmax, networkInputs, networkScores } from './scores.ts';
import { symptomsOf } from './series-features.ts';

/** How to rank. */
export interface RankingOptions {
  /** Default: that of the weights. Without a call graph and without networks the linear score stands in for it. */
  readonly ranker?: Ranker;
  /** Smallest top linear score that names a cause, from quiet windows of the installation; default: that of the weights. */
  readonly threshold?: number;
  /** How features are computed; default: the current one. */
  readonly method?: FeatureMethod;
}

/** Baselines with fewer rows lower the confidence. */
const FULL_BASELINE_ROWS = 20;
/** No knowledge from outside is surer than this, in nats. */
const MAX_TERM = 20;

/**
 * Ranks the services of an incident by how likely each one is its cause.
 *
 * @param input  the case; indices only, any numbers
 * @param weights  checked weights
 * @param options  ranker and threshold
 * @returns decision, ranking, metric kinds and what could not be used; never throws, every confidence is finite, 0 to 1
 * Cost O(sum of n log n over the series + (N + E) x features). Ref: RCA specification 5 to 7.
 */
export function rankCase(input: RankingCase, weights: RankingWeights, options: RankingOptions = {}): RankingResult {
  const features = extractFeatures(input, options.method);
  const scores = scoreFeatures(features, weights, options.ranker);
  const terms = termsOf(features.candidates, input.terms ?? []);
  const ranking = orderServices(input, features, scores, terms);
  const threshold = options.threshold ?? weights.defaults.threshold;
  return {
    decision: decide(features, scores, threshold),
    threshold,
    calibrated: options.threshold !== undefined,
    ranker: scores.ranker,
    ranking,
    kinds: (service) => {
      const row = features.x[features.candidates.indexOf(service)];
      return row
        ? rankKinds(
            features.evidence.byService[service] ?? [],
            row,
            input.events !== undefined,
            features.evidence.method
          )
        : [];
    },
    diagnostics: diagnosticsOf(input, features),
  };
}

/** Scores per candidate. */
export interface CandidateScores {
  /** What really ordered. */
  readonly ranker: Ranker;
  readonly linear: Float64Array;
  /** Weights behind `linear`. */
  readonly linearWeights: Float64Array;
  readonly network: Float64Array | undefined;
  /** What orders; its softmax is the confidence. */
  readonly final: Float64Array;
}

/**
 * Scores the candidates of a case.
 *
 * @param features  of the case
 * @param weights  checked weights
 * @param ranker  which score is wanted; default: that of the weights, whose temperature is applied to no other
 * @returns scores per candidate; `linear` in place of a network where there is no graph or no network
 * Cost O(candidates x features x hidden units). Ref: RCA specification 5.1 to 5.3.
 */
export function scoreFeatures(
  features: CaseFeatures,
  weights: RankingWeights,
  ranker: Ranker = weights.defaults.ranker
): CandidateScores {
  const scores = orderingScores(features, weights, ranker);
  const { defaults } = weights;
  return scores.ranker === defaults.ranker
    ? { ...scores, final: scores.final.map((score) => score / defaults.temperature) }
    : scores;
}

function orderingScores(features: CaseFeatures, weights: RankingWeights, ranker: Ranker): CandidateScores {
  const linearWeights = ranker === 'prior' ? weights.prior : weights.linear;
  const linear = linearScores(features.x, linearWeights);
  const { mix, simOnly } = weights.networks;
  const usable = features.graph.edges > 0 && mix.length > 0 && (ranker !== 'three-way' || simOnly.length > 0);
  if (ranker === 'prior' || ranker === 'linear' || !usable) {
    const used = ranker === 'prior' ? 'prior' : 'linear';
    return { ranker: used, linear, linearWeights, network: undefined, final: linear };
  }
  const inputs = networkInputs(features);
  const network = networkScores(inputs, mix);
  const base = { ranker, linear, linearWeights, network };
  if (ranker === 'gnn') {
    return { ...base, final: network };
  }
  const final =
    ranker === 'blend'
      ? blendScores([
          [0.5, linear],
          [0.5, network],
        ])
      : blendScores([
          [0.5, linear],
          [0.25, network],
          [0.25, networkScores(inputs, simOnly)],
        ]);
  return { ...base, final };
}

function decide(features: CaseFeatures, { linear }: CandidateScores, threshold: number): RankingResult['decision'] {
  if (features.candidates.length === 0) {
    return 'insufficient-data';
  }
  return abstains(features.x, linear, threshold) ? 'no-significant-root-cause' : 'root-cause';
}

function termsOf(candidates: readonly number[], terms: readonly RankingTerm[]): Float64Array {
  const sums = new Float64Array(candidates.length);
  for (const { service, logOdds } of terms) {
    const at = candidates.indexOf(service);
    if (at >= 0 && Number.isFinite(logOdds)) {
      sums[at] = (sums[at] ?? 0) + Math.min(Math.max(logOdds, -MAX_TERM), MAX_TERM);
    }
  }
  return sums;
}

function orderServices(
  input: RankingCase,
  features: CaseFeatures,
  scores: CandidateScores,
  terms: Float64Array
): readonly RankedService[] {
  const final = scores.final.map((score, i) => score + (terms[i] ?? 0));
  const certainty = logSoftmax(final).map(Math.exp);
  const length = Math.sqrt(Math.min(1, Math.max(0, finiteOr(input.baselineRows, 0)) / FULL_BASELINE_ROWS));
  const symptom = symptomsOf(features.evidence);
  const impact = RANKING_FEATURES.indexOf('impact');
  const byScore = (left: number, right: number): number =>
    (final[right] ?? 0) - (final[left] ?? 0) ||
    (symptom[features.candidates[right] ?? 0] ?? 0) - (symptom[features.candidates[left] ?? 0] ?? 0) ||
    (features.x[right]?.[impact] ?? 0) - (features.x[left]?.[impact] ?? 0) ||
    left - right;
  return [...features.candidates.keys()].sort(byScore).map((i) => ({
    service: features.candidates[i] ?? 0,
    score: final[i] ?? 0,
    confidence: (certainty[i] ?? 0) * length,
    linear: scores.linear[i] ?? 0,
    network: scores.network?.[i],
    linearRank: rankIn(scores.linear, i),
    networkRank: scores.network && rankIn(scores.network, i),
    features: features.x[i] ?? new Float64Array(RANKING_FEATURES.length),
    contributions: contributionsOf(features.x[i] ?? new Float64Array(0), scores.linearWeights),
    terms: terms[i] ?? 0,
  }));
}

function finiteOr(value: number, other: number): number {
  return Number.isFinite(value) ? value : other;
}

/** 1 + the number of strictly better ones. */
function rankIn(scores: Float64Array, at: number): number {
  const own = scores[at] ?? 0;
  return 1 + scores.reduce((better, score) => better + (score > own ? 1 : 0), 0);
}

function contributionsOf(row: Float64Array, weights: Float64Array): readonly RankingContribution[] {
  return RANKING_FEATURES.map((feature, i) => ({ feature, value: row[i] ?? 0, weight: weights[i] ?? 0 }))
    .filter(({ value, weight }) => value * weight !== 0)
    .sort((left, right) => right.value * right.weight - left.value * left.weight);
}

function diagnosticsOf(input: RankingCase, { evidence, graph }: CaseFeatures): RankingDiagnostics {
  const { service: target } = input.target;
  return {
    droppedSeries: evidence.dropped,
    unknownServices: evidence.unknownServices,
    ignoredEdges: graph.ignored,
    silentServices: [...input.services.keys()].filter((service) => evidence.isCandidate[service] !== 1),
    targetSilent: target === undefined || evidence.isCandidate[target] !== 1,
    withoutGraph: graph.edges === 0,
    withoutEntry: input.entry === undefined || input.services[input.entry] === undefined,
  };
}
