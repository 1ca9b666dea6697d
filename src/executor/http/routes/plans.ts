import {
  decisionSchema,
  type PlanProposal,
  proposePlanSchema,
  proposeRunbookSchema,
  type RunbookProposal,
} from '#contracts';
import { z } from 'zod';
import { decidePlan } from '../../approvals/decide-plan.ts';
import { issueChallenge } from '../../approvals/issue-challenge.ts';
import { planAt } from '../../approvals/state-machine.ts';
import type { ExecutorContext } from '../../context.ts';
import { requireFound } from '../../errors.ts';
import type { DurableEngine } from '../../executions/durable-engine.ts';
import { proposePlan } from '../../plans/propose-plan.ts';
import type { Route } from '../route.ts';
import {
  callerOf,
  emptyBody,
  idOf,
  ok,
  pageQuery,
  parseWith,
  PERSONS,
  personOf,
  PROPOSERS,
  READERS,
} from '../route.ts';

const listQuery = pageQuery.extend({
  incidentId: z.string().max(40).optional(),
  status: z.enum(['pending', 'approved', 'rejected', 'timeout', 'auto_approved']).optional(),
});

export function planRoutes(context: ExecutorContext, engine: DurableEngine): readonly Route[] {
  const { plans } = context.ledger.read;
  return [
    {
      method: 'GET',
      path: '/v1/plans',
      access: READERS,
      doc: { summary: 'Plans, newest first.', query: listQuery, answer: 'Page of PlanRecord' },
      async handle(call) {
        const { incidentId, status, ...page } = parseWith(listQuery, call.query, 'query');
        const now = context.clock.now();
        const found = await plans.list(page, { incidentId, status });
        const items = found.items.map((plan) => planAt(plan, now));
        return ok({ ...found, items: items.filter((plan) => status === undefined || plan.approval.status === status) });
      },
    },
    {
      method: 'GET',
      path: '/v1/plans/:id',
      access: READERS,
      doc: { summary: 'One plan with its approval.', answer: 'PlanRecord' },
      async handle(call) {
        const stored = requireFound(await plans.find(idOf(call)), 'plan');
        return ok(planAt(stored.record, context.clock.now()));
      },
    },
    {
      method: 'POST',
      path: '/v1/plans',
      access: PROPOSERS,
      doc: {
        summary: 'Compiles a single action or a runbook into a plan that can be approved.',
        body: z.union([proposePlanSchema, proposeRunbookSchema]),
        answer: 'PlanRecord',
      },
      async handle(call) {
        const { plan, created } = await proposePlan(context, callerOf(call), parseProposal(call.body));
        if (plan.approval.status === 'auto_approved') {
          await engine.resume();
        }
        return { status: created ? 201 : 200, body: plan };
      },
    },
    {
      method: 'POST',
      path: '/v1/plans/:id/challenge',
      access: PERSONS,
      doc: { summary: 'Single-use proof that the plan was shown.', body: emptyBody, answer: 'ChallengeAnswer' },
      async handle(call) {
        parseWith(emptyBody, call.body, 'body');
        return ok(await issueChallenge(context, personOf(call), idOf(call)));
      },
    },
    {
      method: 'POST',
      path: '/v1/plans/:id/decision',
      access: PERSONS,
      doc: { summary: 'Approves or rejects a plan.', body: decisionSchema, answer: 'PlanRecord' },
      async handle(call) {
        const body = parseWith(decisionSchema, call.body, 'body');
        const plan = await decidePlan(context, personOf(call), idOf(call), body);
        await engine.resume();
        return ok(plan);
      },
    },
  ];
}

/** A single action, or a runbook: told apart by the field `runbook`, so that errors name the fields of the right one. */
function parseProposal(body: unknown): PlanProposal | RunbookProposal {
  return typeof body === 'object' && body !== null && 'runbook' in body
    ? parseWith(proposeRunbookSchema, body, 'body')
    : parseWith(proposePlanSchema, body, 'body');
}
