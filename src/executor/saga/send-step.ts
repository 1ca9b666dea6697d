import type { JsonObject } from '#contracts';
import type { EpochMs } from '#model';
import type { Action, EffectOutcome, EffectRequest, Progress } from '../actions/action.ts';
import { pauseRealTime } from '../clock.ts';
import { ExecutorError } from '../errors.ts';
import type { RunStep, SagaRun } from './journal.ts';
import { askHuman, changeStep, stepAt } from './journal.ts';

/** Pauses between attempts to learn an unknown outcome, or to reach a platform again, in real milliseconds. */
const RETRY_PAUSES_MS = [250, 500, 1000, 2000];
const MAX_PAUSE_MS = 10_000;
/** Between two looks at a change that is on its way, in milliseconds of the executor's clock. */
const PROGRESS_EVERY_MS = 5000;

/** What became of an effect. `unclear`: a person has to look at the target. */
interface Sent {
  readonly kind: 'applied' | 'not-applied' | 'unclear';
  readonly message: string;
  readonly details?: JsonObject | undefined;
}

/** Sends an effect whose intent is stored, or finds out what became of it, and commits the result. */
export async function sendStep(run: SagaRun, position: number): Promise<void> {
  const step = stepAt(run, position);
  const { operationId } = step.state;
  const sent = await send(run, step, run.fresh.has(operationId));
  run.fresh.delete(operationId);
  if (sent.kind === 'unclear') {
    await askHuman(run, sent.message);
    return;
  }
  const effectMs = run.context.clock.now();
  const { message, details } = sent;
  if (sent.kind === 'applied') {
    const { ttlSeconds } = step.planned;
    const releaseMs = ttlSeconds === undefined ? undefined : effectMs + ttlSeconds * 1000;
    const change = { position, from: ['intent'], to: 'applied', message, effectMs, details, releaseMs } as const;
    const told = { ...(details ? { details } : {}), ...(releaseMs === undefined ? {} : { releaseMs }) };
    await changeStep(run, change, 'action.result', { operationId, message, ...told });
    return;
  }
  const change = { position, from: ['intent'], to: 'failed', message, details } as const;
  await changeStep(run, change, 'action.refused', { operationId, message, ...(details ? { details } : {}) });
}

/** An unknown outcome is resolved by reading; only what is known not to have happened is sent again. */
async function send(run: SagaRun, step: RunStep, isFresh: boolean): Promise<Sent> {
  const action = run.context.actions.get(step.planned.action);
  const request = requestOf(step);
  let sure = isFresh;
  let uncertain = !isFresh;
  let busy = 0;
  for (const pauseMs of [...RETRY_PAUSES_MS, null]) {
    const tried = await tryOnce(run, action, request, sure);
    uncertain ||= tried.kind === 'unknown';
    const sent = judge(tried, uncertain);
    if (sent) {
      return sent;
    }
    sure &&= tried.kind === 'unavailable';
    busy += tried.kind === 'unavailable' ? 1 : 0;
    // A runbook may ask for fewer attempts, not for fewer looks at what became of one.
    if (pauseMs === null || (sure && busy > (step.planned.retries ?? Infinity))) {
      return sure ? { kind: 'not-applied', message: `nothing was sent: ${tried.message}` } : unclear(tried.message);
    }
    const askedMs = (tried.retryAfterSeconds ?? 0) * 1000;
    await pauseRealTime(Math.min(MAX_PAUSE_MS, Math.max(pauseMs, askedMs)));
  }
  return unclear('the outcome is unknown');
}

/** What one attempt gave. `looked`: it was found by reading. */
type Tried = EffectOutcome & { readonly looked?: true };

/** Looks first where something may have been sent before. */
async function tryOnce(run: SagaRun, action: Action, request: EffectRequest, sure: boolean): Promise<Tried> {
  if (sure) {
    return sendOnce(run, action, request, false);
  }
  const { kind, message } = await action.resolve(request, run.signal);
  return kind === 'not-applied' ? sendOnce(run, action, request, true) : { kind, message, looked: true };
}

