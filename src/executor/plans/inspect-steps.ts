import type { PlanStep, StepCondition } from '#contracts';
import type { ActionInput, TargetState } from '../actions/action.ts';
import type { ActionRegistry } from '../actions/registry.ts';

/** A step before its target was looked at. */
export interface StepQuestion {
  readonly id: string;
  readonly action: string;
  readonly input: ActionInput;
  readonly timeoutSeconds: number;
  /** `none`: its effect stays whatever happens. Default auto. */
  readonly compensate?: 'auto' | 'none' | undefined;
  readonly condition?: StepCondition | undefined;
  readonly retries?: number | undefined;
  readonly ttlSeconds?: number | undefined;
}

/** A step as its target is now, and the state that the dry run saw. */
export interface InspectedStep {
  readonly step: PlanStep;
  readonly state: TargetState;
}

/**
 * Reads the target of every step and asks the platform for a dry run on exactly the state read. Equal targets give equal
 * steps, so that a plan can be compiled again and compared.
 * @throws ExecutorError PARAMETER_INVALID, TARGET_UNKNOWN, PLATFORM_REFUSED, PLATFORM_UNAVAILABLE
 */
export async function inspectSteps(
  registry: ActionRegistry,
  questions: readonly StepQuestion[],
  signal: AbortSignal
): Promise<readonly InspectedStep[]> {
  const found: InspectedStep[] = [];
  for (const { id, action: name, input, compensate = 'auto', ...rules } of questions) {
    const action = registry.get(name);
    const target = action.target(input);
    const state = await action.read(input, signal);
    const { diff, warnings } = await action.dryRun(input, state, signal);
    const { title, destructive } = action;
    // What touches nothing leaves nothing to take back.
    const reversible = target.system === 'none' || (action.reversible && compensate === 'auto');
    const expected = { uid: state.uid, version: state.version };
    const about = { id, action: name, title, input, target, expected };
    const { timeoutSeconds, condition, retries, ttlSeconds } = rules;
    const step: PlanStep = {
      ...about,
      diff,
      warnings,
      reversible,
      destructive,
      timeoutSeconds,
      ...(state.size ? { size: state.size } : {}),
      ...(condition ? { condition } : {}),
      ...(retries === undefined ? {} : { retries }),
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    };
    found.push({ state, step });
  }
  return found;
}

/** A step of a plan as a question again, to compare what it is now with what was approved. */
export function toQuestion({
  id,
  action,
  input,
  reversible,
  timeoutSeconds,
  condition,
  retries,
  ttlSeconds,
}: PlanStep): StepQuestion {
  return {
    id,
    action,
    input,
    timeoutSeconds,
    compensate: reversible ? 'auto' : 'none',
    condition,
    retries,
    ttlSeconds,
  };
}
