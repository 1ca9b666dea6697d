import type { EffectOutcome } from '../actions/action.ts';
import { pauseRealTime } from '../clock.ts';
import { changesSomething } from '../guards/check-plan.ts';
import type { SagaRun } from './journal.ts';
import { changeStep, stepAt } from './journal.ts';

const RETRY_PAUSES_MS = [250, 500, 1000, 2000, 4000];

/** Commits the intent to take a step back. */
export async function beginUndo(run: SagaRun, position: number): Promise<void> {
  const { state } = stepAt(run, position);
  const { operationId, undoOperationId } = state;
  const from = ['applied', 'settled', 'stuck'] as const;
  const change = { position, from, to: 'undo-intent', message: 'taking it back' } as const;
  await changeStep(run, change, 'undo.intent', { operationId, undoOperationId });
}

/** Takes a step back. Safe to repeat: the action reads first, and acts only while the target carries our mark. */
export async function sendUndo(run: SagaRun, position: number): Promise<void> {
  const outcome = await compensate(run, position);
  const undoneMs = run.context.clock.now();
  const { message } = outcome;
  await (outcome.kind === 'applied'
    ? changeStep(run, { position, from: ['undo-intent'], to: 'undone', message, undoneMs }, 'undo.result', { message })
    : changeStep(run, { position, from: ['undo-intent'], to: 'undo-refused', message }, 'undo.refused', { message }));
}

async function compensate(run: SagaRun, position: number): Promise<Pick<EffectOutcome, 'kind' | 'message'>> {
  const { planned, state } = stepAt(run, position);
  const action = run.context.actions.get(planned.action);
  if (!action.compensate && !changesSomething(planned)) {
    return { kind: 'applied', message: 'there is nothing to take back' };
  }
  if (!action.compensate || !state.intent) {
    return { kind: 'refused', message: 'there is no way back' };
  }
  const { operationId, undoOperationId, intent } = state;
  const request = { ...intent, input: planned.input, operationId, undoOperationId };
  let outcome: EffectOutcome = { kind: 'unknown', message: 'not tried' };
  for (const pauseMs of [0, ...RETRY_PAUSES_MS]) {
    await pauseRealTime(pauseMs);
    run.signal.throwIfAborted();
    outcome = await action.compensate(request, new AbortController().signal);
    if (outcome.kind !== 'unknown' && outcome.kind !== 'unavailable') {
      return outcome;
    }
  }
  return outcome;
}
