import { z } from 'zod';
import { ACTION_CATALOGUE } from '../../actions/catalogue.ts';
import type { ExecutorContext } from '../../context.ts';
import { ExecutorError } from '../../errors.ts';
import type { Route } from '../route.ts';
import { idOf, ok, pageQuery, parseWith, READERS } from '../route.ts';

const listQuery = pageQuery.extend({ incidentId: z.string().max(40).optional() });

export function executionRoutes(context: ExecutorContext): readonly Route[] {
  const { executions } = context.ledger.read;
  return [
    {
      method: 'GET',
      path: '/v1/executions',
      access: READERS,
      async handle(call) {
        const { incidentId, ...page } = parseWith(listQuery, call.query, 'query');
        return ok(await executions.list(page, incidentId));
      },
    },
    {
      method: 'GET',
      path: '/v1/executions/:id',
      access: READERS,
      async handle(call) {
        const execution = await executions.find(idOf(call));
        if (!execution) {
          throw new ExecutorError('NOT_FOUND', 'There is no such execution.');
        }
        return ok(execution);
      },
    },
    {
      method: 'GET',
      path: '/v1/actions',
      access: READERS,
      handle: async () => ok({ items: ACTION_CATALOGUE }),
    },
  ];
}
