import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BAD_IMAGE, deploymentBody, GOOD_IMAGE, OTHER_IMAGE } from '../support/kubernetes/deployment-body.ts';
import type { Lane } from './lane.ts';
import { LANE, openLane, until } from './lane.ts';
import {
  actionOf,
  cleanUp,
  deploy,
  deploymentPath,
  edit,
  freshName,
  MINTED_MS,
  NEVER,
  perform,
  plan,
  podsOf,
  protect,
  rolledOut,
  settled,
  undo,
} from './workloads.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane();
});
afterEach(() => cleanUp(lane));
afterAll(() => lane?.close());

const action = (name: string) => actionOf(lane.actions, name);
const read = (name: string) => lane.send('GET', deploymentPath(lane, name));
const target = (name: string) => ({ namespace: lane.namespace, name });
const image = (value: string) => ({ spec: { template: { spec: { containers: [{ name: 'app', image: value }] } } } });

describe(`k8s.scale (lane: ${LANE})`, () => {
  it('scales once, however often it is sent, and takes it back', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const { metadata } = await read(name);
    const request = await plan(action('k8s.scale'), { ...target(name), replicas: 4 });
    expect(request.diff).toBe('spec.replicas: 2 -> 4');
    expect(request.state).toMatchObject({ summary: '2 replicas, 2 ready', size: { pods: 2, percent: 0 } });
    expect((await read(name)).metadata.generation).toBe(metadata.generation);
    for (let time = 0; time < 3; time += 1) {
      expect(await action('k8s.scale').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    }
    expect(await action('k8s.scale').resolve(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await read(name)).metadata.generation).toBe(metadata.generation + 1);
    expect(await settled(action('k8s.scale'), request.input)).toMatchObject({ state: 'settled' });
    await until(async () => (await podsOf(lane, name)).length === 4);
    for (let time = 0; time < 3; time += 1) {
      expect(await undo(action('k8s.scale'), request)).toMatchObject({ kind: 'applied' });
    }
    const after = await read(name);
    expect(after.spec.replicas).toBe(2);
    expect(after.metadata.generation).toBe(metadata.generation + 2);
  });

  it('sends nothing when nothing would change, and has nothing to take back', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const { metadata } = await read(name);
    const request = await plan(action('k8s.scale'), { ...target(name), replicas: 2 });
    expect(request).toMatchObject({ diff: '', warnings: [expect.stringMatching(/Nothing would change/)] });
    expect(await action('k8s.scale').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await action('k8s.scale').resolve(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await undo(action('k8s.scale'), request)).toMatchObject({ kind: 'applied' });
    expect((await read(name)).metadata.generation).toBe(metadata.generation);
  });

  it.each([
    [3, { factor: 1.5 }, 5],
    [3, {}, 5],
    [8, { factor: 2 }, 10],
    [8, { factor: 2, max: 12 }, 12],
    [3, { factor: 0.1 }, 1],
    [3, { factor: 0.5, min: 2 }, 2],
    [12, { factor: 1.5 }, 12],
    [1, { factor: 0.5, min: 2 }, 1],
  ])('goes from %i with %o to %i', async (replicas, by, expected) => {
    const name = freshName('factor');
    await lane.send('POST', deploymentPath(lane), deploymentBody(name, { replicas }));
    await perform(action('k8s.scale'), { ...target(name), ...by });
    expect((await read(name)).spec.replicas).toBe(expected);
  });

  it('warns of an autoscaler that will set its own number', async () => {
    const name = await deploy(lane, { replicas: 1 });
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
    const path = `/apis/autoscaling/v1/namespaces/${lane.namespace}/horizontalpodautoscalers`;
    await lane.send('POST', path, { metadata: { name }, spec: { scaleTargetRef, maxReplicas: 3 } });
    const { warnings } = await plan(action('k8s.scale'), { ...target(name), replicas: 2 });
    expect(warnings).toEqual([expect.stringMatching(/autoscaler/)]);
  });

  it('does nothing to a target that changed since approval', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const request = await plan(action('k8s.scale'), { ...target(name), replicas: 4 });
    await edit(lane, name, { spec: { replicas: 3 } });
    expect(await action('k8s.scale').apply(request, NEVER)).toMatchObject({ kind: 'conflict' });
    expect(await action('k8s.scale').resolve(request, NEVER)).toMatchObject({ kind: 'conflict' });
    expect((await read(name)).spec.replicas).toBe(3);
  });

  it('holds its approval while only the status moves', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const request = await plan(action('k8s.scale'), { ...target(name), replicas: 3 });
    const { metadata } = await read(name);
    const [pod] = await podsOf(lane, name);
    await lane.send('DELETE', `/api/v1/namespaces/${lane.namespace}/pods/${pod.metadata.name}`);
    await until(async () => (await read(name)).metadata.resourceVersion !== metadata.resourceVersion);
    await rolledOut(lane, name);
    expect(await action('k8s.scale').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
  });

  it('does nothing to a target that was made anew under the same name', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const request = await plan(action('k8s.scale'), { ...target(name), replicas: 4 });
    await lane.send('DELETE', deploymentPath(lane, name));
    expect(await action('k8s.scale').apply(request, NEVER)).toMatchObject({ kind: 'conflict' });
    await lane.send('POST', deploymentPath(lane), deploymentBody(name));
    expect(await action('k8s.scale').apply(request, NEVER)).toMatchObject({ kind: 'conflict' });
    expect((await read(name)).spec.replicas).toBe(2);
  });

  it('is not taken back on a target that somebody made anew with all its annotations', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const request = await perform(action('k8s.scale'), { ...target(name), replicas: 4 });
    await lane.send('DELETE', deploymentPath(lane, name));
    const body = deploymentBody(name, { replicas: 4 });
    const annotations = { 'aiops.io/op': request.operationId };
    await lane.send('POST', deploymentPath(lane), { ...body, metadata: { name, annotations } });
    expect(await undo(action('k8s.scale'), request)).toMatchObject({ kind: 'conflict' });
    expect((await read(name)).spec.replicas).toBe(4);
  });

  it.each([
    ['other values', { spec: { replicas: 5 } }],
    ['the mark of another operation', { metadata: { annotations: { 'aiops.io/op': 'another' } } }],
    ['no mark', { metadata: { annotations: { 'aiops.io/op': null } } }],
  ])('is not taken back when somebody else left %s', async (_, change) => {
    const name = await deploy(lane, { replicas: 2 });
    const request = await perform(action('k8s.scale'), { ...target(name), replicas: 4 });
    await edit(lane, name, change);
    const { spec } = await read(name);
    expect(await undo(action('k8s.scale'), request)).toMatchObject({ kind: 'conflict' });
    expect((await read(name)).spec.replicas).toBe(spec.replicas);
  });

  it.each([
    ['no such target', {}, 'TARGET_UNKNOWN'],
    ['too many', { replicas: 1001 }, 'PARAMETER_INVALID'],
    ['none', { replicas: 0 }, 'PARAMETER_INVALID'],
    ['half a replica', { replicas: 2.5 }, 'PARAMETER_INVALID'],
    ['two ways at once', { replicas: 2, factor: 2 }, 'PARAMETER_INVALID'],
    ['a factor too large', { factor: 10.1 }, 'PARAMETER_INVALID'],
    ['a factor too small', { factor: 0.05 }, 'PARAMETER_INVALID'],
    ['limits the wrong way round', { min: 5, max: 4 }, 'PARAMETER_INVALID'],
    ['an unknown field', { force: true }, 'PARAMETER_INVALID'],
    ['another cluster', { cluster: 'other' }, 'PARAMETER_INVALID'],
    ['a path as namespace', { namespace: '../kube-system' }, 'PARAMETER_INVALID'],
    ['a path as name', { name: 'a/../../secrets' }, 'PARAMETER_INVALID'],
    ['a kind that cannot be scaled', { kind: 'DaemonSet' }, 'PARAMETER_INVALID'],
  ])('refuses %s', async (_, input, code) => {
    const reading = action('k8s.scale').read({ ...target('nobody'), ...input }, NEVER);
    await expect(reading).rejects.toMatchObject({ code });
  });
});

