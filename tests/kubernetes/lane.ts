import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import type { Action, Permission } from '../../src/executor/actions/action.ts';
import { kubernetesActions } from '../../src/executor/actions/kubernetes/index.ts';
import { loadKubeconfig } from '../../src/executor/actions/kubernetes/kubeconfig.ts';
import type { KubernetesCall, KubernetesTransport } from '../../src/executor/actions/kubernetes/kubernetes-call.ts';
import { kubernetesTransport } from '../../src/executor/actions/kubernetes/kubernetes-call.ts';
import type { KubernetesClient } from '../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { kubernetesClient } from '../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { KubernetesError } from '../../src/executor/actions/kubernetes/kubernetes-error.ts';
import { kubernetesRole } from '../../src/executor/actions/kubernetes/role.ts';
import type { FakeApiServer } from '../support/kubernetes/fake-api-server.ts';
import { startFakeApiServer } from '../support/kubernetes/fake-api-server.ts';
import { customResourceDefinitions } from './custom-resources.ts';
import { startKubeletLoop } from './kubelet-loop.ts';

/** The cluster that the suite runs against: the fake, or the one of a kubeconfig. */
export interface Lane {
  readonly name: 'fake' | 'real';
  readonly namespace: string;
  /** With the rights of an administrator. */
  readonly client: KubernetesClient;
  readonly actions: ReadonlyMap<string, Action>;
  /** Any call, for what the client has no method for. */
  send(method: KubernetesCall['method'], path: string, body?: any, options?: Partial<KubernetesCall>): Promise<any>;
  /** A client whose credential has these rights and no other. */
  limitedTo(permissions: readonly Permission[]): Promise<KubernetesClient>;
  /** Actions with a shorter deadline per call. */
  impatient(deadlineMs: number): ReadonlyMap<string, Action>;
  /** The fake itself, to plan faults; undefined in the real lane. */
  readonly fake: FakeApiServer | undefined;
  /** Whether the kinds of KEDA and Istio are installed. */
  readonly customResources: boolean;
  close(): Promise<void>;
}

/** Which lane runs: the real one if a kubeconfig was given. */
export const LANE: Lane['name'] = process.env['CAUSEWAY_TEST_KUBECONFIG'] ? 'real' : 'fake';

const NEVER = new AbortController().signal;
/** A real cluster pulls images and takes its time. */
const PATIENCE_MS = LANE === 'real' ? 120_000 : 30_000;
if (LANE === 'real') {
  vi.setConfig({ testTimeout: 2 * PATIENCE_MS, hookTimeout: 2 * PATIENCE_MS });
}

