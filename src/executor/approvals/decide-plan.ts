import type { PlanDecision, PlanRecord } from '#contracts';
import { targetKey } from '../actions/validate.ts';
import { sha256Hex } from '../canonical-json.ts';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record, write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { PersonPrincipal } from '../identity/principal.ts';
import { describeError } from '../log.ts';
import { actorOf } from '../identity/principal.ts';
import type { LedgerSession } from '../store/ledger.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { expirePlans } from './expire-plans.ts';
import { stepApproval } from './state-machine.ts';

/**
 * Takes one person's decision, in one transaction on the executor's clock: hash, challenge, four eyes and period are checked,
 * the decision is stored, and with the last approval the execution is queued. Refusals are audited too.
 * @returns the plan after the decision
 */
export async function decidePlan(
  context: ExecutorContext,
  person: PersonPrincipal,
  planId: string,
  decision: PlanDecision
): Promise<PlanRecord> {
  try {
    return await write(context, (session) => decide(context, session, person, planId, decision));
  } catch (error) {
    if (error instanceof ExecutorError && error.code !== 'NOT_FOUND' && context.ledger.writable()) {
      await recordRefusal(context, person, planId, decision, error).catch((failure: unknown) => {
        context.log.error('a refused decision was not recorded', { planId, error: describeError(failure) });
      });
    }
    throw error;
  }
}

async function decide(
  context: ExecutorContext,
  session: LedgerSession,
  person: PersonPrincipal,
  planId: string,
  body: PlanDecision
): Promise<PlanRecord> {
  const stored = await session.plans.find(planId);
  if (!stored) {
    throw new ExecutorError('NOT_FOUND', 'There is no such plan.');
  }
  const atMs = context.clock.now();
  const plan = stored.record;
  const step = stepApproval(await toState(session, stored), { decision: body.decision, approverId: person.id, atMs });
  if (step.kind === 'refused') {
    throw new ExecutorError(step.code, step.reason);
  }
  if (body.planHash !== plan.planHash) {
    throw new ExecutorError('PLAN_HASH_MISMATCH', 'planHash: the decision names another plan.');
  }
  const challengeHash = sha256Hex(body.challenge);
  if (!(await session.plans.useChallenge(challengeHash, planId, person.id, atMs))) {
    throw new ExecutorError('CHALLENGE_INVALID', 'challenge: unknown, used, or given to another person or plan.');
  }
  if (body.decision === 'approve') {
    await requireActionAllowed(session, plan.incidentId);
  }
  await session.plans.insertDecision({
    planId,
    planHash: plan.planHash,
    challengeHash,
    atMs,
    approverId: person.id,
    approver: person.name,
    decision: body.decision,
    comment: body.comment,
    tokenDigest: person.tokenDigest,
    tokenIssuedMs: person.tokenIssuedMs,
  });
  await record(session, {
    atMs,
    actor: actorOf(person),
    event: `plan.${body.decision === 'approve' ? 'approval' : 'rejection'}`,
    subject: planId,
    details: { planHash: plan.planHash, status: step.status, comment: body.comment, tokenDigest: person.tokenDigest },
  });
  if (step.status !== 'pending') {
    await conclude(context, session, plan, step.status);
  }
  return (await session.plans.find(planId))?.record ?? plan;
}

async function conclude(
  context: ExecutorContext,
  session: LedgerSession,
  plan: PlanRecord,
  status: 'approved' | 'rejected'
): Promise<void> {
  const startedMs = context.clock.now();
  if (!(await session.plans.decide(plan.id, status, startedMs))) {
    throw new ExecutorError('ALREADY_PROCESSED', 'The plan was already processed.');
  }
  if (status === 'rejected') {
    return;
  }
  const id = context.newId();
  const steps = plan.steps.map((step) => ({
    id: step.id,
    targetKey: step.target.key,
    operationId: context.newId(),
    undoOperationId: context.newId(),
  }));
  const { incidentId, action } = plan;
  const queued = { id, planId: plan.id, incidentId, action, targetKey: targetKey(plan.target), steps, startedMs };
  const stopped = await session.executions.insert(queued);
  if (stopped) {
    throw stopped.refused === null
      ? new ExecutorError('ALREADY_PROCESSED', 'The plan was executed before.')
      : new ExecutorError('TARGET_BUSY', `Another action is running on ${stopped.refused}.`);
  }
  const operations = steps.map(({ operationId }) => operationId);
  const details = { planId: plan.id, planHash: plan.planHash, operations };
  await record(session, { atMs: startedMs, actor: EXECUTOR_ACTOR, event: 'execution.queued', subject: id, details });
}

async function toState(session: LedgerSession, { record: plan, requesterId }: StoredPlan) {
  return {
    status: plan.approval.status,
    requesterId,
    expiresMs: plan.approval.expiresMs,
    approvalsRequired: plan.risk.approvalsRequired,
    decisions: await session.plans.deciders(plan.id),
  };
}

async function requireActionAllowed(session: LedgerSession, incidentId: string): Promise<void> {
  const freeze = await session.settings.freeze();
  if (freeze.frozen) {
    throw new ExecutorError('FROZEN', `Frozen by ${freeze.actor}: ${freeze.reason}`);
  }
  const incident = await session.incidents.find(incidentId);
  if (incident?.status !== 'open') {
    throw new ExecutorError('INCIDENT_CLOSED', 'The incident of this plan is resolved.');
  }
}

async function recordRefusal(
  context: ExecutorContext,
  person: PersonPrincipal,
  planId: string,
  { decision }: PlanDecision,
  { code }: ExecutorError
): Promise<void> {
  await write(context, async (session) => {
    const atMs = context.clock.now();
    await expirePlans(session, atMs);
    const event = 'plan.decision-refused';
    await record(session, { atMs, actor: actorOf(person), event, subject: planId, details: { decision, code } });
  });
}
