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
  /** Logins that may approve; empty means everybody. */
  readonly approvers?: readonly string[];
  /** Who wrote the runbook, where that person must not approve it. */
  readonly author?: string | undefined;
  /** Persons who decided, by stable id, each at most once. */
  readonly decisions: readonly { readonly approverId: string; readonly decision: 'approve' | 'reject' }[];
}

export interface ApprovalEvent {
  readonly decision: 'approve' | 'reject';
  readonly approverId: string;
  /** Login. */
  readonly approverName?: string;
  /** One person approves alone where more are asked for. */
  readonly breakGlass?: boolean;
  readonly atMs: EpochMs;
}

/** What a decision does: a refusal changes nothing, `pending` records it and waits for another person. */
export type ApprovalStep =
  | { readonly kind: 'refused'; readonly code: ExecutorErrorCode; readonly reason: string }
  | { readonly kind: 'recorded'; readonly status: 'pending' | 'approved' | 'rejected' };

/**
 * The rules of approval, free of storage: only pending and unexpired plans are decided; the requester may withdraw (reject)
 * but not approve; nobody decides twice; one rejection ends it, approval needs `approvalsRequired` persons, of those who may. In
 * an emergency one of them is enough, and never the requester.
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
  const forbidden = whyNotApprover(state, event);
  if (forbidden) {
    return forbidden;
  }
  const approvals = 1 + state.decisions.filter((decision) => decision.decision === 'approve').length;
  const isEnough = approvals >= state.approvalsRequired;
  if (event.breakGlass && isEnough) {
    return refuse('INVALID_REQUEST', 'breakGlass: this approval is enough without it.');
  }
  return { kind: 'recorded', status: isEnough || event.breakGlass ? 'approved' : 'pending' };
}

/** Separation of duties: who asked for it, or wrote a critical runbook, does not approve it; a runbook may name who may. */
function whyNotApprover(state: ApprovalState, { approverId, approverName }: ApprovalEvent): ApprovalStep | undefined {
  if (approverId === state.requesterId) {
    return refuse('SELF_APPROVAL', 'The person who asked for an action cannot approve it.');
  }
  if (state.approvers?.length && !state.approvers.includes(approverName ?? '')) {
    return refuse('FORBIDDEN', `Only ${state.approvers.join(', ')} may approve this plan.`);
  }
  return state.author !== undefined && state.author === approverName
    ? refuse('SELF_APPROVAL', 'Who wrote a critical runbook cannot approve it.')
    : undefined;
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
