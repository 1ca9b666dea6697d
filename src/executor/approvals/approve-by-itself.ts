import type { PlanRecord } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record } from '../context.ts';
import type { PlanDraft } from '../plans/plan-draft.ts';
import { readAutonomy } from '../runbooks/autonomy-of.ts';
import type { LedgerSession } from '../store/ledger.ts';
import { announce } from '../notifications/announce.ts';
import { queueExecution } from './queue-execution.ts';

/**
 * Approves a new plan without a person, which is the exception: its runbook asks for it, has earned it here, nothing in it is
 * destructive or final, the risk is low and no guard rail speaks against it.
 * @returns whether it did
 */
export async function approveByItself(
  context: ExecutorContext,
  session: LedgerSession,
  plan: PlanRecord,
  draft: PlanDraft
): Promise<boolean> {
  const { autonomy } = context.policy;
  const isMeant =
    draft.approval.mode === 'auto-if-low-risk' &&
    plan.reversible &&
    plan.steps.every(({ destructive }) => !destructive) &&
    plan.risk.score < autonomy.autoBelowRisk &&
    plan.guards.length === 0;
  if (!isMeant || (await readAutonomy(context, session, draft)) !== 'auto') {
    return false;
  }
  const atMs = context.clock.now();
  if (!(await session.plans.decide(plan.id, 'auto_approved', atMs))) {
    return false;
  }
  const details = { planHash: plan.planHash, risk: plan.risk.score, below: autonomy.autoBelowRisk };
  await record(session, { atMs, actor: EXECUTOR_ACTOR, event: 'plan.auto-approved', subject: plan.id, details });
  await queueExecution(context, session, plan);
  await announce(context, session, plan, 'approved', 'Approved by itself: low risk, and it has helped before.');
  return true;
}
