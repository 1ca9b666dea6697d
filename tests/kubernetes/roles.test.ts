import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Permission } from '../../src/executor/actions/action.ts';
import { kubernetesActions } from '../../src/executor/actions/kubernetes/index.ts';
import type { KubernetesClient } from '../../src/executor/actions/kubernetes/kubernetes-client.ts';
import { KubernetesError } from '../../src/executor/actions/kubernetes/kubernetes-error.ts';
import { OTHER_IMAGE } from '../support/kubernetes/deployment-body.ts';
import type { Lane } from './lane.ts';
import { LANE, openLane, until } from './lane.ts';
import {
  actionOf,
  cleanUp,
  deploy,
  edit,
  freshMeshName,
  freshName,
  NEVER,
  perform,
  podsOf,
  rolledOut,
  settled,
  undo,
} from './workloads.ts';

let lane: Lane;
/** Whether the cluster has rules at all; a test control plane may allow everything. */
let enforced = true;
beforeAll(async () => {
  lane = await openLane();
  const nobody = await lane.limitedTo([]);
  enforced = !(await nobody.mayI(right('get', 'secrets', ''), NEVER)).allowed;
});
afterEach(() => cleanUp(lane));
afterAll(() => lane?.close());

const right = (verb: string, resource: string, apiGroup: string): Permission => ({
  apiGroup,
  resource,
  verb,
  namespace: lane.namespace,
});
const NO_RULES = 'the cluster does not enforce RBAC';
const limitedTo = async (permissions: readonly Permission[]) => {
  const client = await lane.limitedTo(permissions);
  const [first] = permissions;
  // Authorisers learn of new roles with a delay.
  await until(async () => first === undefined || (await client.mayI(first, NEVER)).allowed);
  return client;
};
const byName = (client: KubernetesClient) => new Map(kubernetesActions(client).map((action) => [action.name, action]));
const status = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return error instanceof KubernetesError ? error.httpStatus : 200;
};

/** One run of every action, from the look to the way back where there is one. */
const RUNS: Readonly<Record<string, (client: KubernetesClient) => Promise<void>>> = {
  'k8s.scale': (client) => there(client, 'k8s.scale', { replicas: 2 }, true),
  'k8s.restart': (client) => there(client, 'k8s.restart', {}, false),
  'k8s.setMemory': (client) => there(client, 'k8s.setMemory', { container: 'app', limit: '96Mi' }, true),
  'k8s.forceRestart': (client) => there(client, 'k8s.forceRestart', {}, false),
  'k8s.rollback': async (client) => {
    const name = await deploy(lane, { replicas: 1 });
    const containers = [{ name: 'app', image: OTHER_IMAGE }];
    await edit(lane, name, { spec: { template: { spec: { containers } } } });
    await rolledOut(lane, name);
    await thereAndBack(client, 'k8s.rollback', { name }, true);
  },
  'k8s.deletePod': async (client) => {
    for (const ignoreDisruptionBudget of [false, true]) {
      const [pod] = await podsOf(lane, await deploy(lane, { replicas: 1 }));
      await thereAndBack(client, 'k8s.deletePod', { name: pod.metadata.name, ignoreDisruptionBudget }, false);
    }
  },
  'keda.pause': (client) => scaled(client, 'keda.pause', {}),
  'keda.resume': (client) => scaled(client, 'keda.resume', {}),
  'keda.setBounds': (client) => scaled(client, 'keda.setBounds', { min: 1, max: 9 }),
  'istio.circuitBreak': (client) => thereAndBack(client, 'istio.circuitBreak', { name: freshMeshName() }, true),
  'istio.rateLimit': (client) =>
    thereAndBack(client, 'istio.rateLimit', { name: freshMeshName(), requestsPerSecondPerPod: 5 }, true),
};

async function there(client: KubernetesClient, name: string, input: object, back: boolean): Promise<void> {
  await thereAndBack(client, name, { ...input, name: await deploy(lane, { replicas: 1 }) }, back);
}

async function thereAndBack(client: KubernetesClient, name: string, input: object, back: boolean): Promise<void> {
  const action = actionOf(byName(client), name);
  const request = await perform(action, { namespace: lane.namespace, ...input });
  await until(async () => (await action.resolve(request, NEVER)).kind === 'applied');
  if (action.progress) {
    await settled(action, request.input);
  }
  expect(action.compensate !== undefined).toBe(back);
  expect(back ? (await undo(action, request)).kind : 'applied').toBe('applied');
}

async function scaled(client: KubernetesClient, action: string, input: object): Promise<void> {
  const name = freshName('scaled');
  const metadata = { name, annotations: { 'autoscaling.keda.sh/paused': 'true' } };
  const apiVersion = 'keda.sh/v1alpha1';
  const spec = { scaleTargetRef: { name: 'orders' }, minReplicaCount: 2, maxReplicaCount: 20 };
  const path = `/apis/${apiVersion}/namespaces/${lane.namespace}/scaledobjects`;
  await lane.send('POST', path, { apiVersion, kind: 'ScaledObject', metadata, spec });
  await thereAndBack(client, action, { ...input, name }, true);
}

