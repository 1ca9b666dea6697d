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
