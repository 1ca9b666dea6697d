import type { ExecutorContext } from '../context.ts';
import type { DurableEngine } from '../executions/durable-engine.ts';
import { describeApi } from './openapi.ts';
import { ok, READERS, type Route } from './route.ts';
import { alertRoutes } from './routes/alerts.ts';
import { auditRoutes } from './routes/audit.ts';
import { executionRoutes } from './routes/executions.ts';
import { freezeRoutes } from './routes/freeze.ts';
import { healthRoutes } from './routes/health.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { labelRoutes } from './routes/labels.ts';
import { leaseRoutes } from './routes/leases.ts';
import { modelBudgetRoutes } from './routes/model-budget.ts';
import { planRoutes } from './routes/plans.ts';
import { runbookRoutes } from './routes/runbooks.ts';
import { runRoutes } from './routes/runs.ts';

/** The whole HTTP surface. */
export function routeTable(context: ExecutorContext, engine: DurableEngine): readonly Route[] {
  const routes: readonly Route[] = [
    ...healthRoutes(context),
    ...incidentRoutes(context),
    ...alertRoutes(context),
    ...planRoutes(context, engine),
    ...executionRoutes(context, engine),
    ...auditRoutes(context),
    ...freezeRoutes(context),
    ...leaseRoutes(context),
    ...labelRoutes(context),
    ...runbookRoutes(context),
    ...runRoutes(context),
    ...modelBudgetRoutes(context),
  ];
  return [...routes, ...apiRoutes(routes)];
}

function apiRoutes(routes: readonly Route[]): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/openapi.json',
      access: READERS,
      doc: { summary: 'OpenAPI 3.1 of these routes.', answer: 'OpenAPI document' },
      handle: async () => ok(describeApi([...routes, ...apiRoutes([])])),
    },
  ];
}
