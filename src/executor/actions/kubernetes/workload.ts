import type { JsonObject } from '#contracts';
import { z } from 'zod';
import type { VerificationCheck } from '#model';

import { ExecutorError } from '../../errors.ts';
import { listAt, numberAt, objectAt, textAt } from './json.ts';
import type { ObjectRef } from './resources.ts';

/** Kinds of workloads that an input may name. */
export const scalableKind = z
  .enum(['Deployment', 'StatefulSet'])
  .default('Deployment')
  .describe('Kind of the workload.');
/** Kinds whose pods can be replaced one after the other. */
export const rollableKind = z
  .enum(['Deployment', 'StatefulSet', 'DaemonSet'])
  .default('Deployment')
  .describe('Kind of the workload.');

/** How many pods a workload shall have, or has where nobody says how many. */
export function wantedPods(object: JsonObject): number {
  return numberAt(object, 'spec', 'replicas') ?? numberAt(object, 'status', 'desiredNumberScheduled') ?? 1;
}

/** `3 replicas, 2 ready`. */
export function workloadSummary(object: JsonObject): string {
  const ready = numberAt(object, 'status', 'readyReplicas') ?? numberAt(object, 'status', 'numberReady') ?? 0;
  const wanted = wantedPods(object);
  return `${wanted} ${wanted === 1 ? 'replica' : 'replicas'}, ${ready} ready`;
}

/** Containers of the pod template; init containers are not among them. */
export function containersOf(object: JsonObject): readonly JsonObject[] {
  return listAt(object, 'spec', 'template', 'spec', 'containers') as readonly JsonObject[];
}

/**
 * Label selector of the workload's pods, as a query parameter.
 * @throws ExecutorError PLATFORM_REFUSED for a selector without labels, which would mean all pods
 */
export function podSelector(object: JsonObject): string {
  const labels = Object.entries(objectAt(object, 'spec', 'selector', 'matchLabels'));
  const expressions = listAt(object, 'spec', 'selector', 'matchExpressions').map((one) => {
    const [key, operator] = [textAt(one, 'key'), textAt(one, 'operator')];
    const values = `(${listAt(one, 'values').join(',')})`;
    const forms = { In: `${key} in ${values}`, NotIn: `${key} notin ${values}`, Exists: key, DoesNotExist: `!${key}` };
    return forms[operator as keyof typeof forms];
  });
  if (labels.length + expressions.length === 0) {
    throw new ExecutorError('PLATFORM_REFUSED', 'target: the workload selects no pods by label.');
  }
  return [...labels.map(([key, value]) => `${key}=${String(value)}`), ...expressions].join(',');
}

/** @throws ExecutorError PLATFORM_REFUSED for workloads that would not carry out a change of their pods */
export function requireRolling(object: JsonObject): void {
  if (objectAt(object, 'spec')['paused'] === true) {
    throw new ExecutorError('PLATFORM_REFUSED', 'target: the rollout is paused; resume it first.');
  }
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    throw new ExecutorError('PLATFORM_REFUSED', 'target: its pods are replaced only when somebody deletes them.');
  }
}

/** Metrics of kube-state-metrics that show whether all pods of a workload are available. */
export function availabilityCheck({ kind, namespace, name }: ObjectRef): VerificationCheck {
  const queries: Partial<Record<ObjectRef['kind'], string>> = {
    StatefulSet:
      `max(kube_statefulset_replicas{namespace="${namespace}",statefulset="${name}"}) - ` +
      `max(kube_statefulset_status_replicas_ready{namespace="${namespace}",statefulset="${name}"})`,
    DaemonSet: `max(kube_daemonset_status_number_unavailable{namespace="${namespace}",daemonset="${name}"})`,
  };
  const fallback = `max(kube_deployment_status_replicas_unavailable{namespace="${namespace}",deployment="${name}"})`;
  const query = queries[kind] ?? fallback;
  return { name: 'unavailable-pods', query, operator: '<=', threshold: 0, unit: 'pods' };
}
