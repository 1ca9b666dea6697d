import { ApiError } from './api-error.ts';
import { isReady } from './controllers.ts';
import type { KubeObject, ObjectStore } from './object-store.ts';

/**
 * Whether the disruption budgets allow to take a pod away. Pods that never ran are not protected, as on a real server.
 * @throws ApiError 429 with the cause `DisruptionBudget`
 */
export function requireEvictable(store: ObjectStore, pod: KubeObject): void {
  const { namespace = '', labels = {} } = pod.metadata;
  if (pod.status?.phase === 'Pending') {
    return;
  }
  for (const budget of store.list('PodDisruptionBudget', namespace)) {
    const wanted = Object.entries(budget.spec?.selector?.matchLabels ?? {});
    const matches = (of: Record<string, string>) => wanted.every(([key, value]) => of[key] === value);
    const healthy = store
      .list('Pod', namespace)
      .filter((one) => matches(one.metadata.labels ?? {}) && isReady(one)).length;
    const needed = Number(budget.spec?.minAvailable ?? 0);
    if (matches(labels) && healthy - 1 < needed) {
      const message = `The disruption budget ${budget.metadata.name} needs ${needed} healthy pods and has ${healthy} currently`;
      const causes = [{ reason: 'DisruptionBudget', message }];
      const words = "Cannot evict pod as it would violate the pod's disruption budget.";
      throw new ApiError(429, 'TooManyRequests', words, { causes });
    }
  }
}
