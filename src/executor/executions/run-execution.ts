import type { ExecutionOutcome } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record, write } from '../context.ts';
import { resolveAfterAction } from '../incidents/recovery.ts';
import type { ActiveExecution } from '../store/execution-store.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { performEffect } from './perform-effect.ts';
import { changeOf, inspectAgain, refusal } from './recheck.ts';
import { verifyEffect } from './verify-effect.ts';

/**
 * Takes an execution from where it stands to its end: intent committed, guarded effect, result committed, verification.
 * Safe to call again after a crash at any point: an effect that may have been sent is asked for with the same operation id.
 */
export async function runExecution(context: ExecutorContext, id: string, signal: AbortSignal): Promise<void> {
  const execution = await context.ledger.read.executions.findActive(id);
  const plan = execution && (await context.ledger.read.plans.find(execution.planId));
  if (!execution || !plan) {
    return;
  }
  if (execution.phase === 'queued' && !(await commitIntent(context, execution, plan, signal))) {
    return;
  }
  if (execution.phase !== 'applied' && !(await act(context, execution, plan))) {
    return;
  }
  const applied = await context.ledger.read.executions.findActive(id);
  if (!applied || applied.effectMs === null) {
    return;
  }
  const task = { executionId: id, checks: plan.record.verification, effectMs: applied.effectMs };
  const outcome = await verifyEffect(context, { ...task, roundsBefore: applied.rounds }, signal);
  if (outcome === 'recovered') {
    await resolveAfterAction(context, plan.record.incidentId, signal);
  }
}

/** Compiles again, compares with what was approved, and commits the intent. False when the execution has ended instead. */
async function commitIntent(
  context: ExecutorContext,
  execution: ActiveExecution,
  plan: StoredPlan,
  signal: AbortSignal
): Promise<boolean> {
  const inspection = await inspectAgain(context, plan, signal);
  if ('refused' in inspection) {
    await finish(context, execution, 'failed', inspection.refused);
    return false;
  }
  return write(context, async (session) => {
    const atMs = context.clock.now();
    const freeze = await session.settings.freeze();
    const reason = refusal(context, plan, inspection, freeze.frozen);
    if (reason !== undefined) {
      await session.executions.finish(execution.id, 'failed', reason, atMs);
      const event = 'execution.refused';
      const entry = { atMs, actor: EXECUTOR_ACTOR, event, subject: execution.id, details: { reason } };
      await record(session, entry);
      return false;
    }
    if (!(await session.executions.markIntent(execution.id))) {
      return false;
    }
    const { planHash, action, target, parameters, targetVersion } = plan.record;
    const { operationId, planId } = execution;
    const details = { planId, planHash, operationId, action, target, parameters, targetVersion };
    const entry = { atMs, actor: EXECUTOR_ACTOR, event: 'action.intent', subject: execution.id };
    await record(session, { ...entry, details: { ...details, preImage: inspection.preImage } });
    return true;
  });
}

/** Performs the effect and commits its result. False when there is nothing to verify. */
async function act(
  context: ExecutorContext,
  execution: ActiveExecution,
  { record: plan }: StoredPlan
): Promise<boolean> {
  const sentBefore = execution.phase === 'intent';
  if (sentBefore && (await context.ledger.read.settings.freeze()).frozen) {
    await needHuman(context, execution, 'interrupted while acting and frozen since: look at the target');
    return false;
  }
  const { operationId } = execution;
  const request = { ...changeOf(plan), expectedVersion: plan.targetVersion, operationId };
  const result = await performEffect(context, request, sentBefore);
  if (result.kind === 'unclear') {
    await needHuman(context, execution, result.message);
    return false;
  }
  if (result.kind === 'not-applied') {
    await finish(context, execution, 'failed', result.message);
    return false;
  }
  await write(context, async (session) => {
    const atMs = context.clock.now();
    await session.executions.markApplied(execution.id, atMs, result.message);
    const details = { operationId, message: result.message };
    await record(session, { atMs, actor: EXECUTOR_ACTOR, event: 'action.result', subject: execution.id, details });
  });
  return true;
}

async function finish(
  context: ExecutorContext,
  { id }: ActiveExecution,
  outcome: ExecutionOutcome,
  message: string
): Promise<void> {
  await write(context, async (session) => {
    const atMs = context.clock.now();
    await session.executions.finish(id, outcome, message, atMs);
    const details = { outcome, message };
    await record(session, { atMs, actor: EXECUTOR_ACTOR, event: 'execution.finished', subject: id, details });
  });
}

async function needHuman(context: ExecutorContext, { id }: ActiveExecution, message: string): Promise<void> {
  await write(context, async (session) => {
    const atMs = context.clock.now();
    await session.executions.needHuman(id, message, atMs);
    const entry = { atMs, actor: EXECUTOR_ACTOR, event: 'execution.needs-human', subject: id, details: { message } };
    await record(session, entry);
  });
}
