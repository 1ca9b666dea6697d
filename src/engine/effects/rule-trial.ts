import { backdoorSet } from './backdoor-set.ts';
import { changeOf } from './changes.ts';
import type { EffectColumn, EffectInput } from './effect-input.ts';
import { notTestableText } from './effect-text.ts';
import { reachableNodes, type MetricGraph } from './metric-graph.ts';
import type { PropagationRule } from './propagation-rule.ts';
import { testEffect, type UncorrectedEffect, type Untested } from './test-effect.ts';
import { usableRows, type UsableRows } from './usable-rows.ts';

/** A rule and what came of testing it. */
export interface RuleTrial {
  readonly rule: PropagationRule;
  readonly onGraph: boolean;
  readonly rowsInForce: number | null;
  /** Missing when there is a problem. */
  readonly effect?: UncorrectedEffect;
  /** Why the rule cannot be judged. */
  readonly problem?: string;
  /** Standard deviation of the target's quiet rows. */
  readonly spread: number;
  readonly unit: string | null;
}

/** Columns, calls, windows and seed. */
export type RuleInput = Omit<EffectInput, 'target' | 'candidates'>;

/** Rules are checked on more quiet rows than causes are: they claim to hold always. */
const BASELINE_ROWS = 240;
const LEAST_IN_FORCE = 3;
const LEAST_NOT_IN_FORCE = 10;
/** A source that stayed within so many standard deviations has not tried the rule. */
const LEAST_MOVE = 3;

/**
 * Tests the effect that a rule claims: of the source, or of being beyond its limit, on the target.
 *
 * @param input  columns, calls, windows, seed
 * @param graph  of the same input
 * @param rule  one rule
 * @returns the effect before correction, or why there is none
 * Cost O(n^2 k). Ref: A4.2.
 */
export function tryRule(input: RuleInput, graph: MetricGraph, rule: PropagationRule): RuleTrial {
  const { columns } = input;
  const [source, target] = [columns[rule.source ?? -1], columns[rule.target ?? -1]];
  const nothing = { rule, onGraph: false, rowsInForce: null, spread: 0, unit: target?.unit ?? null };
  if (!source || !target) {
    return { ...nothing, problem: `the ${source ? 'target' : 'source'} is not measured` };
  }
  return source === target
    ? { ...nothing, problem: 'source and target are the same metric' }
    : { ...nothing, ...tryPair(input, graph, rule, source, target) };
}

function tryPair(
  input: RuleInput,
  graph: MetricGraph,
  rule: PropagationRule,
  source: EffectColumn,
  target: EffectColumn
): Omit<RuleTrial, 'rule' | 'unit'> {
  const rows = usableRows([source, target], input.window, BASELINE_ROWS);
  const state = inForce(rule, source);
  const rowsInForce = state ? countOf(state, rows) : null;
  const spread = rows.baseline.length > 0 ? changeOf(target, rows).spread : 0;
  const trial = { onGraph: isOnGraph(graph, rule), rowsInForce, spread };
  const problem = rowsInForce === null ? undefined : imbalance(rowsInForce, rows);
  if (problem !== undefined) {
    return { ...trial, problem };
  }
  const effect = effectOf(input, graph, rule, state);
  if ('code' in effect) {
    return { ...trial, problem: notTestableText(effect.code, effect) };
  }
  const moved = state !== undefined || Math.abs(effect.causeChange) > LEAST_MOVE * changeOf(source, rows).spread;
  return moved ? { ...trial, effect } : { ...trial, problem: 'the source did not leave its normal range' };
}

function isOnGraph(graph: MetricGraph, { source = -1, target = -1 }: PropagationRule): boolean {
  const [from, to] = [graph.nodeOf(source), graph.nodeOf(target)];
  return from !== undefined && to !== undefined && reachableNodes(from, graph.effectsOf).has(to);
}

/** 1 where the rule is in force, 0 where it is not, NaN where the source is missing; undefined without a limit. */
function inForce({ above, below }: PropagationRule, { values }: EffectColumn): Float64Array | undefined {
  if (above === undefined && below === undefined) {
    return undefined;
  }
  return Float64Array.from(values, (value) => {
    if (!Number.isFinite(value)) {
      return Number.NaN;
    }
    return (above === undefined || value > above) && (below === undefined || value < below) ? 1 : 0;
  });
}

function countOf(state: Float64Array, { baseline, incident }: UsableRows): number {
  return [...baseline, ...incident].filter((row) => state[row] === 1).length;
}

function imbalance(rowsInForce: number, { baseline, incident }: UsableRows): string | undefined {
  const total = baseline.length + incident.length;
  if (rowsInForce < LEAST_IN_FORCE) {
    return `the condition held in ${rowsInForce} of ${total} rows`;
  }
  return total - rowsInForce < LEAST_NOT_IN_FORCE
    ? 'the condition held nearly all the time: nothing to compare with'
    : undefined;
}

function effectOf(
  { columns, window, seed, entry }: RuleInput,
  graph: MetricGraph,
  { source = -1, target = -1 }: PropagationRule,
  state: Float64Array | undefined
): UncorrectedEffect | Untested {
  const load = entry === undefined ? undefined : graph.trafficOf(entry);
  const set = backdoorSet(graph, (column) => columns[column]?.metric, { cause: source, target, load });
  const origin = columns[source];
  const question = { columns, cause: source, target, set, window, baselineRows: BASELINE_ROWS };
  if (!state || !origin) {
    return testEffect(question, seed);
  }
  // The rule being in force is a column of its own, behind the others.
  const withState = [...columns, { ...origin, values: state, unit: 'rule in force' }];
  return testEffect({ ...question, columns: withState, cause: columns.length }, seed);
}
