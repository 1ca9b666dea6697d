import type { PlanLimits, PlanRecord } from '#contracts';
import { formatSeconds } from '../format.ts';
import { DECISION_TEXTS, FACT_TEXTS } from './plan-texts.ts';

/** What a runbook allows at most, one sentence each. */
export function describeLimits(limits: PlanLimits): readonly string[] {
  const { coolDownSeconds, concurrency, maxPods, maxPercent, namespaces } = limits;
  return [
    FACT_TEXTS.rests(formatSeconds(coolDownSeconds)),
    FACT_TEXTS.mostAtOnce(concurrency.max, concurrency.key),
    ...(maxPods === undefined ? [] : [FACT_TEXTS.mostPods(maxPods)]),
    ...(maxPercent === undefined ? [] : [FACT_TEXTS.mostPercent(maxPercent)]),
    ...(namespaces === undefined ? [] : [FACT_TEXTS.onlyIn(namespaces.join(', '))]),
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
      why: DECISION_TEXTS.hasDecided,
    };
  }
  if (plan.requester === login) {
    return {
      kind: 'may-withdraw',
      why: DECISION_TEXTS.mayWithdraw,
    };
  }
  if (approvers.length > 0 && !approvers.includes(login)) {
    return { kind: 'may-reject', why: DECISION_TEXTS.mayReject(approvers.join(', ')) };
  }
  return { kind: 'may' };
}

/** Approvals that are still missing, at least 0. */
export function countMissing({ risk, approval }: Pick<PlanRecord, 'risk' | 'approval'>): number {
  const given = approval.decisions.filter(({ decision }) => decision === 'approve').length;
  return Math.max(0, risk.approvalsRequired - given);
}
