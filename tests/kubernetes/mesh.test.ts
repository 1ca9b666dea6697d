// Foreign kinds are kept without a schema in both lanes: what KEDA and Istio make of them is not tested here.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Lane } from './lane.ts';
import { LANE, openLane } from './lane.ts';
import { actionOf, cleanUp, freshMeshName, freshName, NEVER, perform, plan, undo } from './workloads.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane();
});
afterEach(() => cleanUp(lane));
afterAll(() => lane?.close());

const action = (name: string) => actionOf(lane.actions, name);
const path = (api: string, name?: string) =>
  `/apis/${api.replace(/\/([^/]+)$/, `/namespaces/${lane.namespace}/$1`)}${name === undefined ? '' : `/${name}`}`;
const SCALED = 'keda.sh/v1alpha1/scaledobjects';
const RULES = 'networking.istio.io/v1beta1/destinationrules';
const FILTERS = 'networking.istio.io/v1alpha3/envoyfilters';
const read = (api: string, name: string) => lane.send('GET', path(api, name));
const target = (name: string) => ({ namespace: lane.namespace, name });
const create = async (api: string, kind: string, spec: unknown, annotations = {}) => {
  const name = freshName('mesh');
  const apiVersion = api.replace(/\/[^/]+$/, '');
  await lane.send('POST', path(api), { apiVersion, kind, metadata: { name, annotations }, spec });
  return name;
};
const merge = (api: string, name: string, body: unknown) =>
  lane.send('PATCH', path(api, name), body, { contentType: 'application/merge-patch+json' });

const scaledObject = (annotations = {}) =>
  create(
    SCALED,
    'ScaledObject',
    {
      scaleTargetRef: { name: 'orders' },
      minReplicaCount: 2,
      maxReplicaCount: 20,
      triggers: [{ type: 'prometheus', metadata: { serverAddress: 'http://user:canary-secret@prometheus:9090' } }],
    },
    annotations
  );

describe(`KEDA (lane: ${LANE})`, () => {
  it('is paused and resumed by annotations only', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const name = await scaledObject();
    const before = await read(SCALED, name);
    const request = await plan(action('keda.pause'), { ...target(name), replicas: 4 });
    expect(request.diff).toBe('metadata.annotations["autoscaling.keda.sh/paused-replicas"]: (none) -> "4"');
    expect(await action('keda.pause').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await action('keda.pause').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    const paused = await read(SCALED, name);
    expect(paused.spec).toEqual(before.spec);
    expect(paused.metadata.generation).toBe(before.metadata.generation);
    expect(paused.metadata.annotations).toMatchObject({ 'autoscaling.keda.sh/paused-replicas': '4' });
    const resume = await perform(action('keda.resume'), target(name));
    expect((await read(SCALED, name)).metadata.annotations).not.toHaveProperty('autoscaling.keda.sh/paused-replicas');
    expect(await undo(action('keda.pause'), request)).toMatchObject({ kind: 'conflict' });
    expect(await undo(action('keda.resume'), resume)).toMatchObject({ kind: 'applied' });
    expect((await read(SCALED, name)).metadata.annotations).toMatchObject({
      'autoscaling.keda.sh/paused-replicas': '4',
    });
  });

  it('gets other bounds and gets the old ones back, its triggers untouched and unseen', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const name = await scaledObject();
    const before = await read(SCALED, name);
    const request = await plan(action('keda.setBounds'), { ...target(name), min: 4, max: 30 });
    expect(request.diff).toBe('spec.maxReplicaCount: 20 -> 30\nspec.minReplicaCount: 2 -> 4');
    expect(JSON.stringify(request)).not.toContain('canary-secret');
    expect(await action('keda.setBounds').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await read(SCALED, name)).spec).toEqual({ ...before.spec, minReplicaCount: 4, maxReplicaCount: 30 });
    expect(await undo(action('keda.setBounds'), request)).toMatchObject({ kind: 'applied' });
    expect((await read(SCALED, name)).spec).toEqual(before.spec);
  });

  it('does nothing after somebody changed a trigger', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const name = await scaledObject();
    const request = await plan(action('keda.setBounds'), { ...target(name), min: 4, max: 30 });
    await merge(SCALED, name, { spec: { triggers: [] } });
    expect(await action('keda.setBounds').apply(request, NEVER)).toMatchObject({ kind: 'conflict' });
  });
});

