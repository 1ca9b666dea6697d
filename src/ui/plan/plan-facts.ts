import type { PlanLimits, PlanRecord } from '#contracts';
import { formatSeconds } from '../format.ts';

/** What a runbook allows at most, one sentence each. */
export function describeLimits(limits: PlanLimits): readonly string[] {
  const { coolDownSeconds, concurrency, maxPods, maxPercent, namespaces } = limits;
  return [
    `rests ${formatSeconds(coolDownSeconds)} after a run`,
    `at most ${concurrency.max} at once for each ${concurrency.key}`,
    ...(maxPods === undefined ? [] : [`at most ${maxPods} pods`]),
    ...(maxPercent === undefined ? [] : [`at most ${maxPercent} % of a target`]),
    ...(namespaces === undefined ? [] : [`only in ${namespaces.join(', ')}`]),
  ];
}

/** Whether a person may approve, and what stands in the way. */
export type ApprovalStanding =
  { readonly kind: 'may' } | { readonly kind: 'may-withdraw' | 'may-reject' | 'decided'; readonly why: string };

/**
 * What one person may decide on a pending plan, as far as the page can know. The executor decides again by the signed
 * identity.
 */
export function toStanding(plan: PlanRecord, login: string | undefined): ApprovalStanding {
  const { decisions, approvers } = plan.approval;
  if (login === undefined) {
    return { kind: 'may' };
  }
  if (decisions.some(({ approver }) => approver === login)) {
    return {
      kind: 'decided',
      why: 'You have decided on this plan. Another person has to give the remaining approval.',
    };
  }
  if (plan.requester === login) {
    return {
      kind: 'may-withdraw',
      why: 'You asked for this, so another person has to approve it. You can withdraw it.',
    };
  }
  if (approvers.length > 0 && !approvers.includes(login)) {
    return { kind: 'may-reject', why: `Only ${approvers.join(', ')} may approve this. You can reject it.` };
  }
  return { kind: 'may' };
}

/** Approvals that are still missing, at least 0. */
export function countMissing({ risk, approval }: Pick<PlanRecord, 'risk' | 'approval'>): number {
  const given = approval.decisions.filter(({ decision }) => decision === 'approve').length;
  return Math.max(0, risk.approvalsRequired - given);
}
