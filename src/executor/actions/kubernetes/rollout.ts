import type { JsonObject } from '#contracts';
import type { Progress } from '../action.ts';
import { isObject, listAt, numberAt, objectAt, textAt } from './json.ts';
import type { Surroundings } from './object-change.ts';
import type { Right } from './permissions.ts';
import type { ObjectRef } from './resources.ts';
import { podSelector, wantedPods } from './workload.ts';

/** What {@link rolloutProgress} needs. */
export const ROLLOUT_RIGHTS: readonly Right[] = [
  { kind: 'Pod', verbs: ['list'] },
  { kind: 'ReplicaSet', verbs: ['list'] },
];

/** Reasons of a waiting container that do not go away by waiting. */
const HOPELESS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
]);
/** Restarts after which a pod of the new version counts as one that will not come up. */
const HOPELESS_RESTARTS = 3;

/** Whether all pods of a workload are of its newest version and available. Looks at the new pods to see early that they fail. */
export async function rolloutProgress(
  object: JsonObject,
  ref: ObjectRef,
  around: Pick<Surroundings<unknown>, 'client' | 'signal'>
): Promise<Progress> {
  if ((numberAt(object, 'status', 'observedGeneration') ?? 0) < (numberAt(object, 'metadata', 'generation') ?? 0)) {
    return { state: 'pending', message: 'the cluster has not seen the change yet' };
  }
  const wanted = wantedPods(object);
  const { fresh, available, total } = countsOf(object, ref.kind);
  const message = `${fresh} of ${wanted} pods are of the newest version, ${available} available`;
  if (fresh >= wanted && available >= wanted && total <= wanted) {
    return { state: 'settled', message };
  }
  const late = listAt(object, 'status', 'conditions').find(
    (one) => textAt(one, 'type') === 'Progressing' && textAt(one, 'status') === 'False'
  );
  if (late !== undefined) {
    return { state: 'stuck', message: `${message}; ${textAt(late, 'reason')}` };
  }
  const failure = await failingPod(object, ref, around);
  return failure === undefined ? { state: 'pending', message } : { state: 'stuck', message: `${message}; ${failure}` };
}

function countsOf(object: JsonObject, kind: ObjectRef['kind']) {
  const status = objectAt(object, 'status');
  const count = (key: string): number => numberAt(status, key) ?? 0;
  if (kind === 'DaemonSet') {
    const available = count('numberAvailable');
    return { fresh: count('updatedNumberScheduled'), available, total: count('currentNumberScheduled') };
  }
  if (kind === 'StatefulSet') {
    // While nothing is rolled out, older controllers leave updatedReplicas out.
    const rolled = textAt(status, 'currentRevision') === textAt(status, 'updateRevision');
    const fresh = rolled ? count('replicas') : count('updatedReplicas');
    return { fresh, available: count('readyReplicas'), total: count('replicas') };
  }
  return { fresh: count('updatedReplicas'), available: count('availableReplicas'), total: count('replicas') };
}

async function failingPod(
  object: JsonObject,
  { kind, namespace }: ObjectRef,
  { client, signal }: Pick<Surroundings<unknown>, 'client' | 'signal'>
): Promise<string | undefined> {
  const pods = await client.list('Pod', namespace, podSelector(object), signal);
  const newest =
    kind === 'Deployment'
      ? newestOf(await ownedReplicaSets(object, namespace, { client, signal }))
      : textAt(object, 'status', 'updateRevision');
  const label = kind === 'Deployment' ? 'pod-template-hash' : 'controller-revision-hash';
  return pods
    .filter((pod) => newest === '' || textAt(pod, 'metadata', 'labels', label) === newest)
    .map((pod) => failureOf(pod))
    .find((failure) => failure !== undefined);
}

function failureOf(pod: JsonObject): string | undefined {
  const containers = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  for (const container of containers) {
    const reason = textAt(container, 'state', 'waiting', 'reason');
    const restarts = numberAt(container, 'restartCount') ?? 0;
    if (HOPELESS.has(reason) || (reason === 'CrashLoopBackOff' && restarts >= HOPELESS_RESTARTS)) {
      return `pod ${textAt(pod, 'metadata', 'name')}: ${reason}`;
    }
  }
  return undefined;
}

/** Replica sets that a deployment controls, newest revision first. */
export async function ownedReplicaSets(
  deployment: JsonObject,
  namespace: string,
  { client, signal }: Pick<Surroundings<unknown>, 'client' | 'signal'>
): Promise<readonly JsonObject[]> {
  const uid = textAt(deployment, 'metadata', 'uid');
  const sets = await client.list('ReplicaSet', namespace, podSelector(deployment), signal);
  return sets.filter((set) => controllerOf(set) === uid).sort((a, b) => revisionOf(b) - revisionOf(a));
}

/** Uid of the object that controls another one; empty without one. */
export function controllerOf(object: JsonObject): string {
  const owner = listAt(object, 'metadata', 'ownerReferences').find(
    (one) => isObject(one) && one['controller'] === true
  );
  return textAt(owner, 'uid');
}

/** Revision of a replica set, 1 or more; 0 when it has none. */
export function revisionOf(object: JsonObject): number {
  const text = textAt(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision');
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function newestOf(sets: readonly JsonObject[]): string {
  return textAt(sets[0], 'metadata', 'labels', 'pod-template-hash');
}
