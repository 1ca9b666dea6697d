import type { ExecutionRecord, PlanRecord } from '#contracts';

/** Where a plan stands, approval and execution taken together. */
export type PlanState =
  | 'pending'
  | 'expired'
  | 'approved'
  | 'rejected'
  | 'timeout'
  | 'executing'
  | 'verifying'
  | 'recovered'
  | 'not-recovered'
  | 'no-data'
  | 'failed'
  | 'partial'
  | 'rolled-back'
  | 'cancelled'
  | 'needs-human';

/**
 * Derives the state from the ledger's records. A plan whose time is over, but which the executor has not yet marked, is
 * `expired`: it can no longer be decided.
 */
export function toPlanState(plan: PlanRecord, execution: ExecutionRecord | undefined, nowMs: number): PlanState {
  if (execution) {
    return toExecutionState(execution);
  }
  switch (plan.approval.status) {
    case 'pending':
      return plan.approval.expiresMs <= nowMs ? 'expired' : 'pending';
    case 'approved':
    case 'auto_approved':
      return 'approved';
    case 'rejected':
      return 'rejected';
    case 'timeout':
      return 'timeout';
  }
}

/** The state of an execution on its own. */
export function toExecutionState(execution: ExecutionRecord): PlanState {
  if (execution.status === 'needs-human') {
    return 'needs-human';
  }
  if (execution.status === 'finished') {
    return execution.outcome ?? 'no-data';
  }
  return execution.status === 'verifying' ? 'verifying' : 'executing';
}

/** How a state is shown: words, tone and an icon, so that nothing depends on colour. */
export interface PlanStateText {
  readonly label: string;
  readonly meaning: string;
  readonly tone: 'info' | 'success' | 'warning' | 'error' | 'neutral';
  readonly icon:
    | 'hourglass'
    | 'check-circle'
    | 'times-circle'
    | 'clock-nine'
    | 'play'
    | 'search'
    | 'question-circle'
    | 'exclamation-triangle'
    | 'user';
}

/** Words for every state. `no data` is not a success. */
export const PLAN_STATE_TEXTS: Readonly<Record<PlanState, PlanStateText>> = {
  pending: {
    label: 'Waits for approval',
    meaning: 'Nothing has been changed yet.',
    tone: 'warning',
    icon: 'hourglass',
  },
  expired: {
    label: 'Expired',
    meaning: 'The time to decide is over. Nothing was changed.',
    tone: 'neutral',
    icon: 'clock-nine',
  },
  approved: { label: 'Approved', meaning: 'The executor will start it now.', tone: 'info', icon: 'check-circle' },
  rejected: { label: 'Rejected', meaning: 'Nothing was changed.', tone: 'neutral', icon: 'times-circle' },
  timeout: {
    label: 'Timed out',
    meaning: 'Nobody decided in time. Nothing was changed.',
    tone: 'neutral',
    icon: 'clock-nine',
  },
  executing: { label: 'Executing', meaning: 'The change is being made.', tone: 'info', icon: 'play' },
  verifying: {
    label: 'Verifying',
    meaning: 'The change is made; its effect is being measured.',
    tone: 'info',
    icon: 'search',
  },
  recovered: {
    label: 'Recovered',
    meaning: 'The checks show that the service has recovered.',
    tone: 'success',
    icon: 'check-circle',
  },
  'not-recovered': {
    label: 'Not recovered',
    meaning: 'The change was made, but the checks still fail.',
    tone: 'error',
    icon: 'exclamation-triangle',
  },
  'no-data': {
    label: 'No data',
    meaning: 'The change was made, but the checks could not be answered. This is not a success.',
    tone: 'warning',
    icon: 'question-circle',
  },
  failed: { label: 'Failed', meaning: 'The change could not be made.', tone: 'error', icon: 'times-circle' },
  partial: {
    label: 'Partly done',
    meaning: 'Some steps were carried out, another was not. Nothing was taken back.',
    tone: 'error',
    icon: 'exclamation-triangle',
  },
  'rolled-back': {
    label: 'Taken back',
    meaning: 'The change did not help or was stopped, and the state of before is back.',
    tone: 'warning',
    icon: 'times-circle',
  },
  cancelled: { label: 'Cancelled', meaning: 'Nothing was changed.', tone: 'neutral', icon: 'times-circle' },
  'needs-human': {
    label: 'Needs a person',
    meaning: 'The executor stopped and cannot go on by itself.',
    tone: 'error',
    icon: 'user',
  },
};

/**
 * Plans by urgency: decisions to be made first, in the order in which they were proposed (the likeliest help first), then
 * what runs, then the newest of the rest.
 */
export function sortPlans(
  plans: readonly PlanRecord[],
  stateOf: (plan: PlanRecord) => PlanState
): readonly PlanRecord[] {
  const weight = (plan: PlanRecord) => {
    const state = stateOf(plan);
    return state === 'pending' ? 0 : ['approved', 'executing', 'verifying', 'needs-human'].includes(state) ? 1 : 2;
  };
  const age = (plan: PlanRecord) => (weight(plan) === 0 ? plan.createdMs : -plan.createdMs);
  return plans.toSorted((a, b) => weight(a) - weight(b) || age(a) - age(b) || a.id.localeCompare(b.id));
}

/** How a factor of the risk changes the product so far; the last value is the score before the cap. */
export function toRiskSteps(
  risk: PlanRecord['risk']
): ReadonlyArray<{ name: string; factor: number; reason: string; product: number }> {
  let product = risk.base;
  return risk.factors.map(({ name, factor, reason }) => {
    product *= factor;
    return { name, factor, reason, product };
  });
}
