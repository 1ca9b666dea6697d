import type { ExecutorContext } from '../context.ts';
import { beginUndo, sendUndo } from '../saga/undo-step.ts';
import type { SagaRun } from '../saga/journal.ts';

/**
 * Takes back temporary changes whose time has come: of executions that are over, the rest is the saga's. Each is decided from the
 * ledger and guarded like any way back: a target that somebody else changed since is left alone, and a person is told.
 */
export async function releaseTemporary(context: ExecutorContext, signal: AbortSignal): Promise<void> {
  for (const { executionId, position } of await context.ledger.read.executions.releases(context.clock.now())) {
    signal.throwIfAborted();
    const execution = await context.ledger.read.executions.findWhole(executionId);
    const plan = execution && (await context.ledger.read.plans.find(execution.planId));
    if (execution && plan) {
      const run: SagaRun = { context, execution, plan, fresh: new Set(), signal };
      if (execution.steps[position]?.phase !== 'undo-intent') {
        await beginUndo(run, position);
      }
      await sendUndo(run, position);
    }
  }
}