/** What an attempt means; undefined when it has to be tried again. */
function judge({ kind, message, looked, details }: Tried, uncertain: boolean): Sent | undefined {
  if (kind === 'applied') {
    return { kind, message, details };
  }
  if (kind === 'conflict' && looked) {
    return unclear(message);
  }
  // A conflict after an unknown outcome may be of our own making: the first attempt arrived late.
  const again = kind === 'unknown' || kind === 'unavailable' || (kind === 'conflict' && uncertain);
  return again ? undefined : refused({ kind, message, details });
}

/** A change that was interrupted is not sent any more once the executor is frozen. */
async function sendOnce(
  { context, signal }: SagaRun,
  action: Action,
  request: EffectRequest,
  again: boolean
): Promise<EffectOutcome> {
  if (again && (await context.ledger.read.settings.freeze()).frozen) {
    return { kind: 'refused', message: 'frozen since; it had not been sent' };
  }
  // A change in flight is not cut off when the executor stops: its outcome is worth the wait.
  signal.throwIfAborted();
  return action.apply(request, new AbortController().signal);
}

function refused({ kind, message, details }: Pick<Sent, 'message' | 'details'> & Pick<EffectOutcome, 'kind'>): Sent {
  const text = kind === 'conflict' ? 'target changed since approval' : `refused: ${message}`;
  return { kind: 'not-applied', message: text, details };
}

function unclear(message: string): Sent {
  return { kind: 'unclear', message: `it is not known whether the action took effect: ${message}` };
}

function requestOf({ planned, state }: RunStep): EffectRequest {
  if (!state.intent) {
    throw new Error(`step ${planned.id} has no intent`);
  }
  const { expected, preImage, mintedMs } = state.intent;
  return {
    input: planned.input,
    expected,
    preImage,
    mintedMs,
    operationId: state.operationId,
  };
}

/** How far a change got. A platform that does not answer says nothing yet; one that refuses to say will not. */
export async function readProgress(
  action: Pick<Action, 'progress'>,
  input: EffectRequest['input'],
  message: string,
  signal: AbortSignal,
  sinceMs?: EpochMs
): Promise<Progress> {
  try {
    return action.progress ? await action.progress(input, signal, sinceMs) : { state: 'settled', message };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ExecutorError)) {
      throw error;
    }
    return { state: error.code === 'PLATFORM_UNAVAILABLE' ? 'pending' : 'stuck', message: error.message };
  }
}

/** Waits until an effect has arrived, at most as long as the step may take. */
export async function settleStep(run: SagaRun, position: number): Promise<void> {
  const { context, signal } = run;
  const { planned, state } = stepAt(run, position);
  const action = context.actions.get(planned.action);
  const sinceMs = state.effectMs ?? context.clock.now();
  const deadlineMs = sinceMs + planned.timeoutSeconds * 1000;
  while (await isWaiting(run, position)) {
    const progress = await readProgress(action, planned.input, state.message, signal, sinceMs);
    if (progress.state === 'settled') {
      const change = { position, from: ['applied'], to: 'settled', message: progress.message } as const;
      await changeStep(run, change, 'action.settled', { message: progress.message });
      return;
    }
    if (progress.state === 'stuck' || context.clock.now() >= deadlineMs) {
      const message = `the change does not arrive: ${progress.message}`;
      await changeStep(run, { position, from: ['applied'], to: 'stuck', message }, 'action.stuck', { message });
      return;
    }
    await context.clock.sleepUntil(Math.min(deadlineMs, context.clock.now() + PROGRESS_EVERY_MS), signal);
  }
}

/** Whether the step is still on its way: a person may have confirmed it, or asked to stop. */
async function isWaiting({ context, execution }: SagaRun, position: number): Promise<boolean> {
  const now = await context.ledger.read.executions.findActive(execution.id);
  return now?.steps[position]?.phase === 'applied' && now.cancelledBy === null;
}
