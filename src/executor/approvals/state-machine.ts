import type { ApprovalStatus, PlanRecord } from '#contracts';
import type { EpochMs } from '#model';
import type { ExecutorErrorCode } from '../errors.ts';

/** Everything about a plan that decides whether a decision is allowed. */
export interface ApprovalState {
  readonly status: ApprovalStatus;
  readonly requesterId: string;
  readonly expiresMs: EpochMs;
  /** 1 or more. */
  readonly approvalsRequired: number;
  /** Persons who decided, by stable id, each at most once. */
  readonly decisions: readonly { readonly approverId: string; readonly decision: 'approve' | 'reject' }[];
}

export interface ApprovalEvent {
  readonly decision: 'approve' | 'reject';
  readonly approverId: string;
  readonly atMs: EpochMs;
}

/** What a decision does: a refusal changes nothing, `pending` records it and waits for another person. */
export type ApprovalStep =
  | { readonly kind: 'refused'; readonly code: ExecutorErrorCode; readonly reason: string }
  | { readonly kind: 'recorded'; readonly status: 'pending' | 'approved' | 'rejected' };

/**
 * The rules of approval, free of storage: only pending and unexpired plans are decided; the requester may withdraw (reject)
 * but not approve; nobody decides twice; one rejection ends it, approval needs `approvalsRequired` persons.
 */
export function stepApproval(state: ApprovalState, event: ApprovalEvent): ApprovalStep {
  if (state.status !== 'pending') {
    return refuse('ALREADY_PROCESSED', `The plan was already processed: ${state.status}.`);
  }
  if (event.atMs >= state.expiresMs) {
    return refuse('PLAN_EXPIRED', 'The plan was not decided in time.');
  }
  if (state.decisions.some((decision) => decision.approverId === event.approverId)) {
    return refuse('ALREADY_DECIDED', 'Each person decides once on a plan.');
  }
  if (event.decision === 'reject') {
    return { kind: 'recorded', status: 'rejected' };
  }
  if (event.approverId === state.requesterId) {
    return refuse('SELF_APPROVAL', 'The person who asked for an action cannot approve it.');
  }
  const approvals = 1 + state.decisions.filter((decision) => decision.decision === 'approve').length;
  return { kind: 'recorded', status: approvals >= state.approvalsRequired ? 'approved' : 'pending' };
}

/** Status of a plan at an instant: pending ends by itself when the period is over. */
export function statusAt(state: Pick<ApprovalState, 'status' | 'expiresMs'>, atMs: EpochMs): ApprovalStatus {
  return state.status === 'pending' && atMs >= state.expiresMs ? 'timeout' : state.status;
}

/** A plan as it is at an instant, so that a reader never sees an expired plan as pending. */
export function planAt(plan: PlanRecord, atMs: EpochMs): PlanRecord {
  const status = statusAt(plan.approval, atMs);
  return status === plan.approval.status ? plan : { ...plan, approval: { ...plan.approval, status } };
}

/** Whether a plan with this status may be executed. */
export function permitsExecution(status: ApprovalStatus): boolean {
  return status === 'approved' || status === 'auto_approved';
}

function refuse(code: ExecutorErrorCode, reason: string): ApprovalStep {
  return { kind: 'refused', code, reason };
}
