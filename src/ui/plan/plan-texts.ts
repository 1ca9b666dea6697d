import type { GuardFinding, PlanRecord } from '#contracts';

/** Words of a plan as a whole: its time, its particulars, its decisions. */
export const PLAN_TEXTS = {
  resolved: 'The incident is resolved',
  resolvedHint: 'Reject this plan, unless you know why it is still needed.',
  expiry: { before: 'Decide within', until: (time: string) => `(until ${time}).` },
  details: 'Why, steps, risk and checks',
  decisions: 'Decisions so far',
  alone: 'Emergency, one person alone',
  decided: (approved: boolean, approver: string, time: string) =>
    `${approved ? 'Approved' : 'Rejected'} by ${approver}, ${time}`,
} as const;

/** Words of the decision on a plan: who may decide, the form, and the second question. */
export const DECISION_TEXTS = {
  mayNot: 'You may not decide on plans. Ask for the role “Causeway approver”.',
  hasDecided: 'You have decided on this plan. Another person has to give the remaining approval.',
  mayWithdraw: 'You asked for this, so another person has to approve it. You can withdraw it.',
  mayReject: (approvers: string) => `Only ${approvers} may approve this. You can reject it.`,
  comment: 'Comment',
  commentHint: 'Kept with the decision',
  reason: 'Reason for the emergency',
  reasonHint: (least: number) => `At least ${least} characters. Kept and announced.`,
  approve: 'Approve',
  approveAlone: 'Approve alone',
  reject: 'Reject',
  withdraw: 'Withdraw',
  breakGlass: 'Emergency: break the glass and approve alone',
  breakGlassHint: (missing: number) =>
    `This plan needs ${missing} more approvals. Use this only if nobody else can be reached: it is recorded, and everybody is told. Guard rails still hold.`,
  confirm: 'Confirm the decision',
  back: 'Go back',
  rejected: 'The plan will be rejected and nothing is changed.',
  yesReject: 'Yes, reject',
  aloneNow: (action: string) => `This will be done now, on your word alone, and everybody is told: ${action}.`,
  yesAlone: 'Yes, run it alone',
  recorded: (others: number, action: string) =>
    `Your approval is recorded. ${others} more ${others === 1 ? 'person has' : 'people have'} to approve before this is done: ${action}.`,
  yesApprove: 'Yes, approve',
  now: (action: string) => `This will be done now: ${action}.`,
  yesRun: 'Yes, approve and run',
} as const;

/** Words of the facts about a plan. */
export const FACT_TEXTS = {
  why: 'Why',
  confidence: 'Confidence in the cause',
  takes: 'Expected to take',
  affected: 'Services that feel it',
  affectedNotKnown: 'unknown',
  reversible: 'Reversible',
  isReversible: 'yes',
  isNotReversible: 'NO, it cannot be undone',
  failure: 'If it does not help',
  onFailure: {
    rollback: 'it is taken back, and a person is called where that is not possible',
    notify: 'it stays, and the outcome says so',
    hold: 'it stays, and a person is called',
  } satisfies Record<PlanRecord['onFailure'], string>,
  requester: 'Requested by',
  requested: (requester: string, time: string) => `${requester}, ${time}`,
  incident: 'Incident',
  runbook: 'Runbook',
  runbookContent: (name: string, version: number) => `${name}@${version}, content`,
  parameters: 'Parameters',
  noParameters: 'none',
  limits: 'Limits',
  deadline: 'Must be done within',
  told: 'Told about it',
  rests: (duration: string) => `rests ${duration} after a run`,
  mostAtOnce: (most: number, key: string) => `at most ${most} at once for each ${key}`,
  mostPods: (most: number) => `at most ${most} pods`,
  mostPercent: (most: number) => `at most ${most} % of a target`,
  onlyIn: (namespaces: string) => `only in ${namespaces}`,
} as const;

