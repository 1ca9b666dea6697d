import { abstains } from './abstention.ts';
import { assembleFeatures, extractFeatures, type CaseFeatures } from './extract-features.ts';
import { RANKING_FEATURES, type RankingFeature } from './feature-names.ts';
import { rankCase, scoreFeatures, type RankingOptions } from './rank-case.ts';
import type { RankingCase } from './ranking-case.ts';
import type { RankingResult } from './ranking-result.ts';
import type { RankingWeights } from './ranking-weights.ts';
import type { EvidenceName, SeriesEvidence } from './series-evidence.ts';
import { symptomsOf } from './series-features.ts';

/** One cause of a set. */
export interface ConcurrentCause {
  /** Index into the case's services. */
  readonly service: number;
  /** Linear score on the evidence that the causes before it do not explain. */
  readonly linear: number;
  /** Services whose symptoms this cause explains and that were left out for the causes after it. */
  readonly explains: readonly number[];
}

/** How to look for several causes. */
export interface ConcurrentOptions extends RankingOptions {
  /** Most causes; default 3. */
  readonly most?: number;
  /** Smallest linear score of a further cause as a share of the first one's; default 0.75. */
  readonly leastShare?: number;
}

const MOST_CAUSES = 3;
const LEAST_SHARE = 0.75;
/** A caller whose symptom is at most twice as strong as the cause's is explained by it. */
const EXPLAINED = 0.5;
/** What a fault of a callee does to its callers; resources are their own. */
const SYMPTOMS: readonly EvidenceName[] = [
  'lat',
  'err',
  'self',
  'logsev',
  'lognovel',
  'clientLatency',
  'struct',
  'loglines',
];
/** What only a fault of the service itself does. */
const DIRECT: readonly RankingFeature[] = ['cpu_un', 'mem', 'disk', 'tnet', 'dur_in_min', 's_un', 'lat_un', 'err_un'];
const DIRECT_COLUMNS = DIRECT.map((name) => RANKING_FEATURES.indexOf(name));
/** Evidence of its own that a further cause must have. */
const NOTABLE = 0.5;

/**
 * The causes of an incident that may have several: the first of the ranking, then what the evidence still says when the
 * symptoms which the causes so far explain are taken away.
 *
 * Deviation from the specification: dominance and shares stay relative to the whole case (the causes found so far remain in
 * it), or every remainder would have a dominant service; and a further cause needs direct evidence of its own.
 *
 * @param input  the case
 * @param weights  checked weights
 * @param options  as for the ranking, and how many causes at most
 * @returns causes in the order they were found; empty where the ranking names none
 * Cost as the ranking, times the number of causes, without scoring the series again. Ref: RCA specification 5.6.
 */
export function concurrentCauses(
  input: RankingCase,
  weights: RankingWeights,
  options: ConcurrentOptions = {}
): readonly ConcurrentCause[] {
  const ranked = rankCase(input, weights, options);
  const [first] = ranked.ranking;
  if (ranked.decision !== 'root-cause' || !first) {
    return [];
  }
  const all = extractFeatures(input, options.method);
  const causes: ConcurrentCause[] = [
    { service: first.service, linear: first.linear, explains: explainedBy(all, first.service) },
  ];
  const most = Math.max(1, options.most ?? MOST_CAUSES);
  while (causes.length < most) {
    const next = nextCause(input, all, { weights, options, ranked, causes });
    if (!next) {
      break;
    }
    causes.push(next);
  }
  return causes;
}

interface Search {
  readonly weights: RankingWeights;
  readonly options: ConcurrentOptions;
  readonly ranked: RankingResult;
  readonly causes: readonly ConcurrentCause[];
}

function nextCause(
  input: RankingCase,
  all: CaseFeatures,
  { weights, options, ranked, causes }: Search
): ConcurrentCause | undefined {
  const explained = new Set(causes.flatMap(({ explains }) => explains));
  const rest = assembleFeatures(input, all.graph, withoutSymptoms(all.evidence, explained), explained);
  const scores = scoreFeatures(rest, weights, ranked.ranker);
  const chosen = new Set(causes.map(({ service }) => service));
  const least = Math.max(
    options.threshold ?? weights.defaults.threshold,
    (options.leastShare ?? LEAST_SHARE) * (causes[0]?.linear ?? 0)
  );
  const open = [...rest.candidates.keys()].filter(
    (i) =>
      !chosen.has(rest.candidates[i] ?? -1) &&
      (scores.linear[i] ?? 0) >= least &&
      DIRECT_COLUMNS.some((column) => (rest.x[i]?.[column] ?? 0) >= NOTABLE)
  );
  const best = open.sort((left, right) => (scores.final[right] ?? 0) - (scores.final[left] ?? 0) || left - right)[0];
  const row = best === undefined ? undefined : rest.x[best];
  if (best === undefined || !row || abstains([row], Float64Array.of(scores.linear[best] ?? 0), least)) {
    return undefined;
  }
  const service = rest.candidates[best] ?? 0;
  return { service, linear: scores.linear[best] ?? 0, explains: explainedBy(rest, service) };
}

/** Callers, and their callers, whose symptom is not much stronger than that of the cause. */
function explainedBy({ graph, evidence }: CaseFeatures, cause: number): readonly number[] {
  const symptom = symptomsOf(evidence);
  const own = strengthOf(evidence, cause);
  const seen = new Set([cause]);
  const open = [cause];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const caller of graph.callers[at] ?? []) {
      if (!seen.has(caller)) {
        seen.add(caller);
        open.push(caller);
      }
    }
  }
  seen.delete(cause);
  return [...seen].filter((service) => (symptom[service] ?? 0) * EXPLAINED <= own).sort((left, right) => left - right);
}

/** The strongest sign of any kind at the cause itself: a full memory need not be slow to slow its callers down. */
function strengthOf({ z }: SeriesEvidence, service: number): number {
  const worst = Object.values(z).reduce((most, values) => Math.max(most, values[service] ?? 0), 0);
  return Math.min(1.5, Math.log1p(worst) / Math.log(51));
}

function withoutSymptoms(evidence: SeriesEvidence, explained: ReadonlySet<number>): SeriesEvidence {
  const cleared = (values: Float64Array): Float64Array => values.map((value, i) => (explained.has(i) ? 0 : value));
  const z = { ...evidence.z };
  for (const name of SYMPTOMS) {
    z[name] = cleared(z[name]);
  }
  return { ...evidence, z, impact: cleared(evidence.impact), failedRequests: cleared(evidence.failedRequests) };
}
