import type { PlanRecord } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { LedgerSession } from '../store/ledger.ts';

/**
 * Queues the execution of an approved plan and takes the locks of its targets.
 * @throws ExecutorError ALREADY_PROCESSED, TARGET_BUSY
 */
export async function queueExecution(
  context: Pick<ExecutorContext, 'clock' | 'newId'>,
  session: LedgerSession,
  plan: PlanRecord
): Promise<void> {
  const startedMs = context.clock.now();
  const id = context.newId();
  const steps = plan.steps.map((step) => ({
    id: step.id,
    targetKey: step.target.system === 'none' ? null : step.target.key,
    operationId: context.newId(),
    undoOperationId: context.newId(),
  }));
  const { incidentId, action } = plan;
  const targetKey = steps.find((step) => step.targetKey !== null)?.targetKey ?? plan.steps[0]?.target.key ?? '';
  const stopped = await session.executions.insert({
    id,
    planId: plan.id,
    incidentId,
    action,
    targetKey,
    steps,
    startedMs,
  });
  if (stopped) {
    throw stopped.refused === null
      ? new ExecutorError('ALREADY_PROCESSED', 'The plan was executed before.')
      : new ExecutorError('TARGET_BUSY', `Another action is running on ${stopped.refused}, or it waits for a person.`);
  }
  const operations = steps.map(({ operationId }) => operationId);
  const details = { planId: plan.id, planHash: plan.planHash, operations };
  await record(session, { atMs: startedMs, actor: EXECUTOR_ACTOR, event: 'execution.queued', subject: id, details });
}
