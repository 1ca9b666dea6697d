import type { PlanRecord, ProposePlan } from '#contracts';
import type { ValidAction } from '../actions/validate.ts';
import { targetKey, toActionTarget, validateAction } from '../actions/validate.ts';
import { expirePlans } from '../approvals/expire-plans.ts';
import type { ExecutorContext } from '../context.ts';
import { record, write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { Principal } from '../identity/principal.ts';
import { actorOf } from '../identity/principal.ts';
import { assessRisk } from '../risk/assess-risk.ts';
import type { LedgerSession } from '../store/ledger.ts';
import type { NewPlan } from '../store/plan-store.ts';
import type { Inspection } from './inspect-target.ts';
import { inspectTarget } from './inspect-target.ts';
import { hashPlan, hashProposal } from './plan-hash.ts';

/** The plan, and whether it is new or was pending already. */
export interface ProposedPlan {
  readonly plan: PlanRecord;
  readonly created: boolean;
}

/**
 * Compiles a proposal into a plan that can be approved: checked against the catalogue and the live target, with dry run, risk
 * and hash. The same proposal while pending answers the pending plan.
 * @throws ExecutorError PARAMETER_INVALID, NOT_FOUND, INCIDENT_CLOSED, and what the platform refuses
 */
export async function proposePlan(
  context: ExecutorContext,
  principal: Principal,
  proposal: ProposePlan
): Promise<ProposedPlan> {
  const target = toActionTarget(proposal.target);
  const valid = validateAction(proposal.action, target, proposal.parameters);
  const question = { ...proposal, target, parameters: valid.parameters };
  const proposalHash = hashProposal(question);
  await requireOpenIncident(context.ledger.read, proposal.incidentId);
  const pending = await context.ledger.read.plans.findPending(proposalHash, context.clock.now());
  if (pending) {
    return { plan: pending.record, created: false };
  }
  const inspection = await inspectTarget(context, { action: proposal.action, target, parameters: valid.parameters });
  return write(context, async (session) => {
    await expirePlans(session, context.clock.now());
    await requireOpenIncident(session, proposal.incidentId);
    const raced = await session.plans.findPending(proposalHash, context.clock.now());
    if (raced) {
      return { plan: raced.record, created: false };
    }
    const plan = await compile(context, session, principal, { question, valid, proposalHash, inspection });
    await session.plans.insert(plan);
    await record(session, {
      atMs: plan.createdMs,
      actor: actorOf(principal),
      event: 'plan.proposed',
      subject: plan.id,
      details: describe(plan),
    });
    return { plan: await reread(session, plan.id), created: true };
  });
}

interface Compilation {
  readonly question: ProposePlan;
  readonly valid: ValidAction;
  readonly proposalHash: string;
  readonly inspection: Inspection;
}

async function compile(
  context: ExecutorContext,
  session: LedgerSession,
  principal: Principal,
  { question, valid, proposalHash, inspection }: Compilation
): Promise<NewPlan> {
  const { clock, policy } = context;
  const createdMs = clock.now();
  const since = createdMs - policy.recentFailureSeconds * 1000;
  const recentFailures = await session.executions.recentFailures(question.action, targetKey(question.target), since);
  const { action, confidence } = question;
  const { targetUid, targetVersion, dryRun } = inspection;
  const { incidentId, target, parameters, verification, rationale, expectedSeconds } = question;
  const id = context.newId();
  const content = {
    incidentId,
    action,
    target,
    parameters,
    verification,
    rationale,
    confidence,
    expectedSeconds,
    targetUid,
    targetVersion,
    dryRun,
    requesterId: principal.id,
    reversible: valid.entry.reversible,
    risk: assessRisk(
      {
        action,
        confidence,
        recentFailures,
        atMs: createdMs,
      },
      policy
    ),
    policyVersion: context.policyVersion,
    expiresMs: createdMs + policy.approvalTtlSeconds * 1e3,
  };
  const planHash = hashPlan({ planId: id, ...content });
  return { ...content, id, planHash, proposalHash, requester: principal.name, createdMs };
}

function describe(plan: NewPlan): Record<string, unknown> {
  const { incidentId, planHash, action, target, parameters, targetUid, targetVersion, expiresMs } = plan;
  const risk = { score: plan.risk.score, approvalsRequired: plan.risk.approvalsRequired };
  return { incidentId, planHash, action, target, parameters, targetUid, targetVersion, expiresMs, risk };
}

async function requireOpenIncident(session: LedgerSession, id: string): Promise<void> {
  const incident = await session.incidents.find(id);
  if (!incident) {
    throw new ExecutorError('NOT_FOUND', 'incidentId: there is no such incident.');
  }
  if (incident.status !== 'open') {
    throw new ExecutorError('INCIDENT_CLOSED', 'incidentId: the incident is resolved.');
  }
}

async function reread(session: LedgerSession, id: string): Promise<PlanRecord> {
  const stored = await session.plans.find(id);
  if (!stored) {
    throw new ExecutorError('INTERNAL', 'The plan was not stored.');
  }
  return stored.record;
}
