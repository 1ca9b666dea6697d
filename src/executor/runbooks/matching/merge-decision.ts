import type { Ratio } from '#model';

/** Confidence of a rule that matches (A5.8). */
export const RULE_CONFIDENCE = 0.9;
/** What is chosen when nothing is known (A5.8). */
export const DEFAULT_CHOICE = { action: 'manual', confidence: 0.5 } as const;
/** How many similar cases count (A5.8). */
export const HISTORY_CASES = 10;
/** Below this success rate history does not speak; above the other one it speaks alone (A5.8). */
const WEAK = 0.7;
const STRONG = 0.9;

/** What came of a case: `no-data` helped nobody to know. */
export type CaseOutcome = 'verified' | 'failed' | 'no-data';

/** A case of the past, of the same anomaly and the same cause. */
export interface SimilarCase {
  readonly action: string;
  /** Kind of what it was done to, such as `Deployment`. */
  readonly targetKind: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly outcome: CaseOutcome;
  readonly atMs: number;
}

/** Where a decision comes from (A5.8). */
export type DecisionSource = 'rule' | 'historical' | 'merged' | 'default';

/** What is recommended, with the arithmetic that led to it. */
export interface MergedDecision {
  readonly action: string;
  readonly confidence: Ratio;
  readonly source: DecisionSource;
  readonly arithmetic: {
    readonly rule?: { readonly action: string; readonly confidence: Ratio };
    /** The action of the past that helped most often, among the last ten cases. */
    readonly history?: {
      readonly action: string;
      readonly verified: number;
      readonly tried: number;
      readonly successRate: Ratio;
      /** Cases that were looked at, of all actions. */
      readonly cases: number;
    };
    readonly fallback: { readonly action: string; readonly confidence: Ratio };
    /** Which line of A5.8 decided, in words. */
    readonly reason: string;
  };
}

/**
 * Merges what a rule says, what helped before, and the default (A5.8). With R the rule (or the default without one) and H the
 * success rate of the action that helped most often in the last ten similar cases:
 * H < 0.7 takes R; H > 0.9 takes history; the same action takes the mean; else the higher confidence.
 * @param rule action of a rule or runbook that fits; its confidence is 0.9
 */
export function mergeDecision(rule: string | undefined, cases: readonly SimilarCase[]): MergedDecision {
  const fallback = DEFAULT_CHOICE;
  const base = rule === undefined ? fallback : { action: rule, confidence: RULE_CONFIDENCE };
  const baseSource = rule === undefined ? 'default' : 'rule';
  const history = historyOf(cases);
  const arithmetic = {
    ...(rule === undefined ? {} : { rule: base }),
    ...(history === undefined ? {} : { history }),
    fallback,
  };
  const decide = (source: DecisionSource, action: string, confidence: Ratio, reason: string): MergedDecision => ({
    action,
    confidence,
    source,
    arithmetic: { ...arithmetic, reason },
  });
  if (history === undefined) {
    return decide(baseSource, base.action, base.confidence, 'there are no similar cases');
  }
  const { successRate: rate, verified, tried } = history;
  const share = `${verified} of ${tried}`;
  // Shares are compared as whole numbers: 7 of 10 is not below 0.7.
  if (verified * 10 < tried * WEAK * 10) {
    return decide(baseSource, base.action, base.confidence, `${share} is below ${WEAK}: history does not speak`);
  }
  if (verified * 10 > tried * STRONG * 10) {
    return decide('historical', history.action, rate, `${share} is above ${STRONG}: history speaks alone`);
  }
  if (history.action === base.action) {
    const mean = round((base.confidence + rate) / 2);
    return decide('merged', base.action, mean, `both say ${base.action}: (${base.confidence} + ${rate}) / 2 = ${mean}`);
  }
  return rate > base.confidence
    ? decide('historical', history.action, rate, `${rate} is higher than ${base.confidence}`)
    : decide(baseSource, base.action, base.confidence, `${base.confidence} is not below ${rate}`);
}

/** Parameters of the past that may be used again, or why there are none. */
export type CopiedParameters =
  { readonly parameters: SimilarCase['parameters']; readonly from: SimilarCase } | { readonly none: string };

/** Parameters of the latest case that was verified, of the same action on the same kind of target (A10.15). */
export function copyParameters(cases: readonly SimilarCase[], action: string, targetKind: string): CopiedParameters {
  const same = cases.filter((one) => one.action === action && one.targetKind === targetKind);
  const [from] = latestFirst(same.filter(({ outcome }) => outcome === 'verified'));
  if (from) {
    return { parameters: from.parameters, from };
  }
  return {
    none:
      same.length === 0
        ? `${action} was never done to a ${targetKind} in a similar case`
        : `${action} was done to a ${targetKind} ${same.length} times, and never verified to help`,
  };
}

function historyOf(cases: readonly SimilarCase[]): MergedDecision['arithmetic']['history'] {
  const last = latestFirst(cases).slice(0, HISTORY_CASES);
  const tried = new Map<string, { verified: number; tried: number }>();
  for (const { action, outcome } of last) {
    const counts = tried.get(action) ?? { verified: 0, tried: 0 };
    counts.tried += 1;
    counts.verified += outcome === 'verified' ? 1 : 0;
    tried.set(action, counts);
  }
  const ranked = [...tried].toSorted(
    ([nameA, a], [nameB, b]) =>
      b.verified - a.verified || a.tried - b.tried || (nameA < nameB ? -1 : nameA > nameB ? 1 : 0)
  );
  const [best] = ranked;
  if (!best) {
    return undefined;
  }
  const [action, counts] = best;
  return { action, ...counts, successRate: round(counts.verified / counts.tried), cases: last.length };
}

/** Latest first; among cases of one time in the order given. */
function latestFirst(cases: readonly SimilarCase[]): readonly SimilarCase[] {
  return cases.filter(({ atMs }) => Number.isFinite(atMs)).toSorted((a, b) => b.atMs - a.atMs);
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