/** Words of the steps of a plan. */
export const STEP_TEXTS = {
  heading: (count: number) => (count === 1 ? 'What is done' : 'What is done, in this order'),
  onlyIf: 'Only if',
  noDiff: 'Changes nothing: it is so already, or it is only recorded.',
  warnings: 'Warnings of the platform',
  dryRun: 'Dry run',
  noDryRun: 'The platform gave no dry run for this action.',
  destructive: 'Destructive',
  notReversible: 'Cannot be undone',
  temporary: (duration: string) => `Taken back after ${duration}`,
  goesBack: (duration: string) => `Taken back by itself in ${duration}.`,
  isOver: 'Its time is over.',
  passive: 'Changes nothing by itself',
  noPod: 'no pod disturbed',
  pods: (count: number) => `${count} ${count === 1 ? 'pod' : 'pods'} disturbed`,
  share: (percent: number) => `${percent} % of it`,
  sizeNotKnown: 'not known how much of it is disturbed',
  done: 'What was done (kept in the audit)',
  isDone: 'It is done, go on',
} as const;

/** Words of what a person can do about an execution. */
export const EXECUTION_TEXTS = {
  free: 'A person has looked; its targets are free again.',
  stopping: (who: string) =>
    `${who} asked to stop it. What is in flight is finished first, then taken back where it can be.`,
  confirmStop: 'Confirm to stop',
  stopHint: 'What is in flight is finished first. What was done is then taken back where it can be.',
  yesStop: 'Yes, stop it',
  goOn: 'Let it go on',
  stop: 'Stop it',
  mayNot: 'You may not do this.',
  mayNotRemedy: 'Ask an administrator.',
  released: 'Released. Its targets can be acted on again.',
  locked:
    'Its targets stay locked, so that nothing else acts on them before somebody has looked. Look at them, put right what is wrong, then release them.',
  found: 'What you found',
  release: 'I have looked, release the targets',
} as const;

/** Words of what speaks against a plan. */
export const GUARD_TEXTS = {
  forbidden: 'A guard rail forbids it for now',
  over: 'What spoke against it is over',
  guards: {
    freeze: 'Freeze',
    maintenance: 'Maintenance window',
    'cool-down': 'Cool-down',
    concurrency: 'Already busy',
    recurrence: 'Came back too often',
    'blast-radius': 'Too much at once',
  } satisfies Record<GuardFinding['guard'], string>,
  hint: 'As it was when the plan was made. It is checked again at approval and before each step.',
  needsPerson: 'A person has to change that.',
  ends: (duration: string) => `Ends by itself in ${duration}.`,
  ended: 'This is over.',
} as const;

/** Words of the arithmetic of the risk. */
export const RISK_TEXTS = {
  caption: (score: string, approvals: string) => `Risk ${score} of 1, ${approvals}`,
  base: 'Base of this action',
  score: 'Risk, at most 1',
  approvals: (count: number) => {
    if (count === 0) {
      return 'needs no approval';
    }
    return count === 1 ? 'needs 1 approval' : `needs approval by ${count} persons`;
  },
} as const;

/** Words of the checks before and after a plan, and of their rounds. */
export const CHECK_TEXTS = {
  heading: 'How it is found out whether it helped',
  preconditions: 'These must hold right before the first step, else nothing is done.',
  verification: 'These decide whether it helped. No data counts as a failed check.',
  timing: (settle: string, interval: string, timeout: string) =>
    `Measured ${settle} after the last step, then every ${interval}, for at most ${timeout}.`,
  passes: (count: number) => `All of them must pass ${count} ${count === 1 ? 'time' : 'times in a row'}`,
  soFar: (passes: number, of: number) => `; so far ${passes} of ${of}`,
  signs: 'Circle: passed. Cross: failed. Question mark: no data. Dashed: threshold.',
  asTable: 'Every round as a table',
  columns: { check: 'Check', wanted: 'Wanted', measured: 'Measured' },
  roundColumns: { round: 'Round', check: 'Check', measured: 'Measured', when: 'When' },
  chart: (name: string, rounds: number, passed: number, last: string, wanted: string) =>
    `${name}: ${rounds} rounds, ${passed} passed, last ${last}, wanted ${wanted}`,
  noRound: 'none',
  wanted: (limit: string) => `wanted ${limit}`,
  notYet: 'not yet',
  noData: 'no data',
  outcome: (value: string, passed: boolean) => `${value}, ${passed ? 'passed' : 'failed'}`,
} as const;
