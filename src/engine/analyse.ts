import type { Decision, EffectsReport, Hypothesis, RcaReport, ServiceName } from '#model';
import type { AnalysisInput } from './analysis-input.ts';
import { recommend } from './decision/recommend.ts';
import { causalPath } from './rca/causal-path.ts';
import { concurrentCauses } from './rca/concurrent-causes.ts';
import { extractFeatures, type CandidateFeatures } from './rca/features.ts';
import { findOnset } from './rca/onset.ts';
import { rankCandidates, softmaxConfidence, type RankedCandidate } from './rca/rank.ts';
import { rankCase } from './ranking/rank-case.ts';
import { SHIPPED_RANKING_WEIGHTS } from './ranking/shipped-weights.ts';
import { buildCase, symptomKind, type RcaCase } from './rca/rca-case.ts';
import { findVictims, ruleOut } from './rca/ruled-out.ts';
import { ABSTAIN_BELOW, decide } from './rca/abstain.ts';
import { rulePrior } from './rca/rule-prior.ts';
import { PRIOR_WEIGHTS } from './rca/weights.ts';
import { toRankingCase } from './rca/to-ranking-case.ts';
import { citeSignal, serviceOfLine } from './report/cite.ts';
import { coverageWarnings } from './report/coverage-warnings.ts';
import { EvidenceBook } from './report/evidence-book.ts';
import { evidenceSeries } from './report/evidence-series.ts';
import { groupLogs, toHypothesis } from './report/hypothesis.ts';
import { reportEffects } from './report/report-effects.ts';
import { narrate, summarise } from './report/summary.ts';
import { judgeVerdict } from './report/verdict.ts';

/** Hypotheses of a report. */
const MAX_HYPOTHESES = 6;

/**
 * Answers "what started it?" for one incident. The only place where the stages meet.
 *
 * Signals are scored against their baseline, turned into features of services, ranked by the linear score, split into
 * causes, and worded into a report whose every claim carries the number of a fact. Pure and deterministic: the order of
 * signals, edges, changes and log lines does not matter, and names have no meaning.
 *
 * @param input  signals, graph, windows, changes and logs of one incident
 * @returns a complete report; `insufficient-data` or `no-significant-root-cause` where that is the answer
 * Cost O(sum n log n + services * (signals + neighbours)); tens of milliseconds for twenty services.
 */
export function analyse(input: AnalysisInput): RcaReport {
  const onsetMs = findOnset(input);
  const rca = buildCase(input, onsetMs);
  const candidates = extractFeatures(rca);
  const ranked = rankCandidates(
    candidates,
    trainedScores(rca, candidates, input),
    rulePrior(rca, input.graph.rules ?? [])
  );
  const decision = decide(rca, ranked);
  const causes = decision === 'root-cause' ? concurrentCauses(rca, ranked, ABSTAIN_BELOW) : [];
  return compose(input, rca, ranked, decision, causes);
}

/** Whom a service calls without that anything is known about them. */
function unmeasuredCallees(rca: RcaCase, service: ServiceName): readonly ServiceName[] {
  const measured = new Set(rca.callees(service));
  return rca.adjacency.callees(service).filter((callee) => !measured.has(callee));
}

/** What the trained ranker says of every service, in nats; it is told of changes, which it was not trained on. */
function trainedScores(
  rca: RcaCase,
  candidates: readonly CandidateFeatures[],
  { weights = SHIPPED_RANKING_WEIGHTS, events }: Pick<AnalysisInput, 'weights' | 'events'>
): ReadonlyMap<ServiceName, number> {
  const changes = candidates.map(({ service, values }) => [service, values.change * PRIOR_WEIGHTS.change] as const);
  const { input, names } = toRankingCase(rca, new Map(changes), events);
  const { ranking } = rankCase(input, weights);
  return new Map(ranking.map(({ service, score }) => [names[service] ?? '', score]));
}

