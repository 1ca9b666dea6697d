import type { IncidentRecord, PlanProposal, PlanRecord, RunbookProposal } from '#contracts';
import { expirePlans } from '../approvals/expire-plans.ts';
import { approveByItself } from '../approvals/approve-by-itself.ts';
import type { ExecutorContext } from '../context.ts';
import { record, write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { Principal } from '../identity/principal.ts';
import { actorOf } from '../identity/principal.ts';
import { announce } from '../notifications/announce.ts';
import { runbookKey } from '../runbooks/index.ts';
import { requireAutonomy } from '../runbooks/autonomy-of.ts';
import type { LedgerSession } from '../store/ledger.ts';
import { compileDraft } from './compile-draft.ts';
import { draftRunbook } from './draft-runbook.ts';
import { inspectSteps } from './inspect-steps.ts';
import { hashProposal } from './plan-hash.ts';
import { draftAction, type PlanDraft } from './plan-draft.ts';

/** The plan, and whether it is new or was pending already. */
export interface ProposedPlan {
  readonly plan: PlanRecord;
  readonly created: boolean;
}

/** Reading and dry run of all targets together take no longer. */
const INSPECTION_DEADLINE_MS = 30_000;

/**
 * Compiles a proposal into a plan that can be approved: checked against the catalogue and the live target, with dry run, risk,
 * guard rails and hash. The same proposal while pending answers the pending plan.
 * @throws ExecutorError PARAMETER_INVALID, NOT_FOUND, INCIDENT_CLOSED, AUTONOMY, and what the platform refuses
 */
export async function proposePlan(
  context: ExecutorContext,
  principal: Principal,
  proposal: PlanProposal | RunbookProposal
): Promise<ProposedPlan> {
  const incident = await requireOpenIncident(context.ledger.read, proposal.incidentId);
  const isBackend = principal.kind === 'backend';
  const draft =
    'runbook' in proposal
      ? draftRunbook(context, proposal, incident, isBackend)
      : draftAction(proposal, context.policy, incident, isBackend);
  if (isBackend) {
    await requireAutonomy(context, draft);
  }
  const proposalHash = hashProposal(draft);
  const pending = await context.ledger.read.plans.findPending(proposalHash, context.clock.now());
  if (pending) {
    return { plan: pending.record, created: false };
  }
  const inspected = await inspectSteps(context.actions, draft.steps, AbortSignal.timeout(INSPECTION_DEADLINE_MS));
  return write(context, async (session) => {
    await expirePlans(context, session);
    await requireOpenIncident(session, proposal.incidentId);
    const raced = await session.plans.findPending(proposalHash, context.clock.now());
    if (raced) {
      return { plan: raced.record, created: false };
    }
    const steps = inspected.map(({ step }) => step);
    const plan = await compileDraft(context, session, principal, { draft, proposalHash, steps });
    await useRunbook(session, draft, plan.createdMs);
    await session.plans.insert(plan);
    await record(session, {
      atMs: plan.createdMs,
      actor: actorOf(principal),
      event: 'plan.proposed',
      subject: plan.id,
      details: {
        incidentId: plan.incidentId,
        planHash: plan.planHash,
        action: plan.action,
        target: plan.target,
        parameters: plan.parameters,
        runbook: plan.runbook,
        steps: steps.map(({ id, action, target, expected }) => ({ id, action, target, expected })),
        expiresMs: plan.expiresMs,
        guards: plan.guards,
        risk: { score: plan.risk.score, approvalsRequired: plan.risk.approvalsRequired },
      },
    });
    const stored = await reread(session, plan.id);
    const isAutomatic = await approveByItself(context, session, stored, draft);
    if (!isAutomatic) {
      await announce(context, session, stored, 'approval-requested', 'An approval is asked for.');
    }
    return { plan: isAutomatic ? await reread(session, plan.id) : stored, created: true };
  });
}

/** From now on this version of the runbook never has another content. */
async function useRunbook(session: LedgerSession, { runbook }: PlanDraft, atMs: number): Promise<void> {
  if (runbook) {
    const key = runbookKey({ metadata: runbook });
    if (!(await session.runbooks.use(key, runbook.digest, atMs))) {
      throw new ExecutorError(
        'PARAMETER_INVALID',
        `runbook: ${key} was used before with other content; raise its version.`
      );
    }
  }
}

async function requireOpenIncident(session: LedgerSession, id: string): Promise<IncidentRecord> {
  const incident = await session.incidents.find(id);
  if (!incident) {
    throw new ExecutorError('NOT_FOUND', 'incidentId: there is no such incident.');
  }
  if (incident.status !== 'open') {
    throw new ExecutorError('INCIDENT_CLOSED', 'incidentId: the incident is resolved.');
  }
  return incident;
}

async function reread(session: LedgerSession, id: string): Promise<PlanRecord> {
  const stored = await session.plans.find(id);
  if (!stored) {
    throw new ExecutorError('INTERNAL', 'The plan was not stored.');
  }
  return stored.record;
}
