import { z } from 'zod';
import { reserveBudgetSchema, settleBudgetSchema } from '#contracts';
import type { ExecutorContext } from '../../context.ts';
import { budgetUse, reserveBudget, settleBudget } from '../../model-budget/keep-budget.ts';
import { BACKEND_LEDGER, callerOf, idOf, ok, parseWith, READERS, type Route } from '../route.ts';

const useQuery = z.strictObject({ incident: z.string().max(300).default('') });

/** What the language model of the backend may use and has used. The executor itself asks no model. */
export function modelBudgetRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/model-budget',
      access: READERS,
      doc: { summary: 'What the language model used.', query: useQuery, answer: 'BudgetUse' },
      handle: async (call) => ok(await budgetUse(context, parseWith(useQuery, call.query, 'query').incident)),
    },
    {
      method: 'POST',
      path: '/v1/model-budget/reservations',
      access: BACKEND_LEDGER,
      doc: {
        summary: 'Sets aside what a run may use, or refuses.',
        body: reserveBudgetSchema,
        answer: 'BudgetReservation',
      },
      handle: async (call) => ok(await reserveBudget(context, parseWith(reserveBudgetSchema, call.body, 'body'))),
    },
    {
      method: 'POST',
      path: '/v1/model-budget/reservations/:id/settle',
      access: BACKEND_LEDGER,
      doc: { summary: 'Records what a run used.', body: settleBudgetSchema, answer: '{}' },
      async handle(call) {
        const spent = parseWith(settleBudgetSchema, call.body, 'body');
        await settleBudget(context, callerOf(call), idOf(call), spent);
        return ok({});
      },
    },
  ];
}