function compose(
  input: AnalysisInput,
  rca: RcaCase,
  ranked: readonly RankedCandidate[],
  decision: Decision,
  causes: readonly RankedCandidate[]
): RcaReport {
  const book = new EvidenceBook();
  const symptomEvidence = citeSymptom(book, rca);
  const hypotheses = wordHypotheses(input, rca, ranked, causes, book);
  const leading = hypotheses.slice(0, causes.length);
  const names = new Set(causes.map((cause) => cause.service));
  const ruledOut = decision === 'root-cause' ? ruleOut(rca, ranked, names) : [];
  const victims = findVictims(rca, ranked, names);
  const series = evidenceSeries(rca, pairs(causes, leading), book);
  const evidence = book.list();
  const coverage = coverageWarnings(input.graph, leading, input.target.service);
  const unmeasured = (service: ServiceName) => unmeasuredCallees(rca, service);
  const { verdict, reasons } = judgeVerdict(leading, evidence, input.gaps, input.target.service, unmeasured, coverage);
  const words = {
    target: input.target,
    onsetMs: rca.onsetMs,
    endedMs: input.endedMs,
    decision,
    verdict,
    verdictReasons: reasons,
    causes: leading,
    ruledOut,
    victims,
    evidence,
    symptomEvidence,
  };
  return {
    id: input.id,
    target: input.target,
    window: input.window,
    baseline: input.baseline,
    onsetMs: rca.onsetMs,
    decision,
    verdict,
    verdictReasons: reasons,
    hypotheses,
    concurrent: causes.length,
    ruledOut,
    victims,
    changes: changesAround(input, rca),
    evidence,
    proposals: recommend(rca, input, treatable(causes, leading)),
    gaps: input.gaps,
    rankedWith: (input.weights ?? SHIPPED_RANKING_WEIGHTS).version,
    series,
    effects: effectsOf(input, rca, ranked, causes),
    coverage,
    summary: summarise(words),
    narrator: 'engine',
    narrative: narrate(words),
  };
}

function effectsOf(
  { graph }: AnalysisInput,
  rca: RcaCase,
  ranked: readonly RankedCandidate[],
  causes: readonly RankedCandidate[]
): EffectsReport {
  return causes.length > 0
    ? reportEffects(rca, inOrder(ranked, causes), causes.length, graph.rules ?? [])
    : { effects: [], rules: [], reason: 'No cause stands out, so no effect was estimated.' };
}

/** Changes since the baseline began, oldest first. */
function changesAround({ changes, window }: AnalysisInput, { windows }: RcaCase): RcaReport['changes'] {
  return changes
    .filter((change) => change.atMs >= windows.baseline.fromMs && change.atMs < window.toMs)
    .toSorted((left, right) => left.atMs - right.atMs || (left.service < right.service ? -1 : 1));
}

function pairs(causes: readonly RankedCandidate[], leading: readonly Hypothesis[]) {
  return causes.flatMap((candidate, i) => {
    const hypothesis = leading[i];
    return hypothesis ? [[candidate, hypothesis] as const] : [];
  });
}

function treatable(causes: readonly RankedCandidate[], leading: readonly Hypothesis[]) {
  return pairs(causes, leading).map(([candidate, { confidence, evidence }]) => ({ candidate, confidence, evidence }));
}

/** Causes first, then the rest in rank order. */
function inOrder(ranked: readonly RankedCandidate[], causes: readonly RankedCandidate[]): readonly RankedCandidate[] {
  return [...causes, ...ranked.filter((candidate) => !causes.includes(candidate))];
}

/** Causes first, then the rest in rank order; other causes of the same incident are no competitors. */
function wordHypotheses(
  input: AnalysisInput,
  rca: RcaCase,
  ranked: readonly RankedCandidate[],
  causes: readonly RankedCandidate[],
  book: EvidenceBook
): Hypothesis[] {
  const features = new Map(ranked.map((candidate) => [candidate.service, candidate]));
  const logs = groupLogs(input.errorLogs, serviceOfLine, rca.onsetMs);
  const rest = ranked.filter((candidate) => !causes.includes(candidate));
  return inOrder(ranked, causes)
    .slice(0, MAX_HYPOTHESES)
    .map((candidate, i) => {
      const others = (causes.includes(candidate) ? rest : ranked).filter((other) => other !== candidate);
      return toHypothesis({
        rca,
        book,
        candidate,
        rank: i + 1,
        confidence: softmaxConfidence(
          candidate.logOdds,
          others.map((other) => other.logOdds)
        ),
        path: causalPath(rca, features, candidate.service) ?? [],
        logs: logs.get(candidate.service) ?? [],
        traces: causes.includes(candidate) ? (input.traces ?? []) : [],
      });
    });
}

function citeSymptom(book: EvidenceBook, rca: RcaCase): readonly number[] {
  const kind = symptomKind(rca);
  const target: ServiceName = rca.target.service;
  const worst = rca
    .evidence(target)
    .filter((item) => item.signal.kind === kind && item.z > 1)
    .toSorted((left, right) => right.z - left.z)[0];
  return worst ? [citeSignal(book, rca, worst)] : [];
}
