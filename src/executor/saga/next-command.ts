import type { SagaCommand, SagaState, StepPhase, StepState } from './saga-state.ts';

/**
 * What an execution does next. Pure: the ledger alone decides, so that a process that was killed anywhere goes on as if
 * nothing had happened.
 *
 * Steps run in order. An effect that may have happened is resolved before anything else. After a failed step, a
 * verification that failed, or a cancellation, what was done is taken back in reverse order, when the plan says so and every
 * step of it can be; otherwise a person is asked, or the outcome says what is left standing.
 */
export function nextCommand(state: SagaState): SagaCommand {
  const open = state.steps.findIndex(({ phase }) => phase === 'intent');
  if (open >= 0) {
    return { kind: 'resolve', step: open };
  }
  return state.direction === 'forward' ? forward(state) : undo(state);
}

function forward(state: SagaState): SagaCommand {
  const { steps } = state;
  if (state.cancelled && state.verification === undefined) {
    return standing(steps).length === 0 ? { kind: 'finish', outcome: 'cancelled' } : back(state, 'cancelled');
  }
  const next = steps.findIndex(({ phase }) => phase !== 'settled' && phase !== 'skipped');
  switch (steps[next]?.phase) {
    case 'pending':
      return { kind: 'begin', step: next };
    case 'applied':
      return { kind: 'settle', step: next };
    case undefined:
      return judged(state);
    default:
      return standing(steps).length === 0 ? { kind: 'finish', outcome: 'failed' } : back(state, 'step-failed');
  }
}

function judged(state: SagaState): SagaCommand {
  const { verification } = state;
  if (standing(state.steps).length === 0) {
    return { kind: 'finish', outcome: 'failed' };
  }
  if (verification === undefined) {
    return { kind: 'verify' };
  }
  return verification === 'recovered' ? { kind: 'finish', outcome: verification } : back(state, verification);
}

type Reason = Extract<SagaCommand, { kind: 'turn-back' }>['because'];

/** Takes back what stands, or says why not. A cancellation asks for it whatever the plan says. */
function back({ steps, onFailure }: SagaState, because: Reason): SagaCommand {
  const wanted = because === 'cancelled' ? 'rollback' : onFailure;
  if (wanted === 'hold') {
    return { kind: 'ask-human', because: 'hold' };
  }
  if (wanted === 'notify') {
    return { kind: 'finish', outcome: because === 'step-failed' || because === 'cancelled' ? 'partial' : because };
  }
  return standing(steps).every(({ compensable }) => compensable)
    ? { kind: 'turn-back', because }
    : { kind: 'ask-human', because: 'not-reversible' };
}

const STANDING: ReadonlySet<StepPhase> = new Set<StepPhase>(['applied', 'settled', 'stuck']);

/** Steps whose effect is there. */
function standing(steps: readonly StepState[]): readonly StepState[] {
  return steps.filter(({ phase }) => STANDING.has(phase));
}

function undo({ steps }: SagaState): SagaCommand {
  const last = steps.findLastIndex(
    ({ phase }) => STANDING.has(phase) || phase === 'undo-intent' || phase === 'undo-refused'
  );
  const step = steps[last];
  if (!step) {
    return { kind: 'finish', outcome: 'rolled-back' };
  }
  if (step.phase === 'undo-refused') {
    return { kind: 'ask-human', because: 'undo-refused' };
  }
  return { kind: step.phase === 'undo-intent' ? 'resolve-undo' : 'undo', step: last };
}
