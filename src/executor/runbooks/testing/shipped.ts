import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { kubernetesActions } from '../../actions/kubernetes/index.ts';
import { kubernetesClient } from '../../actions/kubernetes/kubernetes-client.ts';
import type { CompilableAction } from '../compile-plan.ts';
import type { LoadedRunbook } from '../runbook.ts';
import { registry } from './actions.ts';
import { loadText } from './example.ts';

/** Where the runbooks of the product are. */
export const SHIPPED = path.join(import.meta.dirname, '../../../../provisioning/runbooks');

/** Labels of an alert from which every shipped runbook finds its parameters. */
export const LABELS: Readonly<Record<string, string>> = {
  namespace: 'shop',
  deployment: 'payment',
  statefulset: 'redis',
  container: 'app',
  pod: 'payment-7f9c5d-x2',
  node: 'node-1.example',
  service: 'payment',
  provider: 'api.provider.example',
  scaledobject: 'order-service',
  model_version: 'v1.3.0',
  feature: 'latency_p99',
  caller: 'checkout',
  callee: 'payment',
  table: 'orders',
  column: 'customer_id',
  requests_per_second: '100',
  limit_bytes: '536870912',
  replicas: '3',
};

/** The runbooks of one folder of the product; fails the test when one is refused. */
export async function shippedRunbooks(folder = ''): Promise<readonly LoadedRunbook[]> {
  const at = path.join(SHIPPED, folder);
  const files = (await readdir(at)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(files.map(async (file) => loadText(await readFile(path.join(at, file), 'utf8'), file)));
}

/** The real actions on Kubernetes, without a cluster, beside stand-ins for all others. */
export function realRegistry(): ReadonlyMap<string, CompilableAction> {
  const nowhere = kubernetesClient('main', {
    send: () => Promise.reject(new Error('there is no cluster')),
    close: async () => undefined,
  });
  return registry(...kubernetesActions(nowhere));
}