describe('k8s.restart', () => {
  it('replaces all pods once, by the minted time', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const before = (await podsOf(lane, name)).map((pod) => pod.metadata.uid);
    const { metadata } = await read(name);
    const request = await plan(action('k8s.restart'), target(name));
    expect(request.diff).toBe(
      'spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]: (none) -> "(time of execution)"'
    );
    expect(await action('k8s.restart').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await action('k8s.restart').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await settled(action('k8s.restart'), target(name))).toMatchObject({ state: 'settled' });
    const after = await read(name);
    expect(after.metadata.generation).toBe(metadata.generation + 1);
    expect(after.spec.template.metadata.annotations).toEqual({
      'kubectl.kubernetes.io/restartedAt': new Date(MINTED_MS).toISOString(),
    });
    await until(async () => (await podsOf(lane, name)).length === 2);
    const uids = (await podsOf(lane, name)).map((pod) => pod.metadata.uid);
    expect(uids.filter((uid) => before.includes(uid))).toEqual([]);
    expect(action('k8s.restart').compensate).toBeUndefined();
  });

  it('is refused while the rollout is paused', async () => {
    const name = await deploy(lane, { replicas: 1 });
    await edit(lane, name, { spec: { paused: true } });
    await expect(action('k8s.restart').read(target(name), NEVER)).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
  });
});

