import type { ExecutionRecord, PlanRecord } from '#contracts';
import { describeAction } from '../action-text.ts';
import { formatCheckValue, formatScore } from '../format.ts';
import { PLAN_STATE_TEXTS, toPlanState } from '../plan-state.ts';
import type { Block, Line } from './blocks.ts';
import type { ExportInput } from './export-input.ts';
import { EXPORT_TEXTS as T } from './export-text.ts';
import { toUtc } from './plain.ts';

/** Plans with who decided on which hash, and what became of them. */
export function toActionBlocks(input: ExportInput): readonly Block[] {
  if (input.plans.length === 0) {
    return [{ kind: 'paragraph', line: [T.noActions] }];
  }
  return input.plans
    .toSorted((a, b) => a.createdMs - b.createdMs)
    .flatMap((plan) => {
      const execution = input.executions.find(({ planId }) => planId === plan.id);
      return toPlanBlocks(plan, execution, input.exportedMs);
    });
}

function toPlanBlocks(plan: PlanRecord, execution: ExecutionRecord | undefined, nowMs: number): readonly Block[] {
  const { label, meaning } = PLAN_STATE_TEXTS[toPlanState(plan, execution, nowMs)];
  const decisions = plan.approval.decisions.map(({ approver, decision, comment, atMs, breakGlass }): Line => [
    `${decision === 'approve' ? 'Approved' : 'Rejected'} by `,
    { strong: approver },
    `, ${toUtc(atMs)}${breakGlass ? ', alone in an emergency' : ''}${comment === '' ? '' : `: ${comment}`}`,
  ]);
  const items: readonly Line[] = [
    [{ strong: label }, `. ${meaning}`],
    [`Why: ${plan.rationale}`],
    [
      `Risk ${formatScore(plan.risk.score)}, approvals needed: ${plan.risk.approvalsRequired}, asked for by ${plan.requester}`,
    ],
    ...(decisions.length > 0 ? decisions : [['Nobody decided.'] as Line]),
    ['Plan ', { code: plan.id }, ', SHA-256 of what was decided on ', { code: plan.planHash }],
    ['SHA-256 of the report it rests on ', { code: plan.evidenceDigest }],
    ...(execution ? toExecutionLines(execution) : []),
    [
      'The audit of the executor has every step under the id of the plan; “Verify” on its tab checks the chain of hashes.',
    ],
  ];
  return [
    { kind: 'heading', level: 3, text: describeAction(plan) },
    { kind: 'list', items },
    ...(plan.dryRun === '' ? [] : [{ kind: 'code', text: plan.dryRun } as const]),
  ];
}

function toExecutionLines({ id, startedMs, finishedMs, message, checks }: ExecutionRecord): readonly Line[] {
  const ended = finishedMs === null ? ', not finished' : `, ended ${toUtc(finishedMs)}`;
  const newest = new Map(checks.map((check) => [check.name, check]));
  return [
    ['Execution ', { code: id }, `, started ${toUtc(startedMs)}${ended}: ${message}`],
    ...[...newest.values()].map(({ name, value, passed, atMs }): Line => [
      `Check ${name}: ${passed ? 'passed' : 'failed'}, ${value === null ? 'no data' : formatCheckValue(value, '')}, ${toUtc(atMs)}`,
    ]),
  ];
}

/** What was proposed and came to no plan. */
export function toProposalBlocks({ report, plans }: ExportInput): readonly Block[] {
  const planned = new Set(plans.map(describeAction));
  const items = report.proposals
    .filter((proposal) => !planned.has(describeAction(proposal)))
    .map((proposal): Line => [{ strong: describeAction(proposal) }, `: ${proposal.rationale}`]);
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}
