import type { PlanStep } from '#contracts';
import type { ActionInput, TargetState } from '../actions/action.ts';
import type { ActionRegistry } from '../actions/registry.ts';

/** A step before its target was looked at. */
export interface StepQuestion {
  readonly id: string;
  readonly action: string;
  readonly input: ActionInput;
  readonly timeoutSeconds: number;
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
  for (const { id, action: name, input, timeoutSeconds } of questions) {
    const action = registry.get(name);
    const target = action.target(input);
    const state = await action.read(input, signal);
    const { diff, warnings } = await action.dryRun(input, state, signal);
    const { title, reversible, destructive } = action;
    const expected = { uid: state.uid, version: state.version };
    const about = { id, action: name, title, input, target, expected };
    found.push({ state, step: { ...about, diff, warnings, reversible, destructive, timeoutSeconds } });
  }
  return found;
}
