import type { NotificationEvent, PlanRecord } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import type { LedgerSession } from '../store/ledger.ts';

/**
 * Stores a message about a plan for every channel that asked for such an event, in the transaction of what it tells about. It is
 * sent later: a channel that is down never holds up an action.
 */
export async function announce(
  { clock, policy, newId }: Pick<ExecutorContext, 'clock' | 'policy' | 'newId'>,
  session: LedgerSession,
  plan: PlanRecord,
  event: NotificationEvent,
  message: string
): Promise<void> {
  const asked = [...plan.notifications, ...policy.notifications].filter(({ on }) => on.includes(event));
  const content = {
    kind: 'plan',
    event,
    planId: plan.id,
    incidentId: plan.incidentId,
    title: plan.runbook?.title ?? plan.action,
    target: plan.target.peer === undefined ? plan.target.name : `${plan.target.name} to ${plan.target.peer}`,
    risk: plan.risk.score,
    approvalsRequired: plan.risk.approvalsRequired,
    requester: plan.requester,
    rationale: plan.rationale,
    expiresMs: plan.approval.expiresMs,
    message,
  };
  for (const channel of new Set(asked.map((one) => one.channel))) {
    await session.notifications.enqueue({
      id: newId(),
      channel,
      event,
      subject: plan.id,
      content,
      createdMs: clock.now(),
    });
  }
}
