import type { PlanRecord } from '#contracts';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { PlanDraft } from './plan-draft.ts';

/** Everything that an approval covers: what is done, to what exactly, with what effect, under which rules, until when. */
export interface PlanContent extends Pick<
  PlanRecord,
  | 'incidentId'
  | 'action'
  | 'target'
  | 'parameters'
  | 'runbook'
  | 'preconditions'
  | 'verification'
  | 'timing'
  | 'deadlineSeconds'
  | 'limits'
  | 'notifications'
  | 'affectedServices'
  | 'evidenceDigest'
  | 'rationale'
  | 'confidence'
  | 'expectedSeconds'
  | 'steps'
  | 'onFailure'
  | 'reversible'
  | 'risk'
> {
  readonly planId: string;
  readonly requesterId: string;
  readonly approvers: readonly string[];
  readonly policyVersion: string;
  readonly expiresMs: number;
}

/** Hex SHA-256 of the canonical plan. */
export function hashPlan(content: PlanContent): string {
  return sha256Hex(canonicalJson(content));
}

/** The content of a stored plan with the steps as they are now. */
export function contentOf(
  plan: PlanRecord,
  requesterId: string,
  policyVersion: string,
  steps: PlanRecord['steps']
): PlanContent {
  const { incidentId, action, target, parameters, runbook, preconditions, verification, timing, deadlineSeconds } =
    plan;
  const { limits, notifications, affectedServices, evidenceDigest, rationale, confidence, expectedSeconds, onFailure } =
    plan;
  const { reversible, risk, approval } = plan;
  return {
    planId: plan.id,
    incidentId,
    requesterId,
    action,
    target,
    parameters,
    runbook,
    preconditions,
    verification,
    timing,
    deadlineSeconds,
    limits,
    notifications,
    affectedServices,
    evidenceDigest,
    rationale,
    confidence,
    expectedSeconds,
    steps,
    onFailure,
    reversible,
    risk,
    approvers: approval.approvers,
    policyVersion,
    expiresMs: approval.expiresMs,
  };
}

/** Identifies "the same proposal again": the question, without the state of the target. */
export function hashProposal(draft: PlanDraft): string {
  const { incidentId, action, target, parameters, verification, onFailure, runbook, steps } = draft;
  return sha256Hex(canonicalJson({ incidentId, action, target, parameters, verification, onFailure, runbook, steps }));
}
