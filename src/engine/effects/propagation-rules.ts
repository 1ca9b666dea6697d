import { benjaminiHochberg } from '../stats/benjamini-hochberg.ts';
import type { Estimate } from './effect-result.ts';
import { notTestableText } from './effect-text.ts';
import { finiteOrNull } from './finite-or-null.ts';
import { toMetricGraph } from './metric-graph.ts';
import type { PropagationRule } from './propagation-rule.ts';
import { tryRule, type RuleInput } from './rule-trial.ts';
import type { UncorrectedEffect } from './test-effect.ts';

/** What the data say about a rule. */
export interface RuleCheck {
  readonly id: string;
  /** Of the author, 0 to 1; null when it is no such number. */
  readonly confidence: number | null;
  readonly outcome: 'confirmed' | 'contradicted' | 'not-testable';
  readonly reason: string;
  /** The graph has a causal path from source to target. */
  readonly onGraph: boolean;
  /** Rows with values in which the rule was in force; null without a limit. */
  readonly rowsInForce: number | null;
  /** Change of the target when the rule comes into force, or when the source rises as far as it moved; in `unit`. */
  readonly change: Estimate | null;
  readonly unit: string | null;
  /** Of the effect, corrected over the rules that could be tested; null when it could not. */
  readonly q: number | null;
}

const LEVEL = 0.05;
/** A change of the target below this many standard deviations of its quiet rows is none. */
const NO_CHANGE = 0.5;

/**
 * Checks rules of how trouble spreads against the data of one window.
 *
 * Confirmed: the effect has the sign of the rule, q <= 0.05, and no refuter objects. Contradicted: the same with the other
 * sign; or the whole interval of the change stays below half a standard deviation of the target's quiet rows, so the
 * target does not follow. Everything else the data cannot tell, and the prior stands as it was.
 *
 * @param input  columns, calls, windows and seed as for estimateEffects; `target` and `candidates` are not read
 * @param rules  in any number; a rule with a limit is tested as "in force or not"
 * @returns one check per rule, in their order; never throws
 * Cost O(n^2 k) per rule, n up to 240 quiet rows and those of the incident. Ref: A4.2.
 */
export function checkPropagationRules(input: RuleInput, rules: readonly PropagationRule[]): readonly RuleCheck[] {
  const graph = toMetricGraph(input);
  const trials = rules.map((rule) => tryRule(input, graph, rule));
  const corrected = benjaminiHochberg(trials.flatMap(({ effect }) => effect?.p ?? []));
  let next = 0;
  return trials.map(({ rule, onGraph, rowsInForce, effect, problem, spread, unit }): RuleCheck => {
    const q = effect ? (corrected[next++] ?? 1) : null;
    const change = effect ? changeWhen(rule, effect) : null;
    const confidence = rule.confidence >= 0 && rule.confidence <= 1 ? rule.confidence : null;
    const judged =
      effect && change && q !== null
        ? judge(rule, change, { significant: q <= LEVEL && effect.refutedBy.length === 0, spread })
        : ({ outcome: 'not-testable', reason: problem ?? notTestableText('out-of-range', {}) } as const);
    return { id: rule.id, confidence, ...judged, onGraph, rowsInForce, change, unit, q };
  });
}

/** Change of the target when the rule comes into force, or when the source rises as far as it moved in the incident. */
function changeWhen({ above, below }: PropagationRule, { slope, causeChange }: UncorrectedEffect): Estimate | null {
  const factor = above === undefined && below === undefined ? Math.abs(causeChange) : 1;
  const value = finiteOrNull(slope.value * factor);
  const end = (bound: number | null): number | null => (bound === null ? null : finiteOrNull(bound * factor));
  return value === null ? null : { value, low: end(slope.low), high: end(slope.high) };
}

function judge(
  { direction }: PropagationRule,
  { value, low, high }: Estimate,
  { significant, spread }: { readonly significant: boolean; readonly spread: number }
): Pick<RuleCheck, 'outcome' | 'reason'> {
  const sign = direction === 'rises' ? 1 : -1;
  if (significant) {
    return value * sign > 0
      ? { outcome: 'confirmed', reason: `the target ${direction} as the rule says` }
      : { outcome: 'contradicted', reason: `the target ${direction === 'rises' ? 'falls' : 'rises'} instead` };
  }
  const most = sign > 0 ? high : low;
  return most !== null && most * sign < NO_CHANGE * spread
    ? { outcome: 'contradicted', reason: 'the target does not follow' }
    : { outcome: 'not-testable', reason: 'the data allow both an effect and none' };
}
