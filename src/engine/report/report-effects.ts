import type {
  CausalEffect,
  EffectInterval,
  EffectsReport,
  MetricOfService,
  PropagationRule,
  RuleFinding,
  Unit,
} from '#model';
import { counterfactualText, verdictText } from '../effects/effect-text.ts';
import type { TestedEffect, UntestableEffect } from '../effects/effect-result.ts';
import { estimateEffects } from '../effects/estimate-effects.ts';
import type { PropagationRule as RuleColumns } from '../effects/propagation-rule.ts';
import { checkPropagationRules } from '../effects/propagation-rules.ts';
import { declaredMetric } from '../rca/declared-metric.ts';
import { toEffectColumns, type EffectColumns } from '../rca/effect-columns.ts';
import type { RankedCandidate } from '../rca/rank.ts';
import { mainOf, type RcaCase, symptomKind } from '../rca/rca-case.ts';
import type { SignalEvidence } from '../rca/signal-evidence.ts';
import { formatValue, signalName } from './format.ts';
import { toMetric } from './metric-name.ts';

/** Signals of one service whose effect is asked for. */
const PER_SERVICE = 2;
/** Services, the causes first: the correction for many candidates makes every further one dearer. */
const SERVICES = 5;
/** Deviation below which a signal is no candidate. */
const STRANGE = 2;

/**
 * How much of the trouble at the target each possible cause carries, and what the declared propagation rules are worth.
 *
 * @param rca  the case
 * @param ranked  possible causes, causes first; others count only where the target calls them, directly or not
 * @param causes  how many of them are causes
 * @param rules  of the topology file
 * @returns effects of two signals of each of the first five services on the symptom of the target: of their own symptom
 * of the same kind, and of the strangest other
 * Cost at most ten effects and one per rule, see `estimateEffects`. Ref: A4.2, A4.7 to A4.9; RCA specification 10.
 */
export function reportEffects(
  rca: RcaCase,
  ranked: readonly RankedCandidate[],
  causes: number,
  rules: readonly PropagationRule[]
): EffectsReport {
  const table = toEffectColumns(rca);
  const symptom = mainOf(rca.evidence(rca.target.service), symptomKind(rca));
  const target = symptom && table?.columnOf(symptom);
  if (!table || !symptom || target === undefined) {
    const reason = `The ${signalName(symptomKind(rca))} of ${rca.target.service} is not measured.`;
    return { effects: [], rules: [], reason };
  }
  const candidates = ranked
    .filter(({ service }, i) => i < causes || rca.reached.has(service))
    .slice(0, SERVICES)
    .flatMap((candidate) => strangest(rca, table, candidate))
    .filter((column) => column !== target);
  const answer = estimateEffects({ ...table.input, target, candidates });
  const metric = toMetric(symptom);
  const effects = [
    ...answer.tested.map((effect) => toEffect(table, effect, metric)),
    ...answer.notTestable.flatMap((effect) => toUntestable(table, effect)),
  ];
  return {
    target: metric,
    effects,
    rules: checkRules(rca, table, rules),
    ...(effects.length === 0
      ? { reason: `No other signal than that of ${rca.target.service} left its usual range.` }
      : {}),
  };
}

/** Of each kind one signal: the symptom that the target shows, then the strangest that have a place in the graph. */
function strangest(rca: RcaCase, table: EffectColumns, { service }: RankedCandidate): readonly number[] {
  const evidence = rca.evidence(service);
  const kinds = evidence
    .filter((item) => item.z > STRANGE && item.signal.harm !== 'both' && table.columnOf(item) !== undefined)
    .toSorted((left, right) => right.z - left.z)
    .map(({ signal }) => signal.kind);
  const symptom = kinds.filter((kind) => kind === symptomKind(rca));
  return [...new Set([...symptom, ...kinds])].slice(0, PER_SERVICE).flatMap((kind) => {
    const item = mainOf(evidence, kind);
    return (item && table.columnOf(item)) ?? [];
  });
}

function toEffect(table: EffectColumns, effect: TestedEffect, target: MetricOfService): CausalEffect {
  const item = table.items[effect.column];
  const metric = item ? toMetric(item) : { ...target, metric: effect.metric };
  return {
    ...metric,
    verdict: effect.verdict,
    ...(effect.share ? { share: effect.share } : {}),
    ...readableSlope(effect.slope, target.unit, metric.unit),
    p: effect.p,
    q: effect.q,
    refutedBy: effect.refutedBy,
    explanation: verdictText(effect),
    counterfactual: counterfactualText(effect, {
      cause: nameOf(metric),
      target: nameOf(target),
      format: (value) => formatValue(value, target.unit),
    }),
  };
}

function toUntestable(table: EffectColumns, { column, reason }: UntestableEffect): readonly CausalEffect[] {
  const item = table.items[column];
  return item
    ? [{ ...toMetric(item), verdict: 'not-testable', refutedBy: [], explanation: `Not testable: ${reason}.` }]
    : [];
}

const nameOf = ({ metric, service }: MetricOfService): string => `${metric} of ${service}`;

/** Units in which slopes are near one, and how many of them a base unit holds. */
const UNITS: Readonly<Record<Unit, readonly [name: string, perBaseUnit: number]>> = {
  seconds: ['ms', 1000],
  bytes: ['MiB', 1 / 1_048_576],
  ratio: ['percentage point', 100],
  'per-second': ['1/s', 1],
  count: ['1', 1],
  cores: ['core', 1],
  dimensionless: ['1', 1],
};

function readableSlope(slope: EffectInterval, target: Unit, cause: Unit): Pick<CausalEffect, 'slope' | 'slopeUnit'> {
  const [targetName, targetFactor] = UNITS[target];
  const [causeName, causeFactor] = UNITS[cause];
  const convert = (value: number): number => (value * targetFactor) / causeFactor;
  const bound = (value: number | null): number | null => (value === null ? null : convert(value));
  return {
    slope: { value: convert(slope.value), low: bound(slope.low), high: bound(slope.high) },
    slopeUnit: `${targetName} per ${causeName}`,
  };
}

function checkRules(rca: RcaCase, table: EffectColumns, rules: readonly PropagationRule[]): readonly RuleFinding[] {
  const columnOf = (item: SignalEvidence | undefined) => item && table.columnOf(item);
  const columns = rules.map((rule, index): RuleColumns => {
    const { cause, effect, confidence } = rule;
    const rises = cause.comparison.startsWith('>');
    return {
      id: String(index),
      source: columnOf(declaredMetric(rca, cause.service, cause.metric)),
      ...(rises ? { above: cause.threshold } : { below: cause.threshold }),
      target: columnOf(declaredMetric(rca, effect.service, effect.symptom)),
      direction: effect.change === 'increase' ? 'rises' : 'falls',
      confidence,
    };
  });
  const checks = checkPropagationRules(table.input, columns);
  return rules.flatMap((rule, index) => {
    const check = checks[index];
    return check ? [{ rule, outcome: check.outcome, explanation: `${capital(check.reason)}.` }] : [];
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
