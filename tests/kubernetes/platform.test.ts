// What we rely on of an API server, whichever it is. A difference between the two lanes is a bug of the fake.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KubernetesError } from '../../src/executor/actions/kubernetes/kubernetes-error.ts';
import { BAD_IMAGE, deploymentBody } from '../support/kubernetes/deployment-body.ts';
import type { Lane } from './lane.ts';
import { LANE, openLane, until } from './lane.ts';
import { cleanUp, deploy, deploymentPath, edit, freshName, NEVER, podsOf, protect, rolledOut } from './workloads.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane();
});
afterEach(() => cleanUp(lane));
afterAll(() => lane?.close());

const MERGE = { contentType: 'application/merge-patch+json' };
const STRATEGIC = { contentType: 'application/strategic-merge-patch+json' };
const JSON_PATCH = { contentType: 'application/json-patch+json' };
const DRY_RUN = { query: { dryRun: 'All' } };

const refusal = async (answer: Promise<unknown>) => {
  const error: unknown = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown
  );
  if (!(error instanceof KubernetesError)) {
    throw new Error('it was not refused', { cause: error });
  }
  return { code: error.httpStatus, reason: error.reason };
};
const patch = (name: string, body: unknown, options: object) =>
  lane.send('PATCH', deploymentPath(lane, name), body, options);