describe('k8s.rollback', () => {
  it('goes back to the template before, and forth again, without holding any template', async () => {
    const name = await deploy(lane, { replicas: 2 });
    await edit(lane, name, image(OTHER_IMAGE));
    await rolledOut(lane, name);
    const request = await plan(action('k8s.rollback'), target(name));
    expect(request.diff).toBe(`spec.template.spec.containers[app].image: "${OTHER_IMAGE}" -> "${GOOD_IMAGE}"`);
    expect(JSON.stringify(request)).not.toContain('canary-secret');
    expect(await action('k8s.rollback').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await action('k8s.rollback').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await settled(action('k8s.rollback'), target(name))).toMatchObject({ state: 'settled' });
    const back = await read(name);
    expect(back.spec.template.spec.containers[0].image).toBe(GOOD_IMAGE);
    expect(back.spec.template.metadata.labels).toEqual({ app: name });
    expect(back.spec.template.spec.containers[0].env[0].value).toBe('canary-secret-hunter2');
    expect(await undo(action('k8s.rollback'), request)).toMatchObject({ kind: 'applied' });
    await rolledOut(lane, name);
    expect((await read(name)).spec.template.spec.containers[0].image).toBe(OTHER_IMAGE);
  });

  it('goes to a named revision, and says which there are when it is none of them', async () => {
    const name = await deploy(lane, { replicas: 1 });
    for (const next of [OTHER_IMAGE, 'registry.k8s.io/pause:3.7']) {
      await edit(lane, name, image(next));
      await rolledOut(lane, name);
    }
    const request = await plan(action('k8s.rollback'), { ...target(name), revision: 1 });
    expect(request.warnings).toEqual(['From revision 3 to the template of revision 1.']);
    expect(await action('k8s.rollback').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await read(name)).spec.template.spec.containers[0].image).toBe(GOOD_IMAGE);
    const unknown = action('k8s.rollback').read({ ...target(name), revision: 77 }, NEVER);
    await expect(unknown).rejects.toThrow(/no revision 77; known are [0-9, ]+\./);
  });

  it('heals a rollout that is stuck at a bad image', async () => {
    const name = await deploy(lane, { replicas: 2 });
    await edit(lane, name, image(BAD_IMAGE));
    const stuck = await settled(action('k8s.rollback'), target(name));
    expect(stuck).toMatchObject({ state: 'stuck', message: expect.stringMatching(/ImagePull|ProgressDeadline/) });
    await perform(action('k8s.rollback'), target(name));
    expect(await settled(action('k8s.rollback'), target(name))).toMatchObject({ state: 'settled' });
    await until(async () => (await podsOf(lane, name)).every((pod) => pod.spec.containers[0].image === GOOD_IMAGE));
  });

  it('is refused where there is nothing before', async () => {
    const name = await deploy(lane, { replicas: 1 });
    await expect(action('k8s.rollback').read(target(name), NEVER)).rejects.toThrow(/no earlier revision/);
  });
});