/** Opens the lane of this run in a namespace of its own, or in the one that was given. */
export async function openLane(): Promise<Lane> {
  const fake = LANE === 'fake' ? await startFakeApiServer() : undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'causeway-kubernetes-'));
  const file = process.env['CAUSEWAY_TEST_KUBECONFIG'] || path.join(folder, 'kubeconfig');
  if (fake) {
    writeFileSync(file, fake.kubeconfig, { mode: 0o600 });
  }
  const opened: KubernetesTransport[] = [];
  const connect = (options: Parameters<typeof kubernetesTransport>[1] = {}, token?: string) => {
    const config = loadKubeconfig({ kind: 'file', file });
    if (token !== undefined) {
      const user = config.getCurrentUser();
      config.loadFromOptions({ ...config, users: [{ name: user?.name ?? '', token }] });
    }
    const transport = kubernetesTransport(config, options);
    opened.push(transport);
    return transport;
  };
  const transport = connect();
  const made: string[] = [];
  const send: Lane['send'] = async (method, to, body, options) => {
    const call = { method, path: to, ...(body === undefined ? {} : { body }), ...options };
    const answer = (await transport.send(call, NEVER)) as any;
    if (method === 'POST' && answer.metadata?.uid) {
      made.push(`${to}/${answer.metadata.name}`);
    }
    return answer;
  };
  const { namespace, remove } = await prepareNamespace(send);
  const hollow = await hasNoNode(send);
  const stopKubelet = hollow ? startKubeletLoop(transport, namespace) : undefined;
  const client = kubernetesClient('suite', transport);
  const actionsOf = (one: KubernetesClient) => new Map(kubernetesActions(one).map((action) => [action.name, action]));
  return {
    name: LANE,
    namespace,
    client,
    actions: actionsOf(client),
    send,
    limitedTo: async (permissions) => {
      const token = await tokenFor(send, namespace, permissions);
      return kubernetesClient('suite', connect({}, token));
    },
    impatient: (deadlineMs) => actionsOf(kubernetesClient('suite', connect({ deadlineMs }))),
    fake,
    customResources: fake !== undefined || (await ensureCustomResources(send, hollow)),
    close: async () => {
      // Only what the suite made: a namespace that was given is left as it was.
      await Promise.all(
        made.filter((one) => one.includes(`/namespaces/${namespace}/`)).map((one) => ignoring(send('DELETE', one)))
      );
      await remove();
      if (stopKubelet) {
        // Nobody else would end the pods, and the namespace would stay for ever.
        await until(async () => (await client.list('Pod', namespace, undefined, NEVER)).length === 0, 15_000);
        await stopKubelet();
      }
      await Promise.all(opened.map((one) => one.close()));
      await fake?.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Whether nothing would run a pod: a control plane alone, as test beds have it. */
async function hasNoNode(send: Lane['send']): Promise<boolean> {
  const { items } = await send('GET', '/api/v1/nodes');
  const conditions = items.flatMap((node: any) => node.status?.conditions ?? []);
  return !conditions.some(({ type, status }: any) => type === 'Ready' && status === 'True');
}

async function prepareNamespace(send: Lane['send']) {
  const given = process.env['CAUSEWAY_TEST_NAMESPACE'];
  if (given !== undefined && given !== '') {
    await send('GET', `/api/v1/namespaces/${given}`);
    return { namespace: given, remove: async () => undefined };
  }
  const created = await send('POST', '/api/v1/namespaces', { metadata: { generateName: 'causeway-suite-' } });
  const namespace = String(created.metadata.name);
  // Pods are refused until the controller has made the account; a server without that controller gets it from us.
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await until(async () => (await ignoring(send('GET', `${accounts}/default`))) !== undefined, 3_000).catch(() =>
    send('POST', accounts, { metadata: { name: 'default' } })
  );
  return { namespace, remove: () => ignoring(send('DELETE', `/api/v1/namespaces/${namespace}`)) };
}

/** The answer; undefined for an object that is not there or there already. */
async function ignoring<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubernetesError && (error.httpStatus === 404 || error.httpStatus === 409)) {
      return undefined;
    }
    throw error;
  }
}

async function tokenFor(send: Lane['send'], namespace: string, permissions: readonly Permission[]): Promise<string> {
  const name = `suite-${Math.random().toString(36).slice(2, 10)}`;
  const [role, binding] = kubernetesRole(permissions, { namespace, name, serviceAccount: name });
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await send('POST', accounts, { metadata: { name } });
  await send('POST', `${rbac}/roles`, role);
  await send('POST', `${rbac}/rolebindings`, binding);
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const answer = await send('POST', `${accounts}/${name}/token`, body);
  return String(answer.status.token);
}

/** Installs permissive stubs on a control plane without nodes, which cannot be anybody's production. */
async function ensureCustomResources(send: Lane['send'], mayInstall: boolean): Promise<boolean> {
  const definitions = customResourceDefinitions();
  const served = async () => {
    const answers = definitions.map(({ spec }) =>
      ignoring(send('GET', `/apis/${spec.group}/${spec.versions[0]?.name}/${spec.names.plural}?limit=1`))
    );
    return (await Promise.all(answers)).every((answer) => answer !== undefined);
  };
  if (await served()) {
    return true;
  }
  if (!mayInstall) {
    return false;
  }
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await Promise.all(definitions.map((definition) => ignoring(send('POST', path, definition))));
  await until(served, 20_000);
  return true;
}

/** Waits until a condition holds. @throws Error when it does not hold in time */
export async function until(condition: () => Promise<boolean>, timeoutMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`it did not come about within ${timeoutMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, LANE === 'fake' ? 5 : 100));
  }
}
