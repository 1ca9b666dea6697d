// What the network and a server in trouble do to an effect. Faults can be planned on the fake only.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Action, EffectOutcome } from '../../src/executor/actions/action.ts';
import type { Fault } from '../support/kubernetes/faults.ts';
import type { Lane } from './lane.ts';
import { LANE, openLane } from './lane.ts';
import { actionOf, cleanUp, deploy, deploymentPath, edit, NEVER, plan, podsOf, undo } from './workloads.ts';

/** Long enough for every call that no fault hits, on a machine that is busy. */
const DEADLINE_MS = 1_000;

describe.skipIf(LANE === 'real')('with a server in trouble', () => {
  let lane: Lane;
  let impatient: ReadonlyMap<string, Action>;
  beforeAll(async () => {
    lane = await openLane();
    impatient = lane.impatient(DEADLINE_MS);
  });
  afterEach(async () => {
    lane.fake?.faults.clear();
    await cleanUp(lane);
  });
  afterAll(() => lane?.close());

  const scale = () => actionOf(impatient, 'k8s.scale');
  const read = (name: string) => lane.send('GET', deploymentPath(lane, name));
  const scaling = async () => {
    const name = await deploy(lane, { replicas: 2 });
    const request = await plan(scale(), { namespace: lane.namespace, name, replicas: 4 });
    const { metadata } = await read(name);
    return { name, request, generation: metadata.generation as number };
  };
  const onPatch = (fault: Fault, times = 1) => lane.fake?.faults.plan({ fault, times, method: 'PATCH' });
  const patches = () => lane.fake?.calls.filter(({ method, dryRun }) => method === 'PATCH' && !dryRun).length ?? 0;

  it.each<[string, Fault, Partial<EffectOutcome>]>([
    ['429', { kind: 'status', code: 429, retryAfterSeconds: 7 }, { kind: 'unavailable', retryAfterSeconds: 7 }],
    ['429 without a time', { kind: 'status', code: 429 }, { kind: 'unavailable' }],
    ['401', { kind: 'status', code: 401 }, { kind: 'unauthorised' }],
    ['403', { kind: 'status', code: 403 }, { kind: 'unauthorised' }],
  ])('knows that nothing was done after %s, and does it when asked again', async (_, fault, outcome) => {
    const { name, request, generation } = await scaling();
    onPatch(fault);
    const before = patches();
    expect(await scale().apply(request, NEVER)).toMatchObject(outcome);
    expect(patches()).toBe(before + 1);
    expect((await read(name)).metadata.generation).toBe(generation);
    expect(await scale().apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await read(name)).metadata.generation).toBe(generation + 1);
  });

  it.each<[string, Fault]>([
    ['500', { kind: 'status', code: 500 }],
    ['502', { kind: 'status', code: 502 }],
    ['503', { kind: 'status', code: 503, retryAfterSeconds: 2 }],
    ['504', { kind: 'status', code: 504 }],
    ['a connection reset before the change', { kind: 'reset-before' }],
    ['a server that hangs', { kind: 'hang' }],
  ])('leaves open what became of it after %s; reading says: not done', async (_, fault) => {
    const { name, request, generation } = await scaling();
    onPatch(fault);
    expect(await scale().apply(request, NEVER)).toMatchObject({ kind: 'unknown' });
    expect(await scale().resolve(request, NEVER)).toMatchObject({ kind: 'not-applied' });
    expect(await scale().apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await read(name)).metadata.generation).toBe(generation + 1);
  });

  it.each<[string, Fault]>([
    ['a connection reset after the change', { kind: 'reset-after' }],
    ['an answer that never comes', { kind: 'hang-after' }],
    ['500 after the change', { kind: 'status', code: 500, after: true }],
    ['an answer that is too slow', { kind: 'slow-body', milliseconds: 5 * DEADLINE_MS }],
    ['an answer without end', { kind: 'endless-body' }],
  ])('leaves open what became of it after %s; reading says: done, and there is no second effect', async (_, fault) => {
    const { name, request, generation } = await scaling();
    onPatch(fault);
    expect(await scale().apply(request, NEVER)).toMatchObject({ kind: 'unknown' });
    expect(await scale().resolve(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await scale().apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await read(name)).metadata.generation).toBe(generation + 1);
    onPatch(fault);
    expect(await undo(scale(), request)).toMatchObject({ kind: 'unknown' });
    expect(await undo(scale(), request)).toMatchObject({ kind: 'applied' });
    const after = await read(name);
    expect(after.spec.replicas).toBe(2);
    expect(after.metadata.generation).toBe(generation + 2);
  });

  it('gets through a few writers at the same time, and gives up against a storm of them', async () => {
    const { name, request, generation } = await scaling();
    onPatch({ kind: 'conflict' }, 3);
    expect(await scale().apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    onPatch({ kind: 'conflict' }, 100);
    const before = patches();
    expect(await undo(scale(), request)).toMatchObject({ kind: 'conflict' });
    expect(patches() - before).toBeLessThanOrEqual(4);
    expect((await read(name)).metadata.generation).toBe(generation + 1);
  });

  it('notices a change that came in between two tries', async () => {
    const { name, request } = await scaling();
    onPatch({ kind: 'conflict' }, 1);
    const applying = scale().apply(request, NEVER);
    await edit(lane, name, { spec: { replicas: 3 } }).catch(() => edit(lane, name, { spec: { replicas: 3 } }));
    const outcome = await applying;
    expect(['applied', 'conflict']).toContain(outcome.kind);
    expect((await read(name)).spec.replicas).toBe(3);
  });

  it.each<[string, Fault]>([
    ['500', { kind: 'status', code: 500 }],
    ['a hang', { kind: 'hang' }],
    ['a reset', { kind: 'reset-before' }],
    ['429', { kind: 'status', code: 429, retryAfterSeconds: 3 }],
  ])('sends nothing when the look before it ends with %s', async (_, fault) => {
    const { name, request, generation } = await scaling();
    lane.fake?.faults.plan({ fault, times: 2, method: 'GET', path: new RegExp(`/deployments/${name}$`) });
    const before = patches();
    expect(await scale().apply(request, NEVER)).toMatchObject({ kind: 'unavailable' });
    expect(await scale().resolve(request, NEVER)).toMatchObject({ kind: 'unavailable' });
    expect(patches()).toBe(before);
    expect((await read(name)).metadata.generation).toBe(generation);
  });

  it('refuses to plan on a server in trouble, and says whether waiting helps', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const input = { namespace: lane.namespace, name, replicas: 4 };
    const path = new RegExp(`/deployments/${name}$`);
    lane.fake?.faults.plan({ fault: { kind: 'status', code: 503, retryAfterSeconds: 9 }, path });
    await expect(scale().read(input, NEVER)).rejects.toMatchObject({
      code: 'PLATFORM_UNAVAILABLE',
      retryAfterSeconds: 9,
    });
    const state = await scale().read(input, NEVER);
    onPatch({ kind: 'status', code: 403 });
    await expect(scale().dryRun(input, state, NEVER)).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
    onPatch({ kind: 'reset-before' });
    await expect(scale().dryRun(input, state, NEVER)).rejects.toMatchObject({ code: 'PLATFORM_UNAVAILABLE' });
  });

  it('can be cancelled, and then leaves open what became of it', async () => {
    const { request } = await scaling();
    const cancel = new AbortController();
    const calm = actionOf(lane.actions, 'k8s.scale');
    onPatch({ kind: 'hang-after' });
    const applying = calm.apply(request, cancel.signal);
    setTimeout(() => cancel.abort(), 500);
    expect(await applying).toMatchObject({ kind: 'unknown' });
    expect(await calm.resolve(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await calm.apply(request, AbortSignal.abort())).toMatchObject({ kind: 'unavailable' });
  });

  it('stops reading an answer that is too large, long before its deadline', async () => {
    const { request } = await scaling();
    onPatch({ kind: 'endless-body' });
    const outcome = await actionOf(lane.actions, 'k8s.scale').apply(request, NEVER);
    expect(outcome).toMatchObject({ kind: 'unknown', message: expect.stringMatching(/larger than 8388608 bytes/) });
  });

  it('deletes a pod once when the answer is lost', async () => {
    const name = await deploy(lane, { replicas: 2 });
    const [pod] = await podsOf(lane, name);
    const deletePod = actionOf(impatient, 'k8s.deletePod');
    const request = await plan(deletePod, { namespace: lane.namespace, name: pod.metadata.name });
    lane.fake?.faults.plan({ fault: { kind: 'reset-after' }, method: 'POST', path: /eviction$/ });
    expect(await deletePod.apply(request, NEVER)).toMatchObject({ kind: 'unknown' });
    expect(await deletePod.resolve(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await deletePod.apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await podsOf(lane, name)).filter((one) => one.metadata.uid === pod.metadata.uid)).toEqual([]);
  });

  it('goes on killing where a lost answer interrupted it', async () => {
    const name = await deploy(lane, { replicas: 3 });
    const before = (await podsOf(lane, name)).map((one) => one.metadata.uid);
    const kill = actionOf(impatient, 'k8s.forceRestart');
    const request = await plan(kill, { namespace: lane.namespace, name });
    lane.fake?.faults.plan({ fault: { kind: 'status', code: 500 }, method: 'DELETE' });
    expect(await kill.apply(request, NEVER)).toMatchObject({ kind: 'unknown', details: { killed: 2, pods: 3 } });
    expect(await kill.resolve(request, NEVER)).toMatchObject({
      kind: 'not-applied',
      message: '1 of 3 pods are still there',
    });
    expect(await kill.apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    const left = (await podsOf(lane, name)).filter((one) => before.includes(one.metadata.uid));
    expect(left).toEqual([]);
  });

  it('does not call half a restart by force refused', async () => {
    const name = await deploy(lane, { replicas: 3 });
    const kill = actionOf(impatient, 'k8s.forceRestart');
    const request = await plan(kill, { namespace: lane.namespace, name });
    lane.fake?.faults.plan({ fault: { kind: 'status', code: 403 }, method: 'DELETE' });
    expect(await kill.apply(request, NEVER)).toMatchObject({ kind: 'unknown', details: { killed: 2, pods: 3 } });
    const again = await plan(kill, { namespace: lane.namespace, name: await deploy(lane, { replicas: 2 }) });
    lane.fake?.faults.plan({ fault: { kind: 'status', code: 403 }, method: 'DELETE', times: 2 });
    expect(await kill.apply(again, NEVER)).toMatchObject({ kind: 'unauthorised', details: { killed: 0 } });
  });

  it('never says more than it may: no credential and no environment in any message', async () => {
    const name = await deploy(lane, { replicas: 1 });
    const bad = {
      spec: { template: { spec: { containers: [{ name: 'app', resources: { limits: { memory: '1x' } } }] } } },
    };
    const error: unknown = await edit(lane, name, bad).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ httpStatus: 422, message: expect.stringMatching(/^patch: quantities must match/) });
    const token = lane.fake?.adminToken ?? '';
    const told = JSON.stringify([error, String(error), (error as Error).stack]);
    expect(told).not.toContain('canary-secret');
    expect(told).not.toContain(token);
  });
});

describe('lanes', () => {
  it.skipIf(LANE === 'fake')('runs against a real cluster', () => {
    expect(process.env['CAUSEWAY_TEST_KUBECONFIG']).toBeTruthy();
  });
});
