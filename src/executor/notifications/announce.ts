import type { JsonObject, NotificationEvent, PlanRecord } from '#contracts';
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
    action: plan.action,
    parameters: plan.parameters,
    ...(await aboutIncident(session, plan.incidentId)),
    target: targetOf(plan),
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

/** What the incident of a plan is about, for people who do not have it open. */
async function aboutIncident(session: LedgerSession, id: string): Promise<JsonObject> {
  const incident = await session.incidents.find(id);
  const cause = (incident?.report as Partial<NonNullable<typeof incident>['report']> | undefined)?.hypotheses?.[0];
  return {
    ...(incident ? { service: incident.service, type: incident.symptom } : {}),
    ...(cause ? { cause: `${cause.service}: ${cause.cause}` } : {}),
  };
}

function targetOf({ target: { kind, name, namespace, peer } }: PlanRecord): JsonObject {
  return { kind, name, ...(namespace === undefined ? {} : { namespace }), ...(peer === undefined ? {} : { peer }) };
}
