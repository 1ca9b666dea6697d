import type { ExecutionOutcome, NotificationEvent, PlanStep } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record, write } from '../context.ts';
import { announce } from '../notifications/announce.ts';
import type { ActiveExecution, ActiveStep, StepChange } from '../store/execution-store.ts';
import type { StoredPlan } from '../store/plan-store.ts';

/** What a command of the saga works with. */
export interface SagaRun {
  readonly context: ExecutorContext;
  readonly execution: ActiveExecution;
  readonly plan: StoredPlan;
  /** Operations whose intent this process has just stored: nothing can have been sent before. */
  readonly fresh: Set<string>;
  readonly signal: AbortSignal;
}

/** A step with its place and its plan. */
export interface RunStep {
  readonly position: number;
  readonly planned: PlanStep;
  readonly state: ActiveStep;
}

/** @throws Error when the plan has no such step, which the ledger makes impossible */
export function stepAt({ execution, plan }: SagaRun, position: number): RunStep {
  const planned = plan.record.steps[position];
  const state = execution.steps[position];
  if (!planned || !state) {
    throw new Error(`execution ${execution.id} has no step ${position}`);
  }
  return { position, planned, state };
}

/** Stores a new phase of a step together with its audit entry; nothing when the step has moved on. */
export async function changeStep(
  { context, execution }: SagaRun,
  change: StepChange,
  event: string,
  details: Readonly<Record<string, unknown>>
): Promise<boolean> {
  return write(context, async (session) => {
    const changed = await session.executions.changeStep(execution.id, change);
    if (changed) {
      const atMs = context.clock.now();
      const entry = { atMs, actor: EXECUTOR_ACTOR, event, subject: execution.id };
      await record(session, { ...entry, details: { step: change.position + 1, ...details } });
    }
    return changed;
  });
}

/** Ends an execution with an outcome. */
export async function finish(
  { context, execution, plan }: SagaRun,
  outcome: ExecutionOutcome,
  message: string
): Promise<void> {
  await write(context, async (session) => {
    const atMs = context.clock.now();
    await session.executions.finish(execution.id, outcome, message, atMs);
    const details = { outcome, message };
    await record(session, { atMs, actor: EXECUTOR_ACTOR, event: 'execution.finished', subject: execution.id, details });
    await announce(context, session, plan.record, eventOf(outcome), `Ended: ${message}.`);
  });
}

function eventOf(outcome: ExecutionOutcome): NotificationEvent {
  return outcome === 'recovered' ? 'succeeded' : outcome === 'rolled-back' ? 'rolled-back' : 'failed';
}

/** Ends an execution without an outcome: a person has to look. */
export async function askHuman({ context, execution, plan }: SagaRun, message: string): Promise<void> {
  await write(context, async (session) => {
    const atMs = context.clock.now();
    await session.executions.needHuman(execution.id, message, atMs);
    const entry = { atMs, actor: EXECUTOR_ACTOR, event: 'execution.needs-human', subject: execution.id };
    await record(session, { ...entry, details: { message } });
    await announce(context, session, plan.record, 'needs-human', `A person has to look: ${message}.`);
  });
}
