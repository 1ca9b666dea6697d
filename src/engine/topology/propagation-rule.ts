import type { PropagationRule, RuleComparison } from '#model';

/** A rule as a topology file writes it. */
export interface WrittenRule {
  /** For instance `postgres.pg_connections > 90%`. */
  readonly if: string;
  /** For instance `order-service.latency_increase`. */
  readonly then: string;
  readonly confidence: number;
}

/** A rule that could be read, or what is wrong with which field. */
export type ReadRule =
  | { readonly rule: PropagationRule; readonly problem?: never }
  | { readonly rule?: never; readonly problem: { readonly field: keyof WrittenRule; readonly message: string } };

const CONDITION = /^(.+)\.([A-Za-z_:][A-Za-z0-9_:]*)\s*(>=|<=|>|<)\s*(\d{1,18}(?:\.\d{1,18})?)\s*(%?)$/;
const EFFECT = /^(.+)\.([A-Za-z_:][A-Za-z0-9_:]*)_(increase|decrease)$/;
const MAX_LENGTH = 1000;

/**
 * Reads a propagation rule.
 *
 * The part before the last dot names the service, so that names with dots work. A percentage is turned into a share.
 *
 * @param written  the texts of the file; hostile input
 * @returns the rule, or the field that cannot be read and what it should look like; never throws
 * Cost O(length). Ref: A4.2.
 */
export function readPropagationRule(written: WrittenRule): ReadRule {
  const condition = CONDITION.exec(written.if.slice(0, MAX_LENGTH).trim());
  if (!condition) {
    const message = 'is no condition; write service.metric > number, for example postgres.pg_connections > 90%';
    return { problem: { field: 'if', message } };
  }
  const effect = EFFECT.exec(written.then.slice(0, MAX_LENGTH).trim());
  if (!effect) {
    const message = 'is no effect; write service.symptom_increase or _decrease, for example order.latency_increase';
    return { problem: { field: 'then', message } };
  }
  const { confidence } = written;
  if (!(confidence >= 0 && confidence <= 1)) {
    return { problem: { field: 'confidence', message: 'is no share; write a number from 0 to 1, for example 0.85' } };
  }
  const [, causeService = '', metric = '', comparison, number = '', sign = ''] = condition;
  const [, effectService = '', symptom = '', change] = effect;
  const percent = sign === '%';
  return {
    rule: {
      cause: {
        service: causeService.trim(),
        metric,
        comparison: comparison as RuleComparison,
        threshold: percent ? Number(number) / 100 : Number(number),
        percent,
      },
      effect: { service: effectService.trim(), symptom, change: change === 'decrease' ? 'decrease' : 'increase' },
      confidence,
    },
  };
}

/**
 * Writes a rule as a topology file has it.
 *
 * @param rule  a rule that was read
 * @returns texts that are read as the same rule
 * Cost O(length).
 */
export function writePropagationRule({ cause, effect, confidence }: PropagationRule): WrittenRule {
  const threshold = cause.percent ? `${Number((cause.threshold * 100).toPrecision(15))}%` : String(cause.threshold);
  return {
    if: `${cause.service}.${cause.metric} ${cause.comparison} ${threshold}`,
    then: `${effect.service}.${effect.symptom}_${effect.change}`,
    confidence,
  };
}