describe(`an API server (lane: ${LANE})`, () => {
  it('leaves nothing behind after a dry run', async () => {
    const name = freshName('dry');
    const created = await lane.send('POST', deploymentPath(lane), deploymentBody(name), DRY_RUN);
    expect(created.spec.replicas).toBe(2);
    expect(await refusal(lane.send('GET', deploymentPath(lane, name)))).toEqual({ code: 404, reason: 'NotFound' });
    const real = await deploy(lane);
    const before = await lane.send('GET', deploymentPath(lane, real));
    const patched = await patch(real, { spec: { replicas: 5 } }, { ...MERGE, ...DRY_RUN });
    expect(patched.spec.replicas).toBe(5);
    const after = await lane.send('GET', deploymentPath(lane, real));
    expect(after.metadata).toEqual(before.metadata);
    expect(after.spec).toEqual(before.spec);
  });

  it('raises the generation by one when scaled, and not for a status', async () => {
    const name = await deploy(lane);
    const { metadata } = await lane.send('GET', deploymentPath(lane, name));
    const body = { metadata: { annotations: { 'aiops.io/op': 'x' } }, spec: { replicas: 3 } };
    const scaled = await patch(name, body, MERGE);
    expect(scaled.metadata.generation).toBe(metadata.generation + 1);
    expect(scaled.metadata.uid).toBe(metadata.uid);
    await rolledOut(lane, name);
    const later = await lane.send('GET', deploymentPath(lane, name));
    expect(later.metadata.generation).toBe(metadata.generation + 1);
    expect(later.metadata.resourceVersion).not.toBe(scaled.metadata.resourceVersion);
  });

  it('counts annotations of a deployment into its generation, and changes nothing for the same again', async () => {
    const name = await deploy(lane, { replicas: 1 });
    const first = await patch(name, { metadata: { annotations: { note: 'a' } } }, MERGE);
    const again = await patch(name, { metadata: { annotations: { note: 'a' } } }, MERGE);
    expect(again.metadata.generation).toBe(first.metadata.generation);
    const other = await patch(name, { metadata: { annotations: { note: 'b' } } }, MERGE);
    expect(other.metadata.generation).toBe(first.metadata.generation + 1);
  });

  it('replaces all pods of a rolling restart', async () => {
    const name = await deploy(lane, { replicas: 3 });
    const before = (await podsOf(lane, name)).map((pod) => pod.metadata.uid);
    await edit(lane, name, { spec: { template: { metadata: { annotations: { restartedAt: 'now' } } } } });
    await rolledOut(lane, name);
    await until(async () => (await podsOf(lane, name)).length === 3);
    const after = (await podsOf(lane, name)).map((pod) => pod.metadata.uid);
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
  });

  it('says that a rollout with a bad image makes no progress', async () => {
    const name = await deploy(lane);
    await edit(lane, name, { spec: { template: { spec: { containers: [{ name: 'app', image: BAD_IMAGE }] } } } });
    await until(async () => {
      const { status } = await lane.send('GET', deploymentPath(lane, name));
      return status.conditions.some(
        (one: any) => one.type === 'Progressing' && one.reason === 'ProgressDeadlineExceeded'
      );
    });
    expect((await podsOf(lane, name)).length).toBeGreaterThanOrEqual(2);
  });

  it('patches one container by its name and leaves its image alone', async () => {
    const name = await deploy(lane, { replicas: 1 });
    const containers = [{ name: 'app', resources: { limits: { memory: '128Mi' } } }];
    const before = await lane.send('GET', deploymentPath(lane, name));
    const after = await patch(name, { spec: { template: { spec: { containers } } } }, STRATEGIC);
    const [container] = after.spec.template.spec.containers;
    const [old] = before.spec.template.spec.containers;
    expect(container).toEqual({ ...old, resources: { limits: { memory: '128Mi' } } });
  });

  it.each([
    [
      'a bad quantity',
      { spec: { template: { spec: { containers: [{ name: 'app', resources: { limits: { memory: '384Mx' } } }] } } } },
      STRATEGIC,
      422,
      'Invalid',
    ],
    ['a negative number of replicas', { spec: { replicas: -1 } }, MERGE, 422, 'Invalid'],
    ['replicas that are no number', { spec: { replicas: 'x' } }, MERGE, 422, 'Invalid'],
    ['another selector', { spec: { selector: { matchLabels: { app: 'other' } } } }, MERGE, 422, 'Invalid'],
    ['a stale resourceVersion', { metadata: { resourceVersion: '1' }, spec: { replicas: 3 } }, MERGE, 409, 'Conflict'],
    ['another uid', { metadata: { uid: 'another' }, spec: { replicas: 3 } }, MERGE, 422, 'Invalid'],
    [
      'a test that fails',
      [
        { op: 'test', path: '/metadata/resourceVersion', value: '1' },
        { op: 'replace', path: '/spec/replicas', value: 3 },
      ],
      JSON_PATCH,
      422,
      'Invalid',
    ],
    ['an object as JSON patch', { spec: { replicas: 3 } }, JSON_PATCH, 400, 'BadRequest'],
    ['a patch without its type', { spec: { replicas: 3 } }, {}, 415, 'UnsupportedMediaType'],
  ])('refuses %s', async (_, body, options, code, reason) => {
    const name = freshName('refuse');
    await lane.send('POST', deploymentPath(lane), deploymentBody(name, { replicas: 1 }));
    expect(await refusal(patch(name, body, { ...options, ...DRY_RUN }))).toEqual({ code, reason });
  });

  it('applies on the server side without leaving anything in a dry run', async () => {
    const name = freshName('apply');
    const options = { contentType: 'application/apply-patch+yaml', query: { dryRun: 'All', fieldManager: 'suite' } };
    const applied = await patch(name, deploymentBody(name), options);
    expect(applied.spec.replicas).toBe(2);
    expect(await refusal(lane.send('GET', deploymentPath(lane, name)))).toEqual({ code: 404, reason: 'NotFound' });
  });

  it('refuses to make the same object twice', async () => {
    const name = await deploy(lane, { replicas: 1 });
    const again = lane.send('POST', deploymentPath(lane), deploymentBody(name));
    expect(await refusal(again)).toEqual({ code: 409, reason: 'AlreadyExists' });
  });

  it('deletes a pod only under the uid that is meant', async () => {
    const name = await deploy(lane, { replicas: 1 });
    const [pod] = await podsOf(lane, name);
    const path = `/api/v1/namespaces/${lane.namespace}/pods/${pod.metadata.name}`;
    const other = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'another' } };
    expect(await refusal(lane.send('DELETE', path, other))).toEqual({ code: 409, reason: 'Conflict' });
    const ref = { kind: 'Pod', namespace: lane.namespace, name: pod.metadata.name } as const;
    await lane.client.remove(ref, { uid: pod.metadata.uid, dryRun: true }, NEVER);
    expect((await lane.send('GET', path)).metadata.deletionTimestamp).toBeUndefined();
    await lane.client.remove(ref, { uid: pod.metadata.uid }, NEVER);
    await until(async () => (await podsOf(lane, name)).every((one) => one.metadata.uid !== pod.metadata.uid));
  });

  it('protects pods by a disruption budget: 429 with the cause', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const lift = await protect(lane, name, 2);
    const [pod] = await podsOf(lane, name);
    const ref = { kind: 'Pod', namespace: lane.namespace, name: pod.metadata.name } as const;
    const evict = (dryRun: boolean) => lane.client.evict(ref, { uid: pod.metadata.uid, dryRun }, NEVER);
    // Until the controller has counted the pods, evictions are refused without the cause.
    await until(async () => {
      const error = await evict(true).catch((thrown: unknown) => thrown);
      return error instanceof KubernetesError && error.httpStatus === 429 && error.causes.includes('DisruptionBudget');
    });
    await lift();
    await until(async () => (await evict(true).catch(() => 'refused')) === undefined);
    await evict(false);
    await until(async () => (await podsOf(lane, name)).every((one) => one.metadata.uid !== pod.metadata.uid));
    await until(async () => (await podsOf(lane, name)).length === 2);
    expect((await podsOf(lane, name)).map((one) => one.metadata.uid)).not.toContain(pod.metadata.uid);
  });

  it('lists in pages and by label', async () => {
    const name = await deploy(lane, { replicas: 3 });
    const path = `/api/v1/namespaces/${lane.namespace}/pods`;
    const page = await lane.send('GET', path, undefined, { query: { limit: '2', labelSelector: `app=${name}` } });
    expect(page.items).toHaveLength(2);
    const next = { limit: '2', labelSelector: `app=${name}`, continue: page.metadata.continue };
    const rest = await lane.send('GET', path, undefined, { query: next });
    expect(rest.items).toHaveLength(1);
    expect(await lane.client.list('Pod', lane.namespace, `app in (${name}),!missing`, NEVER)).toHaveLength(3);
    expect(await lane.client.list('Pod', lane.namespace, `app notin (${name}),app=${name}`, NEVER)).toEqual([]);
  });

  it('answers 404 for kinds that it does not know, and the client takes it for none', async () => {
    const unknown = lane.send('GET', `/apis/nobody.example/v1/namespaces/${lane.namespace}/things`);
    expect(await refusal(unknown)).toMatchObject({ code: 404 });
    expect(
      await lane.client.get({ kind: 'Deployment', namespace: lane.namespace, name: 'nobody' }, NEVER)
    ).toBeUndefined();
  });
});
