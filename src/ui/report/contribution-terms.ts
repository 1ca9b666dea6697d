import type { Contribution, Hypothesis } from '#model';
import { RANKING_TEXTS as T } from './report-texts.ts';

/** One part of a score, ready to be drawn and told. */
export interface ContributionTerm {
  /** Undefined for the sum of the parts that are not listed. */
  readonly contribution: Contribution | undefined;
  /** Value x weight; positive speaks for the service as cause. */
  readonly term: number;
}

const LEAST_REST = 0.005;

/** The listed parts of the linear score, and in one last part what they lack of it. */
export function toTerms({ contributions, score }: Hypothesis): readonly ContributionTerm[] {
  const terms = contributions.map((contribution) => ({
    contribution,
    term: contribution.value * contribution.weight,
  }));
  const rest = score - terms.reduce((sum, { term }) => sum + term, 0);
  return Math.abs(rest) >= LEAST_REST ? [...terms, { contribution: undefined, term: rest }] : terms;
}

/** The largest listed part of any hypothesis, which a full bar stands for; bars of all hypotheses compare. */
export function toLargestTerm(hypotheses: readonly Hypothesis[]): number {
  return Math.max(
    ...hypotheses.flatMap(({ contributions }) => contributions.map(({ value, weight }) => Math.abs(value * weight))),
    0
  );
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };

/** `1st`, `2nd`, `11th`. */
export function formatPlace(place: number): string {
  return `${place}${SUFFIXES[ORDINALS.select(place)] ?? 'th'}`;
}

/** What the two rankings say of a service; undefined where only one was asked. */
export function describeOpinions({ opinions }: Hypothesis): string | undefined {
  if (opinions === undefined) {
    return undefined;
  }
  const { linearRank, trainedRank } = opinions;
  return linearRank === trainedRank
    ? T.opinionsAgree(formatPlace(linearRank))
    : T.opinionsDiffer(formatPlace(linearRank), formatPlace(trainedRank));
}
