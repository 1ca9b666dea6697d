import type { AutonomyLevel, PlanTarget } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record, write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { AutonomyFact } from '../guards/autonomy.ts';
import { earnedAutonomy } from '../guards/autonomy.ts';
import type { PlanDraft } from '../plans/plan-draft.ts';
import type { PastExecution } from '../store/execution-store.ts';
import type { LedgerSession } from '../store/ledger.ts';

/** Executions that count at most. */
const HISTORY = 500;

/** What a runbook has earned in a namespace, from the executions in the ledger. */
export function autonomyOf(
  history: readonly PastExecution[],
  runbook: string,
  namespace: string | undefined,
  { start, ceiling }: ExecutorContext['policy']['autonomy']
): { readonly level: AutonomyLevel; readonly inARow: number } {
  const facts = history
    .filter(({ action, target, acted }) => acted && action === runbook && isSameNamespace(target, namespace))
    .toReversed()
    .map(({ outcome }): AutonomyFact => ({ result: resultOf(outcome) }));
  return earnedAutonomy(facts, start, ceiling);
}

/** Of a runbook as the ledger has it now. */
export async function readAutonomy(
  { policy }: Pick<ExecutorContext, 'policy'>,
  session: LedgerSession,
  { action, target }: Pick<PlanDraft, 'action' | 'target'>
): Promise<AutonomyLevel> {
  const history = await session.executions.history(HISTORY);
  return autonomyOf(history, action, target.namespace, policy.autonomy).level;
}

/**
 * The backend may propose what has risen to `approve`; below that a person has to. What it would have proposed is recorded.
 * @throws ExecutorError AUTONOMY
 */
export async function requireAutonomy(context: ExecutorContext, draft: PlanDraft): Promise<void> {
  if (!draft.runbook) {
    return;
  }
  const level = await readAutonomy(context, context.ledger.read, draft);
  if (level === 'approve' || level === 'auto') {
    return;
  }
  const { incidentId, action, target, parameters } = draft;
  const event = level === 'shadow' ? 'plan.shadowed' : 'plan.suggested';
  const details = { action, target, parameters };
  await write(context, (session) =>
    record(session, { atMs: context.clock.now(), actor: EXECUTOR_ACTOR, event, subject: incidentId, details })
  );
  throw new ExecutorError('AUTONOMY', `${action} is at level ${level} here: a person has to propose it.`);
}

function isSameNamespace(target: PlanTarget, namespace: string | undefined): boolean {
  return (target.namespace ?? '') === (namespace ?? '');
}

function resultOf(outcome: PastExecution['outcome']): AutonomyFact['result'] {
  switch (outcome) {
    case 'recovered':
      return 'verified';
    case 'cancelled':
      return 'disagreed';
    case 'no-data':
      return 'agreed';
    default:
      return 'failed';
  }
}
