import type { ExecutionStep, ExecutionStepPhase, PlanStep } from '#contracts';
import type { Tone } from '../tone.ts';
import { STEP_TEXTS as T } from './plan-texts.ts';

/** How the state of a step is shown: words, tone and an icon, so that nothing depends on colour. */
export interface StepState {
  readonly label: string;
  readonly tone: Tone;
  readonly icon:
    | 'hourglass'
    | 'play'
    | 'sync'
    | 'check-circle'
    | 'exclamation-triangle'
    | 'minus-circle'
    | 'times-circle'
    | 'user'
    | 'clock-nine';
}

const PHASES: Readonly<Record<ExecutionStepPhase, StepState>> = {
  pending: { label: 'Not yet', tone: 'neutral', icon: 'hourglass' },
  intent: { label: 'Being sent', tone: 'info', icon: 'play' },
  applied: { label: 'Sent, not there yet', tone: 'info', icon: 'sync' },
  settled: { label: 'Done', tone: 'success', icon: 'check-circle' },
  stuck: { label: 'Does not arrive', tone: 'error', icon: 'exclamation-triangle' },
  skipped: { label: 'Skipped', tone: 'neutral', icon: 'minus-circle' },
  failed: { label: 'Not done', tone: 'error', icon: 'times-circle' },
  'undo-intent': { label: 'Being taken back', tone: 'warning', icon: 'sync' },
  undone: { label: 'Taken back', tone: 'warning', icon: 'minus-circle' },
  'undo-refused': { label: 'Could not be taken back', tone: 'error', icon: 'exclamation-triangle' },
};
const WAITS_FOR_PERSON: StepState = { label: 'Waits for a person', tone: 'warning', icon: 'user' };
const TEMPORARY: StepState = { label: 'Done, for a time', tone: 'success', icon: 'clock-nine' };

/** Systems on which nothing is changed: the step is only recorded, waited for or asked. */
const PASSIVE: readonly string[] = ['none', 'record'];

/** Whether a step waits until a person has done something outside. */
export function waitsForPerson(step: Pick<PlanStep, 'action'> | undefined, state: Pick<ExecutionStep, 'phase'>) {
  return step?.action === 'manual' && state.phase === 'applied';
}

/** The state of a step in words. `done` alone is shown as a success, and only once the platform said so. */
export function toStepState(
  step: Pick<PlanStep, 'action'> | undefined,
  state: Pick<ExecutionStep, 'phase' | 'releaseMs'>
): StepState {
  if (waitsForPerson(step, state)) {
    return WAITS_FOR_PERSON;
  }
  return state.phase === 'settled' && state.releaseMs !== null ? TEMPORARY : PHASES[state.phase];
}

/** What a step does it to, and how many pods feel it: `Deployment shop/payment, 2 pods disturbed (40 %)`. */
export function describeStepTarget({ target, size }: Pick<PlanStep, 'target' | 'size'>): string {
  if (PASSIVE.includes(target.system)) {
    return T.passive;
  }
  const place = target.namespace === undefined ? target.name : `${target.namespace}/${target.name}`;
  if (size?.pods === 0) {
    return `${target.kind} ${place}, ${T.noPod}`;
  }
  const pods = size?.pods === undefined ? undefined : T.pods(size.pods);
  const share = size?.percent === undefined ? undefined : T.share(Math.round(size.percent));
  const known = [pods, share].filter((part) => part !== undefined);
  return [`${target.kind} ${place}`, ...(known.length > 0 ? known : [T.sizeNotKnown])].join(', ');
}
