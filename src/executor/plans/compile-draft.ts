import type { PlanStep } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { checkPlan } from '../guards/check-plan.ts';
import type { Principal } from '../identity/principal.ts';
import { assessRisk } from '../risk/assess-risk.ts';
import type { LedgerSession } from '../store/ledger.ts';
import type { NewPlan } from '../store/plan-store.ts';
import { hashPlan } from './plan-hash.ts';
import type { PlanDraft } from './plan-draft.ts';

/** A draft with its steps as the platform has them now. */
export interface Compilation {
  readonly draft: PlanDraft;
  readonly proposalHash: string;
  readonly steps: readonly PlanStep[];
}

/** Adds what only the ledger and the policy know: risk, guard rails, period and hash. */
export async function compileDraft(
  context: ExecutorContext,
  session: LedgerSession,
  principal: Principal,
  { draft, proposalHash, steps }: Compilation
): Promise<NewPlan> {
  const { clock, policy, policyVersion } = context;
  const { approval, riskBase, steps: _, ...said } = draft;
  const createdMs = clock.now();
  const targetKey = (steps.find(({ target }) => target.system !== 'none') ?? steps[0])?.target.key ?? '';
  const sinceMs = createdMs - policy.recentFailureSeconds * 1000;
  const recentFailures = await session.executions.recentFailures(draft.action, targetKey, sinceMs);
  const risk = assessRisk(
    {
      base: riskBase,
      confidence: draft.confidence,
      recentFailures,
      atMs: createdMs,
      // Four eyes: with a person who asks for it, one other; the backend is nobody.
      leastApprovals: approval.mode === 'four-eyes' && principal.kind === 'backend' ? 2 : 1,
    },
    policy
  );
  const content = {
    ...said,
    steps,
    risk,
    approvers: approval.approvers,
    requesterId: principal.id,
    reversible: steps.every((step) => step.reversible),
    policyVersion,
    expiresMs: createdMs + approval.ttlSeconds * 1000,
  };
  const id = context.newId();
  return {
    ...content,
    ...ofFirst(steps),
    id,
    planHash: hashPlan({ planId: id, ...content }),
    proposalHash,
    guards: await checkPlan(context, session, { ...draft, steps }),
    requester: principal.name,
    createdMs,
  };
}

/** What lists show of a plan. */
function ofFirst([first]: readonly PlanStep[]): Pick<NewPlan, 'targetUid' | 'targetVersion' | 'dryRun'> {
  return {
    targetUid: first?.expected.uid ?? '',
    targetVersion: first?.expected.version ?? '',
    dryRun: first?.diff ?? '',
  };
}
