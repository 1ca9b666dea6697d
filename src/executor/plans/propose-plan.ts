import type { PlanProposal, PlanRecord, PlanStep } from '#contracts';
import { toDemoInput } from '../actions/demo/demo-actions.ts';
import { hasNoEffect } from '../actions/catalogue.ts';
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
import type { InspectedStep, StepQuestion } from './inspect-steps.ts';
import { inspectSteps } from './inspect-steps.ts';
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
  proposal: PlanProposal
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
  const inspected = await inspectSteps(context.actions, toSteps(question), AbortSignal.timeout(INSPECTION_DEADLINE_MS));
  return write(context, async (session) => {
    await expirePlans(session, context.clock.now());
    await requireOpenIncident(session, proposal.incidentId);
    const raced = await session.plans.findPending(proposalHash, context.clock.now());
    if (raced) {
      return { plan: raced.record, created: false };
    }
    const plan = await compile(context, session, principal, { question, proposalHash, inspected });
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
  readonly question: PlanProposal;
  readonly proposalHash: string;
  readonly inspected: readonly InspectedStep[];
}

/** Reading and dry run of all targets together take no longer. */
const INSPECTION_DEADLINE_MS = 30_000;
/** For an effect to arrive. */
const STEP_TIMEOUT_SECONDS = 600;

/** The steps of a proposal of one action. */
function toSteps({ action, target, parameters }: PlanProposal): readonly StepQuestion[] {
  const name = hasNoEffect(action) ? action : `demo.${action}`;
  const input = toDemoInput(toActionTarget(target), parameters);
  return [{ id: 'step-1', action: name, input, timeoutSeconds: STEP_TIMEOUT_SECONDS }];
}

async function compile(
  context: ExecutorContext,
  session: LedgerSession,
  principal: Principal,
  { question, proposalHash, inspected }: Compilation
): Promise<NewPlan> {
  const { clock, policy } = context;
  const createdMs = clock.now();
  const since = createdMs - policy.recentFailureSeconds * 1000;
  const recentFailures = await session.executions.recentFailures(question.action, targetKey(question.target), since);
  const { action, confidence } = question;
  const { incidentId, target, parameters, verification, rationale, expectedSeconds, onFailure } = question;
  const id = context.newId();
  const steps = inspected.map(({ step }) => step);
  const content = {
    incidentId,
    action,
    target,
    parameters,
    verification,
    rationale,
    confidence,
    expectedSeconds,
    steps,
    onFailure,
    requesterId: principal.id,
    reversible: steps.every((step) => step.reversible),
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
  return { ...content, ...ofFirst(steps), id, planHash, proposalHash, requester: principal.name, createdMs };
}

/** What lists show of a plan. */
function ofFirst([first]: readonly PlanStep[]): Pick<NewPlan, 'targetUid' | 'targetVersion' | 'dryRun'> {
  return {
    targetUid: first?.expected.uid ?? '',
    targetVersion: first?.expected.version ?? '',
    dryRun: first?.diff ?? '',
  };
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
