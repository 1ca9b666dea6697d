import type { ActionProposal, VerificationCheck } from '#model';
import type { AnalysisInput } from '../analysis-input.ts';
import type { RankedCandidate } from '../rca/rank.ts';
import { ofKinds, type RcaCase } from '../rca/rca-case.ts';
import { citations } from '../report/evidence-book.ts';
import { actionOptions, type ActionOption } from './action-options.ts';
import { causeChecks } from './cause-checks.ts';
import { normalLevel, recoveryChecks, symptomLevels } from './recovery-checks.ts';
import { actionRisk } from './risk.ts';

/** A cause that something may be done about. */
export interface TreatableCause {
  readonly candidate: RankedCandidate;
  readonly confidence: number;
  /** Numbers of the evidence that speaks for it. */
  readonly evidence: readonly number[];
}

/** Most proposals of one report (A5.1). */
const MAX_PROPOSALS = 3;
const MAX_CHECKS = 4;

/**
 * Proposes at most three actions: one per cause first, then alternatives, those of lower risk first.
 *
 * Parameters come from the data (limits, rates, replicas), checks from the cause's own signals; where there is one
 * cause, the symptom of the target is checked too. Nothing is executed here: the executor decides what becomes of a
 * proposal.
 *
 * @param rca  the case
 * @param input  as given to `analyse`
 * @param causes  causes in rank order
 * @returns proposals, best first; empty without causes
 * Cost O(signals + log lines). Source: A5.1, A5.2, A5.9, A5.10.
 */
export function recommend(rca: RcaCase, input: AnalysisInput, causes: readonly TreatableCause[]): ActionProposal[] {
  const perCause = causes.map((cause) => {
    const kind = cause.candidate.mechanism?.cause ?? 'unclassified';
    const options = actionOptions({ rca, input, candidate: cause.candidate, cause: kind });
    return options.map((option) => toProposal(rca, input, cause, option, causes.length === 1));
  });
  const first = perCause.flatMap((proposals) => proposals.slice(0, 1));
  const others = perCause
    .flatMap((proposals) => proposals.slice(1))
    .sort((left, right) => riskOf(left) - riskOf(right));
  return [...first, ...others].slice(0, MAX_PROPOSALS);
}

function riskOf(proposal: ActionProposal): number {
  return actionRisk(proposal.action, { confidence: proposal.confidence });
}

function toProposal(
  rca: RcaCase,
  input: AnalysisInput,
  cause: TreatableCause,
  option: ActionOption,
  alone: boolean
): ActionProposal {
  const cited = citations(cause.evidence.slice(0, 3));
  const sentence = `${option.why.charAt(0).toUpperCase()}${option.why.slice(1)}`;
  return {
    action: option.action,
    target: option.target,
    parameters: option.parameters,
    service: cause.candidate.service,
    rationale: `${sentence} ${cited}.`.slice(0, 1000),
    confidence: cause.confidence,
    expectedSeconds: option.expectedSeconds,
    verification: checksFor(rca, input, cause.candidate, alone),
  };
}

function checksFor(
  rca: RcaCase,
  input: AnalysisInput,
  candidate: RankedCandidate,
  alone: boolean
): readonly VerificationCheck[] {
  const { service } = candidate;
  const kind = rca.adjacency.kind(service);
  const overhead = ofKinds(rca.evidence(service), ['client-latency']).toSorted((a, b) => b.z - a.z)[0];
  const caller = overhead?.signal.service;
  const own = causeChecks(candidate, {
    kind,
    cause: candidate.mechanism?.cause ?? 'unclassified',
    ...(caller === undefined ? {} : { caller }),
    upper: (wanted) => {
      const all = ofKinds(rca.evidence(service), [wanted]);
      const item = all.find((entry) => entry.signal.id.endsWith('/p95')) ?? all[0];
      return item && normalLevel(item.signal, rca.windows.baseline)?.upper;
    },
  });
  const target = input.target.service;
  const levels = symptomLevels(input.signals, target, rca.windows.baseline);
  const symptom = recoveryChecks({ service: target, kind: rca.adjacency.kind(target) }, input.target.symptom, levels);
  const known = new Set(own.map((check) => check.query));
  const extra = alone ? symptom.slice(0, 1).filter((check) => !known.has(check.query)) : [];
  return [...own, ...extra].slice(0, MAX_CHECKS);
}
