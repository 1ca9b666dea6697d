import type { EffectCaveat, NotTestableCode, Refuter, TestedEffect } from './effect-result.ts';

const REASONS: Readonly<Record<NotTestableCode, string>> = {
  'no-such-column': 'the metric is not measured',
  'is-the-target': 'it is the metric that is to be explained',
  'no-causal-path': 'not on a causal path to the target',
  'no-incident-rows': 'no row of the incident has all values',
  'too-few-rows': 'too few rows have all values',
  'constant-cause': 'the metric does not vary',
  'constant-target': 'the target does not vary',
  'explained-by-adjustment': 'what is held fixed leaves nothing of the metric',
  'no-error-estimate': 'the fit leaves nothing to estimate its error from',
  'out-of-range': 'the numbers are too large to compute with',
};

const OBJECTIONS: Readonly<Record<Refuter, (effect: TestedEffect) => string>> = {
  significance: ({ q }) => `it may be chance (q = ${figure(q)})`,
  placebo: ({ refuters: { placebo } }) =>
    placebo.p === null
      ? 'there are too few rows for the placebo test'
      : `the same metric at a wrong time seems as strong (placebo p = ${figure(placebo.p)})`,
  'random-common-cause': ({ refuters: { randomCommonCause } }) =>
    randomCommonCause.largestChange === null
      ? 'the slope is zero'
      : `a random column changes it by ${figure(100 * randomCommonCause.largestChange)} %`,
  'block-subsets': ({ refuters: { blockSubsets } }) =>
    blockSubsets.sameSign === null
      ? 'no part of the rows allows a fit'
      : `its sign changes in ${figure(100 * (1 - blockSubsets.sameSign))} % of the fits that leave a block of rows out`,
};

const CAVEATS: Readonly<Record<EffectCaveat, string>> = {
  'load-not-adjusted': 'load is not held fixed and may drive both',
  'baseline-disagrees': 'in normal times alone the slope has the other sign',
  'short-incident': 'fewer than three rows of the incident took part',
  'counterfactual-cut': 'the effect is larger than the target allows, so part of it belongs to something else',
};

/** What every counterfactual rests on. */
const MODEL_WARNING =
  'This depends on the model: effects add up, nothing outside the graph drives both, and the answer comes within a row.';

/** Names and numbers as people read them. */
export interface EffectWording {
  /** "p99 latency of orders-db". */
  readonly cause: string;
  /** "p99 latency of checkout". */
  readonly target: string;
  /** A number of the target with its unit; four digits and the unit of the column by default. */
  readonly format?: (value: number, unit: string) => string;
}

/**
 * Why nothing can be said about a candidate, in words.
 *
 * @param code  of the result
 * @param rows  rows there are and rows needed, where that is the reason
 * @returns a clause without a full stop
 * Cost O(1).
 */
export function notTestableText(
  code: NotTestableCode,
  rows: { readonly have?: number; readonly need?: number }
): string {
  const count = rows.have === undefined || rows.need === undefined ? '' : `: ${rows.have} of the ${rows.need} needed`;
  return REASONS[code] + count;
}

/**
 * "With p99 latency of orders-db normal, p99 latency of checkout would have been ...", with the interval and the sentence
 * that it depends on the model.
 *
 * @param effect  a tested effect
 * @param wording  how to call the two metrics, and how to write numbers
 * @returns two sentences
 * Cost O(1). Ref: RCA specification 10.3.
 */
export function counterfactualText(effect: TestedEffect, wording: EffectWording): string {
  const format = wording.format ?? ((value: number, unit: string) => `${figure(value)} ${unit}`);
  const { worst, unit } = effect.counterfactual;
  const { value, low, high } = worst.counterfactual;
  const band = low === null || high === null ? '' : ` (95 % interval ${format(low, unit)} to ${format(high, unit)})`;
  return (
    `With ${wording.cause} normal, ${wording.target} would have been ${format(value, unit)}${band} ` +
    `instead of ${format(worst.observed, unit)} at its worst. ${MODEL_WARNING}`
  );
}

/**
 * Verdict of an effect with what speaks against it and what weakens it.
 *
 * @param effect  a tested effect
 * @returns one or two sentences
 * Cost O(1).
 */
export function verdictText(effect: TestedEffect): string {
  const objections = effect.refutedBy.map((refuter) => OBJECTIONS[refuter](effect));
  const hidden = Math.round(100 * effect.hiddenCauseStrength);
  const verdict =
    objections.length === 0
      ? `Supported: a hidden common cause would have to explain ${hidden} % of what is left of both to undo it.`
      : `Not supported: ${objections.join('; ')}.`;
  const caveats = effect.caveats.map((caveat) => CAVEATS[caveat]);
  return caveats.length === 0 ? verdict : `${verdict} But ${caveats.join('; ')}.`;
}

/** Three significant digits; small and large numbers as powers of ten. */
function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
