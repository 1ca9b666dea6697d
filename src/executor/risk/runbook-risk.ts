import type { Ratio } from '#model';
import type { ActionRegistry } from '../actions/registry.ts';
import type { CompiledPlan } from '../runbooks/index.ts';

/** What a runbook says about itself can raise the base of its actions, never lower it. */
const RUNBOOK_RISK: Readonly<Record<'low' | 'medium' | 'high' | 'critical', number>> = {
  low: 0,
  medium: 0.4,
  high: 0.7,
  critical: 0.9,
};

/** Base risk of a runbook: that of its riskiest step (A5.9), or what it says about itself when that is more. */
export function riskBaseOf({ policy, steps }: Pick<CompiledPlan, 'policy' | 'steps'>, actions: ActionRegistry): Ratio {
  return Math.max(RUNBOOK_RISK[policy.risk], ...steps.map(({ action }) => actions.byName.get(action)?.riskBase ?? 1));
}
