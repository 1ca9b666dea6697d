import type { PlanRecord } from '#contracts';
import { toActionTarget } from '../actions/validate.ts';
import { permitsExecution } from '../approvals/state-machine.ts';
import { pauseRealTime } from '../clock.ts';
import type { ExecutorContext } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { Inspection } from '../plans/inspect-target.ts';
import { inspectTarget } from '../plans/inspect-target.ts';
import { hashPlan } from '../plans/plan-hash.ts';
import type { StoredPlan } from '../store/plan-store.ts';

/** Pauses between attempts to read a platform that does not answer, in real milliseconds. */
const INSPECTION_PAUSES_MS = [500, 1000, 2000];

/**
 * Why an approved plan must not be carried out now, or undefined. Compiles the plan again from the live target and compares
 * the hash with what was approved; also period, policy and kill switch.
 */
export function refusal(
  context: ExecutorContext,
  { record: plan, requesterId, policyVersion }: StoredPlan,
  live: Inspection,
  frozen: boolean
): string | undefined {
  if (!permitsExecution(plan.approval.status)) {
    return 'the plan is not approved';
  }
  if (frozen) {
    return 'the executor was frozen before the action started';
  }
  if (context.clock.now() >= plan.approval.expiresMs) {
    return 'the approval period ended before the action could start';
  }
  if (policyVersion !== context.policyVersion) {
    return 'the policy changed since approval';
  }
  const { targetUid, targetVersion, dryRun } = live;
  const { incidentId, action, target, parameters, verification, rationale, confidence, expectedSeconds } = plan;
  const recompiled = hashPlan({
    planId: plan.id,
    incidentId,
    requesterId,
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
    reversible: plan.reversible,
    risk: plan.risk,
    policyVersion,
    expiresMs: plan.approval.expiresMs,
  });
  return recompiled === plan.planHash ? undefined : 'target changed since approval';
}

/** The live target right before the effect; a platform that does not answer is asked a few times. */
export async function inspectAgain(
  context: ExecutorContext,
  { record: plan }: StoredPlan,
  signal: AbortSignal
): Promise<Inspection | { readonly refused: string }> {
  for (const pauseMs of [...INSPECTION_PAUSES_MS, null]) {
    try {
      return await inspectTarget(context, changeOf(plan), signal);
    } catch (error) {
      if (!(error instanceof ExecutorError)) {
        throw error;
      }
      signal.throwIfAborted();
      if (error.code !== 'PLATFORM_UNAVAILABLE') {
        return { refused: 'target changed since approval' };
      }
      if (pauseMs !== null) {
        await pauseRealTime(pauseMs, signal);
      }
    }
  }
  return { refused: 'the platform did not answer; nothing was sent' };
}

/** The part of a plan that the platform is told. */
export function changeOf({ action, target, parameters }: PlanRecord) {
  return { action, target: toActionTarget(target), parameters };
}
