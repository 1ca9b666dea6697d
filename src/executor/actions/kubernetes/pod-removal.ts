import type { JsonObject } from '#contracts';
import type { EffectOutcome } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { at, objectAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { KubernetesError } from './kubernetes-error.ts';
import { outcomeOf } from './outcome.ts';
import { controllerOf } from './rollout.ts';

/** One pod by name and uid: a new pod of the same name is another one. */
export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** `evict` asks the disruption budgets, `delete` does not, `kill` does not even let the pod end its work. */
export type RemovalMode = 'evict' | 'delete' | 'kill';

/** Removes exactly this pod; `applied` as well when it is gone or going already. */
export async function removePod(
  client: KubernetesClient,
  pod: PodIdentity,
  mode: RemovalMode,
  signal: AbortSignal
): Promise<EffectOutcome> {
  try {
    await sendRemoval(client, pod, mode, false, signal);
    return { kind: 'applied', message: mode === 'evict' ? 'evicted' : 'deleted' };
  } catch (error) {
    const gone = error instanceof KubernetesError && (error.httpStatus === 404 || isOtherUid(error));
    return gone ? { kind: 'applied', message: 'it is gone already' } : outcomeOf(error);
  }
}

/** Sends a removal, or rehearses it. @throws KubernetesError */
export async function sendRemoval(
  client: KubernetesClient,
  { namespace, name, uid }: PodIdentity,
  mode: RemovalMode,
  dryRun: boolean,
  signal: AbortSignal
): Promise<void> {
  const ref = { kind: 'Pod', namespace, name } as const;
  if (mode === 'evict') {
    await client.evict(ref, { uid, dryRun }, signal);
  } else {
    await client.remove(ref, { uid, dryRun, ...(mode === 'kill' ? { gracePeriodSeconds: 0 } : {}) }, signal);
  }
}

/** Whether the cluster still has this very pod, and is not removing it yet. @throws KubernetesError */
export async function isRunning(client: KubernetesClient, pod: PodIdentity, signal: AbortSignal): Promise<boolean> {
  const found = await client.get({ kind: 'Pod', namespace: pod.namespace, name: pod.name }, signal);
  return found !== undefined && textAt(found, 'metadata', 'uid') === pod.uid && !isTerminating(found);
}

/** Whether a pod is being removed. */
export function isTerminating(pod: JsonObject): boolean {
  return at(pod, 'metadata', 'deletionTimestamp') !== undefined;
}

/**
 * Refuses pods that nobody would replace.
 * @throws ExecutorError PLATFORM_REFUSED
 */
export function requireReplaceable(pod: JsonObject): void {
  if (controllerOf(pod) === '') {
    throw new ExecutorError('PLATFORM_REFUSED', 'target: no controller would replace this pod.');
  }
  if (objectAt(pod, 'metadata', 'annotations')['kubernetes.io/config.mirror'] !== undefined) {
    throw new ExecutorError('PLATFORM_REFUSED', 'target: this pod belongs to a node, not to the cluster.');
  }
}

/** A failed precondition on the uid: the pod of that name is another one. */
function isOtherUid(error: KubernetesError): boolean {
  return error.httpStatus === 409 && /uid/i.test(error.message);
}