describe(`a role made of one action's permissions (lane: ${LANE})`, () => {
  it.for(Object.entries(RUNS))('is enough for %s', async ([name, run], context) => {
    context.skip(!name.startsWith('k8s.') && !lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const client = await limitedTo(actionOf(lane.actions, name).allPermissions(lane.namespace));
    await expect(run(client)).resolves.toBeUndefined();
  });

  it('covers what each input needs', () => {
    const inputs: Readonly<Record<string, readonly object[]>> = {
      'k8s.scale': [{ kind: 'Deployment' }, { kind: 'StatefulSet' }],
      'k8s.restart': [{ kind: 'DaemonSet' }],
      'k8s.setMemory': [{ kind: 'DaemonSet', container: 'app', limit: '1Gi' }],
      'k8s.forceRestart': [{ kind: 'StatefulSet' }],
      'k8s.deletePod': [{}, { ignoreDisruptionBudget: true }],
      'keda.setBounds': [{ min: 1, max: 2 }],
      'istio.rateLimit': [{ requestsPerSecondPerPod: 1 }],
    };
    const key = (permission: Permission) => JSON.stringify({ ...permission, resourceName: undefined });
    for (const action of lane.actions.values()) {
      const all = new Set(action.allPermissions(lane.namespace).map(key));
      const needed = (inputs[action.name] ?? [{}]).flatMap((input) =>
        action.permissions({ namespace: lane.namespace, name: 'x', ...input }).map(key)
      );
      expect({ [action.name]: needed.filter((one) => !all.has(one)) }).toEqual({ [action.name]: [] });
    }
  });
});

describe('a role made of all permissions', () => {
  it('allows nothing else', async (context) => {
    context.skip(!enforced, NO_RULES);
    const { namespace } = lane;
    const client = await limitedTo([...lane.actions.values()].flatMap((one) => one.allPermissions(namespace)));
    const forbidden: readonly [verb: string, resource: string, group: string, subresource?: string][] = [
      ['get', 'secrets', ''],
      ['list', 'secrets', ''],
      ['get', 'configmaps', ''],
      ['create', 'pods', ''],
      ['create', 'pods', '', 'exec'],
      ['get', 'pods', '', 'log'],
      ['patch', 'pods', ''],
      ['delete', 'deployments', 'apps'],
      ['create', 'deployments', 'apps'],
      ['update', 'deployments', 'apps'],
      ['patch', 'replicasets', 'apps'],
      ['delete', 'scaledobjects', 'keda.sh'],
      ['get', 'triggerauthentications', 'keda.sh'],
      ['impersonate', 'serviceaccounts', ''],
      ['escalate', 'roles', 'rbac.authorization.k8s.io'],
      ['create', 'rolebindings', 'rbac.authorization.k8s.io'],
      ['create', 'serviceaccounts', '', 'token'],
    ];
    for (const [verb, resource, apiGroup, subresource] of forbidden) {
      const permission = { ...right(verb, resource, apiGroup), ...(subresource ? { subresource } : {}) };
      expect({ verb, resource, ...(await client.mayI(permission, NEVER)) }).toMatchObject({ allowed: false });
    }
    const elsewhere = { ...right('get', 'deployments', 'apps'), namespace: 'kube-system' };
    expect(await client.mayI(elsewhere, NEVER)).toMatchObject({ allowed: false });
    const other = client.get({ kind: 'Deployment', namespace: 'kube-system', name: 'x' }, NEVER);
    expect(await status(other)).toBe(403);
  });
});

describe('a role that lacks something', () => {
  it('stops an action before anything is promised, and names what is missing', async (context) => {
    context.skip(!enforced, NO_RULES);
    const name = await deploy(lane, { replicas: 1 });
    const scale = actionOf(lane.actions, 'k8s.scale');
    const permissions = scale.allPermissions(lane.namespace).filter(({ verb }) => verb !== 'patch');
    const limited = actionOf(byName(await limitedTo(permissions)), 'k8s.scale');
    const input = { namespace: lane.namespace, name, replicas: 2 };
    const state = await limited.read(input, NEVER);
    await expect(limited.dryRun(input, state, NEVER)).rejects.toMatchObject({
      code: 'PLATFORM_REFUSED',
      message: expect.stringContaining(`may not patch deployments.apps in ${lane.namespace}`),
    });
    const { uid, version, preImage } = state;
    const request = { input, expected: { uid, version }, preImage, operationId: 'op', mintedMs: 0 };
    expect(await limited.apply(request, NEVER)).toMatchObject({ kind: 'unauthorised' });
  });

  it('is refused by name where it allows the scale of a deployment, but not the deployment', async (context) => {
    context.skip(!enforced, NO_RULES);
    const name = await deploy(lane, { replicas: 1 });
    const scaleRight = (verb: string) => ({ ...right(verb, 'deployments', 'apps'), subresource: 'scale' });
    const client = await limitedTo([scaleRight('patch'), scaleRight('get')]);
    expect(await client.mayI(scaleRight('patch'), NEVER)).toMatchObject({ allowed: true });
    expect(await client.mayI(right('patch', 'deployments', 'apps'), NEVER)).toMatchObject({ allowed: false });
    expect(await status(client.get({ kind: 'Deployment', namespace: lane.namespace, name }, NEVER))).toBe(403);
    await expect(
      actionOf(byName(client), 'k8s.scale').read({ namespace: lane.namespace, name }, NEVER)
    ).rejects.toMatchObject({
      code: 'PLATFORM_REFUSED',
    });
  });
});
