import type { JsonObject } from '#contracts';
import { describe, expect, it } from 'vitest';

import type { KubernetesClient } from './kubernetes-client.ts';
import { rolloutProgress } from './rollout.ts';

const signal = new AbortController().signal;
const selector = { matchLabels: { app: 'a' } };
const pod = (waiting: string | undefined, restartCount = 0, revision = 'new'): JsonObject => ({
  metadata: { name: `pod-${revision}`, labels: { 'controller-revision-hash': revision } },
  status: {
    containerStatuses: [
      { name: 'app', restartCount, state: waiting === undefined ? {} : { waiting: { reason: waiting } } },
    ],
  },
});
const progress = (kind: 'StatefulSet' | 'DaemonSet', object: JsonObject, pods: readonly JsonObject[] = []) => {
  const client = { list: () => Promise.resolve(pods) } as unknown as KubernetesClient;
  return rolloutProgress(object, { kind, namespace: 'shop', name: 'a' }, { client, signal });
};
const set = (status: JsonObject, replicas = 3): JsonObject => ({
  metadata: { generation: 2 },
  spec: { replicas, selector },
  status: { observedGeneration: 2, currentRevision: 'old', updateRevision: 'new', ...status },
});

describe('rolloutProgress', () => {
  it.each([
    ['not seen yet', { observedGeneration: 1 }, 'pending'],
    ['half way', { replicas: 3, updatedReplicas: 1, readyReplicas: 3 }, 'pending'],
    ['not ready', { replicas: 3, updatedReplicas: 3, readyReplicas: 2 }, 'pending'],
    ['through', { replicas: 3, updatedReplicas: 3, readyReplicas: 3 }, 'settled'],
    ['scaled only', { replicas: 3, readyReplicas: 3, currentRevision: 'new' }, 'settled'],
    ['with one too many', { replicas: 4, readyReplicas: 4, currentRevision: 'new' }, 'pending'],
    ['without any status', {}, 'pending'],
  ])('of a stateful set that is %s', async (_, status, state) => {
    expect(await progress('StatefulSet', set(status))).toMatchObject({ state });
  });

  it.each([
    ['ImagePullBackOff', 0, 'new', 'stuck'],
    ['CrashLoopBackOff', 1, 'new', 'pending'],
    ['CrashLoopBackOff', 3, 'new', 'stuck'],
    ['CrashLoopBackOff', 50, 'old', 'pending'],
    ['ContainerCreating', 0, 'new', 'pending'],
  ])('with a pod in %s after %i restarts, of the %s version, is %s', async (reason, restarts, revision, state) => {
    const status = { replicas: 3, updatedReplicas: 1, readyReplicas: 2 };
    expect(await progress('StatefulSet', set(status), [pod(reason, restarts, revision)])).toMatchObject({ state });
  });

  it.each([
    [
      { desiredNumberScheduled: 4, currentNumberScheduled: 4, updatedNumberScheduled: 4, numberAvailable: 4 },
      'settled',
    ],
    [
      { desiredNumberScheduled: 4, currentNumberScheduled: 4, updatedNumberScheduled: 2, numberAvailable: 4 },
      'pending',
    ],
    [
      { desiredNumberScheduled: 4, currentNumberScheduled: 4, updatedNumberScheduled: 4, numberAvailable: 3 },
      'pending',
    ],
  ])('of a daemon set with %o is %s', async (status, state) => {
    const object = { metadata: { generation: 1 }, spec: { selector }, status: { observedGeneration: 1, ...status } };
    expect(await progress('DaemonSet', object)).toMatchObject({ state });
  });
});
