import type { PropagationRule, ServiceName } from '#model';
import { declaredMetric } from './declared-metric.ts';
import type { RcaCase } from './rca-case.ts';

/** Deviation from which an effect is there, in calibrated standard deviations. */
const NOTICEABLE = 2;

/**
 * What declared propagation rules say about who started it.
 *
 * A rule speaks when its condition holds in the incident and did not hold before, and its effect shows: it then makes its
 * cause likelier by as many nats as its author is sure, at most one per service. A rule never speaks against anybody.
 *
 * @param rca  the case
 * @param rules  of the topology file
 * @returns nats by service; services without a rule that speaks are missing
 * Cost O(rules x signals of a service). Ref: A4.2, rules as priors.
 */
export function rulePrior(rca: RcaCase, rules: readonly PropagationRule[]): ReadonlyMap<ServiceName, number> {
  const prior = new Map<ServiceName, number>();
  for (const { cause, effect, confidence } of rules) {
    const source = declaredMetric(rca, cause.service, cause.metric);
    const target = declaredMetric(rca, effect.service, effect.symptom);
    if (!source || !target || !(confidence >= 0 && confidence <= 1)) {
      continue;
    }
    const rises = cause.comparison.startsWith('>');
    const beyond = (value: number): boolean => (rises ? value > cause.threshold : value < cause.threshold);
    const holds = beyond(rises ? source.score.high : source.score.low) && !beyond(source.score.median);
    const shows = (effect.change === 'increase' ? target.score.up : target.score.down) > NOTICEABLE;
    if (holds && shows) {
      prior.set(cause.service, Math.max(prior.get(cause.service) ?? 0, confidence));
    }
  }
  return prior;
}