describe('k8s.setMemory', () => {
  it('changes one limit and nothing else, and takes it back', async () => {
    const name = await deploy(lane, { replicas: 1 });
    const before = await read(name);
    const input = { ...target(name), container: 'app', limit: '96Mi' };
    const request = await plan(action('k8s.setMemory'), input);
    expect(request.diff).toBe('spec.template.spec.containers[app].resources.limits.memory: "64Mi" -> "96Mi"');
    expect(await action('k8s.setMemory').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    const [container] = (await read(name)).spec.template.spec.containers;
    const [old] = before.spec.template.spec.containers;
    expect(container).toEqual({ ...old, resources: { limits: { memory: '96Mi' } } });
    expect(await settled(action('k8s.setMemory'), input)).toMatchObject({ state: 'settled' });
    expect(await undo(action('k8s.setMemory'), request)).toMatchObject({ kind: 'applied' });
    expect((await read(name)).spec.template).toEqual(before.spec.template);
  });

  it('multiplies, in whole MiB', async () => {
    const name = await deploy(lane, { replicas: 1 });
    await perform(action('k8s.setMemory'), { ...target(name), container: 'app', factor: 1.51 });
    expect((await read(name)).spec.template.spec.containers[0].resources.limits.memory).toBe('97Mi');
  });

  it.each([
    ['a container that is none', { container: 'other', limit: '96Mi' }, /pod has app, not "other"/],
    ['a quantity that is none', { container: 'app', limit: '384Mx' }, /limit/],
    ['too little', { container: 'app', limit: '1Mi' }, /16Mi to 64Gi/],
    ['too much', { container: 'app', limit: '65Gi' }, /16Mi to 64Gi/],
    ['neither limit nor factor', { container: 'app' }, /either limit or factor/],
    ['both', { container: 'app', limit: '96Mi', factor: 2 }, /either limit or factor/],
  ])('refuses %s', async (_, input, message) => {
    const name = await deploy(lane, { replicas: 1 });
    await expect(action('k8s.setMemory').read({ ...target(name), ...input }, NEVER)).rejects.toThrow(message);
  });
});

describe('k8s.deletePod', () => {
  it('removes exactly this pod, and its controller makes another', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const [pod, other] = await podsOf(lane, name);
    const input = target(pod.metadata.name);
    const request = await plan(action('k8s.deletePod'), input);
    expect(request.diff).toContain(`(uid ${pod.metadata.uid}): evicted`);
    expect(request.state).toMatchObject({ size: { pods: 1, percent: 50 } });
    expect(await action('k8s.deletePod').resolve(request, NEVER)).toMatchObject({ kind: 'not-applied' });
    expect(await action('k8s.deletePod').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    await until(async () => (await action('k8s.deletePod').resolve(request, NEVER)).kind === 'applied');
    expect(await action('k8s.deletePod').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    await until(async () => (await podsOf(lane, name)).length === 2);
    const uids = (await podsOf(lane, name)).map((one) => one.metadata.uid);
    expect(uids).toContain(other.metadata.uid);
    expect(uids).not.toContain(pod.metadata.uid);
  });

  it('is blocked by a disruption budget unless told otherwise', async () => {
    const name = await deploy(lane, { replicas: 1 });
    const [pod] = await podsOf(lane, name);
    const request = await plan(action('k8s.deletePod'), target(pod.metadata.name));
    await protect(lane, name, 1);
    await until(async () => (await action('k8s.deletePod').apply(request, NEVER)).kind === 'blocked');
    await expect(plan(action('k8s.deletePod'), target(pod.metadata.name))).rejects.toMatchObject({
      code: 'PLATFORM_REFUSED',
      message: expect.stringMatching(/disruption budget/),
    });
    await perform(action('k8s.deletePod'), { ...target(pod.metadata.name), ignoreDisruptionBudget: true });
    await until(async () => (await podsOf(lane, name)).every((one) => one.metadata.uid !== pod.metadata.uid));
  });

  it.each([false, true])(
    'leaves another pod of the same name alone (ignoring budgets: %s)',
    async (ignoreDisruptionBudget) => {
      const [pod] = await podsOf(lane, await deploy(lane, { replicas: 1 }));
      const { name, uid } = pod.metadata;
      const request = await plan(action('k8s.deletePod'), { ...target(name), ignoreDisruptionBudget });
      const other = { ...request, expected: { ...request.expected, uid: 'another' } };
      expect(await action('k8s.deletePod').apply(other, NEVER)).toMatchObject({
        kind: 'applied',
        message: 'it is gone already',
      });
      const after = await lane.send('GET', `/api/v1/namespaces/${lane.namespace}/pods/${name}`);
      expect(after.metadata).toMatchObject({ uid });
      expect(after.metadata.deletionTimestamp).toBeUndefined();
    }
  );

  it('refuses a pod that nobody would replace', async () => {
    const name = freshName('alone');
    const containers = [{ name: 'app', image: GOOD_IMAGE }];
    const spec = { automountServiceAccountToken: false, containers };
    await lane.send('POST', `/api/v1/namespaces/${lane.namespace}/pods`, { metadata: { name }, spec });
    await expect(action('k8s.deletePod').read(target(name), NEVER)).rejects.toThrow(/no controller/);
  });
});

describe('k8s.forceRestart', () => {
  it('kills the approved pods and none of their successors', async () => {
    const name = await deploy(lane, { replicas: 3 });
    const bystander = await deploy(lane, { replicas: 1 });
    const before = (await podsOf(lane, name)).map((pod) => pod.metadata.uid);
    const request = await plan(action('k8s.forceRestart'), target(name));
    expect(request.diff.split('\n')).toHaveLength(3);
    expect(await action('k8s.forceRestart').resolve(request, NEVER)).toMatchObject({ kind: 'not-applied' });
    expect(await action('k8s.forceRestart').apply(request, NEVER)).toMatchObject({
      kind: 'applied',
      details: { killed: 3, pods: 3 },
    });
    await until(async () => (await podsOf(lane, name)).length === 3);
    await rolledOut(lane, name);
    const after = (await podsOf(lane, name)).map((pod) => pod.metadata.uid).sort();
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
    expect(await action('k8s.forceRestart').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await action('k8s.forceRestart').resolve(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await podsOf(lane, name)).map((pod) => pod.metadata.uid).sort()).toEqual(after);
    expect(await podsOf(lane, bystander)).toHaveLength(1);
    expect(action('k8s.forceRestart')).toMatchObject({ destructive: true, reversible: false });
  });
});

describe('every action', () => {
  it('has a closed input schema, a risk, and a check for runbooks that have none', () => {
    expect([...lane.actions.keys()]).toHaveLength(11);
    for (const one of lane.actions.values()) {
      expect(one.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(one.riskBase).toBeGreaterThan(0);
      expect(one.riskBase).toBeLessThanOrEqual(1);
      expect(one.reversible).toBe(one.compensate !== undefined);
    }
  });
});