describe('istio.circuitBreak', () => {
  it('makes a rule where there is none, and deletes it on the way back', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const name = freshMeshName();
    const request = await plan(action('istio.circuitBreak'), { ...target(name), host: 'payment' });
    expect(request.expected).toEqual({ uid: '', version: 'absent' });
    expect(request.diff.split('\n')).toContain('spec.trafficPolicy.outlierDetection.maxEjectionPercent: (none) -> 50');
    expect(await action('istio.circuitBreak').resolve(request, NEVER)).toMatchObject({ kind: 'not-applied' });
    expect(await action('istio.circuitBreak').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await action('istio.circuitBreak').apply(request, NEVER)).toMatchObject({ kind: 'applied' });
    expect((await read(RULES, name)).spec).toEqual({
      host: 'payment',
      trafficPolicy: {
        outlierDetection: {
          consecutive5xxErrors: 1,
          interval: '1s',
          baseEjectionTime: '300s',
          maxEjectionPercent: 50,
        },
      },
    });
    const second = { ...target(freshMeshName()), host: `payment.${lane.namespace}.svc.cluster.local` };
    await expect(action('istio.circuitBreak').read(second, NEVER)).rejects.toThrow(/is for this host already/);
    expect(await undo(action('istio.circuitBreak'), request)).toMatchObject({ kind: 'applied' });
    expect(await undo(action('istio.circuitBreak'), request)).toMatchObject({ kind: 'applied' });
    await expect(read(RULES, name)).rejects.toMatchObject({ httpStatus: 404 });
  });

  it('makes none after somebody else made one for the host', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const host = freshName('host');
    const request = await plan(action('istio.circuitBreak'), { ...target(freshMeshName()), host });
    await create(RULES, 'DestinationRule', { host });
    expect(await action('istio.circuitBreak').apply(request, NEVER)).toMatchObject({ kind: 'refused' });
  });

  it('does not delete a rule that somebody has built upon', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const request = await perform(action('istio.circuitBreak'), target(freshMeshName()));
    const name = String(request.input['name']);
    await merge(RULES, name, { spec: { subsets: [{ name: 'v1', labels: { version: 'v1' } }] } });
    expect(await undo(action('istio.circuitBreak'), request)).toMatchObject({ kind: 'conflict' });
    expect((await read(RULES, name)).spec.subsets).toHaveLength(1);
  });

  it.for([
    ['no traffic policy', undefined],
    ['another traffic policy', { loadBalancer: { simple: 'LEAST_REQUEST' } }],
    ['outlier detection of its own', { outlierDetection: { consecutiveGatewayErrors: 3, interval: '5s' } }],
  ])('changes a rule with %s and restores it', async ([, trafficPolicy], context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const spec = { host: 'cart', ...(trafficPolicy ? { trafficPolicy } : {}) };
    const name = await create(RULES, 'DestinationRule', spec);
    const request = await perform(action('istio.circuitBreak'), { ...target(name), maxEjectionPercent: 10 });
    const changed = await read(RULES, name);
    expect(changed.spec.trafficPolicy.outlierDetection).toEqual({
      consecutive5xxErrors: 1,
      interval: '1s',
      baseEjectionTime: '300s',
      maxEjectionPercent: 10,
    });
    expect(await undo(action('istio.circuitBreak'), request)).toMatchObject({ kind: 'applied' });
    expect((await read(RULES, name)).spec).toEqual(spec);
  });

  it.each([
    ['more ejections than the administrator allows', { maxEjectionPercent: 51 }],
    ['an endless ejection', { ejectionSeconds: 3601 }],
    ['a host that is none', { host: 'a/b' }],
  ])('refuses %s', (_, input) => {
    expect(() => action('istio.circuitBreak').target({ ...target('x'), ...input })).toThrow(
      expect.objectContaining({ code: 'PARAMETER_INVALID' })
    );
  });
});

describe('istio.rateLimit', () => {
  it('makes a filter, changes it, and takes both back', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const service = freshMeshName();
    const name = `causeway-rate-limit-${service}`;
    const first = await perform(action('istio.rateLimit'), { ...target(service), requestsPerSecondPerPod: 500 });
    const made = await read(FILTERS, name);
    expect(made.spec.workloadSelector).toEqual({ labels: { app: service } });
    expect(made.spec.configPatches[0].patch.value.typed_config.value.token_bucket).toEqual({
      max_tokens: 500,
      tokens_per_fill: 500,
      fill_interval: '1s',
    });
    const second = await plan(action('istio.rateLimit'), {
      ...target(service),
      requestsPerSecondPerPod: 300,
      burst: 600,
    });
    expect(second.diff.split('\n').map((line) => line.replace(/^.*token_bucket\./, ''))).toEqual([
      'max_tokens: 500 -> 600',
      'tokens_per_fill: 500 -> 300',
    ]);
    expect(await action('istio.rateLimit').apply(second, NEVER)).toMatchObject({ kind: 'applied' });
    expect(await undo(action('istio.rateLimit'), first)).toMatchObject({ kind: 'conflict' });
    expect(await undo(action('istio.rateLimit'), second)).toMatchObject({ kind: 'applied' });
    expect((await read(FILTERS, name)).spec).toEqual(made.spec);
  });

  it('is lifted by deleting the filter that it made', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const service = freshMeshName();
    const request = await perform(action('istio.rateLimit'), { ...target(service), requestsPerSecondPerPod: 500 });
    expect(await undo(action('istio.rateLimit'), request)).toMatchObject({ kind: 'applied' });
    await expect(read(FILTERS, `causeway-rate-limit-${service}`)).rejects.toMatchObject({ httpStatus: 404 });
  });

  it('never touches a filter that somebody else made', async (context) => {
    context.skip(!lane.customResources, 'the kinds of KEDA and Istio are not installed');
    const service = freshMeshName();
    const metadata = { name: `causeway-rate-limit-${service}` };
    const apiVersion = 'networking.istio.io/v1alpha3';
    await lane.send('POST', path(FILTERS), { apiVersion, kind: 'EnvoyFilter', metadata, spec: { configPatches: [] } });
    const reading = action('istio.rateLimit').read({ ...target(service), requestsPerSecondPerPod: 500 }, NEVER);
    await expect(reading).rejects.toThrow(/made by somebody else/);
  });
});
