import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as checks from '../../../src/engine/decision/verification-query.ts';

const DASHBOARDS = path.resolve(import.meta.dirname, '../../../dashboards');

/** The queries by which the executor verifies actions and closes incidents, over nodes of the data set. */
export function actionQueries(): readonly string[] {
  return [
    checks.latencyQuery('checkout', 'service'),
    checks.latencyQuery('orders-db', 'database'),
    checks.latencyQuery('payment-provider', 'external'),
    checks.errorRatioQuery('checkout', 'service'),
    checks.errorRatioQuery('orders-db', 'database'),
    checks.poolUtilisationQuery('payment'),
    checks.cacheMemoryQuery('redis'),
    checks.containerMemoryQuery('inventory'),
    checks.restartsQuery('inventory'),
    checks.throttlingQuery('catalog'),
    checks.refusedCallsQuery('payment-provider'),
    checks.callOverheadQuery('checkout', 'shipping'),
  ];
}

/** Every PromQL expression of the bundled dashboards. */
export function dashboardQueries(): readonly string[] {
  return readdirSync(DASHBOARDS).flatMap((name) => {
    const { panels } = JSON.parse(readFileSync(path.join(DASHBOARDS, name), 'utf8')) as Dashboard;
    return panels.flatMap((panel) => (panel.targets ?? []).flatMap(({ expr }) => (expr === undefined ? [] : [expr])));
  });
}

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr?: string }[] }[];
}
