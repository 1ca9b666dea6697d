import type { GuardFinding, PlanDecision, PlanRecord } from '#contracts';
import { sha256Hex } from '../canonical-json.ts';
import type { ExecutorContext } from '../context.ts';
import { record, write } from '../context.ts';
import { ExecutorError, type ExecutorErrorCode, requireFound } from '../errors.ts';
import type { PersonPrincipal } from '../identity/principal.ts';
import { describeError } from '../log.ts';
import { actorOf } from '../identity/principal.ts';
import type { LedgerSession } from '../store/ledger.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { checkPlan } from '../guards/check-plan.ts';
import { announce } from '../notifications/announce.ts';
import { expirePlans } from './expire-plans.ts';
import { queueExecution } from './queue-execution.ts';
import { type ApprovalState, stepApproval } from './state-machine.ts';

const REFUSALS: Readonly<Partial<Record<GuardFinding['guard'], ExecutorErrorCode>>> = {
  freeze: 'FROZEN',
  concurrency: 'TARGET_BUSY',
};
/** Shortest reason for an approval by one person where more are asked for. */
const MIN_REASON = 10;

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
  const stored = requireFound(await session.plans.find(planId), 'plan');
  const plan = stored.record;
  const status = await judge(context, session, person, stored, body);
  await store(context, session, person, plan, { ...body, status });
  if (status !== 'pending') {
    await conclude(context, session, plan, status);
    const by = body.breakGlass ? `${person.name} alone, in an emergency: ${body.comment ?? ''}` : person.name;
    const message = `${status === 'approved' ? 'Approved' : 'Rejected'} by ${by}`;
    await announce(context, session, plan, status, message);
  }
  return (await session.plans.find(planId))?.record ?? plan;
}

/** What the decision makes of the plan. @throws ExecutorError when it is not allowed, on another plan, or held by a guard rail */
async function judge(
  context: ExecutorContext,
  session: LedgerSession,
  person: PersonPrincipal,
  stored: StoredPlan,
  { decision, comment = '', breakGlass = false, planHash, challenge }: PlanDecision
): Promise<'pending' | 'approved' | 'rejected'> {
  const atMs = context.clock.now();
  const plan = stored.record;
  if (breakGlass && comment.trim().length < MIN_REASON) {
    throw new ExecutorError(
      'INVALID_REQUEST',
      `comment: an emergency needs at least ${MIN_REASON} characters of reason.`
    );
  }
  const event = { decision, breakGlass, approverId: person.id, approverName: person.name, atMs };
  const step = stepApproval(await toState(context, session, stored), event);
  if (step.kind === 'refused') {
    throw new ExecutorError(step.code, step.reason);
  }
  if (planHash !== plan.planHash) {
    throw new ExecutorError('PLAN_HASH_MISMATCH', 'planHash: the decision names another plan.');
  }
  if (!(await session.plans.useChallenge(sha256Hex(challenge), plan.id, person.id, atMs))) {
    throw new ExecutorError('CHALLENGE_INVALID', 'challenge: unknown, used, or given to another person or plan.');
  }
  if (decision === 'approve') {
    await requireActionAllowed(context, session, plan);
  }
  return step.status;
}

async function store(
  context: ExecutorContext,
  session: LedgerSession,
  person: PersonPrincipal,
  { id: planId, planHash }: PlanRecord,
  body: PlanDecision & { readonly status: string }
): Promise<void> {
  const { decision, comment = '', breakGlass = false, challenge, status } = body;
  const atMs = context.clock.now();
  const { id: approverId, name: approver, tokenDigest, tokenIssuedMs } = person;
  const told = {
    planId,
    planHash,
    atMs,
    approverId,
    approver,
    decision,
    comment,
    breakGlass,
    tokenDigest,
    tokenIssuedMs,
  };
  await session.plans.insertDecision({ ...told, challengeHash: sha256Hex(challenge) });
  const event = decision === 'approve' ? 'plan.approval' : 'plan.rejection';
  await record(session, {
    atMs,
    actor: actorOf(person),
    event: breakGlass ? 'plan.break-glass' : event,
    subject: planId,
    details: { planHash, status, comment, tokenDigest },
  });
}

async function conclude(
  context: ExecutorContext,
  session: LedgerSession,
  plan: PlanRecord,
  status: 'approved' | 'rejected'
): Promise<void> {
  if (!(await session.plans.decide(plan.id, status, context.clock.now()))) {
    throw new ExecutorError('ALREADY_PROCESSED', 'The plan was already processed.');
  }
  if (status === 'approved') {
    await queueExecution(context, session, plan);
  }
}

async function toState(
  { runbooks }: Pick<ExecutorContext, 'runbooks'>,
  session: LedgerSession,
  { record: plan, requesterId }: StoredPlan
): Promise<ApprovalState> {
  const { runbook, approval, risk } = plan;
  const source = runbook ? runbooks.find(runbook.name, runbook.version)?.runbook : undefined;
  return {
    status: approval.status,
    requesterId,
    expiresMs: approval.expiresMs,
    approvalsRequired: risk.approvalsRequired,
    approvers: approval.approvers,
    author: source?.spec.policy.risk === 'critical' ? source.metadata.owner : undefined,
    decisions: await session.plans.deciders(plan.id),
  };
}

async function requireActionAllowed(context: ExecutorContext, session: LedgerSession, plan: PlanRecord): Promise<void> {
  const incident = await session.incidents.find(plan.incidentId);
  if (incident?.status !== 'open') {
    throw new ExecutorError('INCIDENT_CLOSED', 'The incident of this plan is resolved.');
  }
  const [finding] = await checkPlan(context, session, plan);
  if (finding) {
    throw new ExecutorError(REFUSALS[finding.guard] ?? 'GUARDED', finding.message);
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
    await expirePlans(context, session);
    const event = 'plan.decision-refused';
    await record(session, { atMs, actor: actorOf(person), event, subject: planId, details: { decision, code } });
  });
}
