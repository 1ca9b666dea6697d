import { confirmSchema, releaseSchema } from '#contracts';
import { z } from 'zod';
import { ACTION_CATALOGUE } from '../../actions/catalogue.ts';
import type { ExecutorContext } from '../../context.ts';
import { requireFound } from '../../errors.ts';
import { cancelExecution } from '../../executions/cancel-execution.ts';
import { confirmStep, releaseTargets } from '../../executions/release-targets.ts';
import type { DurableEngine } from '../../executions/durable-engine.ts';
import type { Route } from '../route.ts';
import { emptyBody, idOf, ok, pageQuery, parseWith, PERSONS, personOf, READERS } from '../route.ts';

const listQuery = pageQuery.extend({ incidentId: z.string().max(40).optional() });

export function executionRoutes(context: ExecutorContext, engine: DurableEngine): readonly Route[] {
  const { executions } = context.ledger.read;
  return [
    {
      method: 'GET',
      path: '/v1/executions',
      access: READERS,
      doc: { summary: 'Executions, newest first.', query: listQuery, answer: 'Page of ExecutionRecord' },
      async handle(call) {
        const { incidentId, ...page } = parseWith(listQuery, call.query, 'query');
        return ok(await executions.list(page, incidentId));
      },
    },
    {
      method: 'GET',
      path: '/v1/executions/:id',
      access: READERS,
      doc: { summary: 'One execution with its steps and checks.', answer: 'ExecutionRecord' },
      async handle(call) {
        return ok(requireFound(await executions.find(idOf(call)), 'execution'));
      },
    },
    {
      method: 'POST',
      path: '/v1/executions/:id/cancel',
      access: PERSONS,
      doc: {
        summary: 'Stops an execution; what was done is taken back where it can be.',
        body: emptyBody,
        answer: 'ExecutionRecord',
      },
      async handle(call) {
        parseWith(emptyBody, call.body, 'body');
        const record = await cancelExecution(context, personOf(call), idOf(call));
        await engine.resume();
        return ok(record);
      },
    },
    {
      method: 'POST',
      path: '/v1/executions/:id/release',
      access: PERSONS,
      doc: {
        summary: 'A person has looked: the targets of an execution that needs one are free again.',
        body: releaseSchema,
        answer: 'ExecutionRecord',
      },
      async handle(call) {
        const { comment } = parseWith(releaseSchema, call.body, 'body');
        return ok(await releaseTargets(context, personOf(call), idOf(call), comment));
      },
    },
    {
      method: 'POST',
      path: '/v1/executions/:id/steps/:stepId/confirm',
      access: PERSONS,
      doc: { summary: 'A person did what a manual step asks for.', body: confirmSchema, answer: 'ExecutionRecord' },
      async handle(call) {
        const { comment } = parseWith(confirmSchema, call.body, 'body');
        const step = { stepId: call.params['stepId'] ?? '', comment };
        return ok(await confirmStep(context, personOf(call), idOf(call), step));
      },
    },
    {
      method: 'GET',
      path: '/v1/actions',
      access: READERS,
      doc: { summary: 'Single actions with their bounds.', answer: 'list of ActionCatalogueEntry' },
      handle: async () => ok({ items: ACTION_CATALOGUE }),
    },
  ];
}
