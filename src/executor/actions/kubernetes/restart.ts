import type { JsonObject } from '#contracts';
import { z } from 'zod';
import type { Action } from '../action.ts';
import { targetFields } from './input.ts';
import { objectAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { objectAction } from './object-action.ts';
import { ROLLOUT_RIGHTS, rolloutProgress } from './rollout.ts';
import { availabilityCheck, requireRolling, rollableKind, wantedPods, workloadSummary } from './workload.ts';

const schema = z.strictObject({ ...targetFields, kind: rollableKind });

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/**
 * All pods anew, some at a time as the workload's strategy says, by the annotation that `kubectl rollout restart` writes
 * (A6.5). The time in it is the minted one: sent twice, it restarts once.
 */
export function restart(client: KubernetesClient): Action {
  return objectAction(client, {
    name: 'k8s.restart',
    title: 'Restart a workload',
    description: 'Replaces all pods, some at a time; the others keep serving.',
    schema,
    riskBase: 0.7,
    reversible: false,
    rights: [
      { kind: 'Deployment', verbs: ['get', 'patch'] },
      { kind: 'StatefulSet', verbs: ['get', 'patch'] },
      { kind: 'DaemonSet', verbs: ['get', 'patch'] },
      ...ROLLOUT_RIGHTS,
    ],
    rightsOf: ({ kind }) => [{ kind, verbs: ['get', 'patch'] }, ...ROLLOUT_RIGHTS],
    ref: ({ kind, namespace, name }) => ({ kind, namespace, name }),
    preImage: (object = {}) => {
      requireRolling(object);
      return { restartedAt: restartedAt(object) };
    },
    watched: (object) => objectAt(object, 'spec', 'template'),
    before: ({ restartedAt: at = null }) => ({ restartedAt: at }),
    after: (_preImage, _input, mintedMs) => ({ restartedAt: new Date(mintedMs).toISOString() }),
    fields: (object) => ({ restartedAt: restartedAt(object) }),
    patch: ({ restartedAt: at = null }) => ({
      type: 'merge',
      body: { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: at } } } } },
    }),
    summary: workloadSummary,
    size: (object) => ({ pods: wantedPods(object), percent: 100 }),
    shows: /restartedAt/,
    progress: (object, around) => rolloutProgress(object, around.input, around),
    verification: (input) => [availabilityCheck(input)],
  });
}

function restartedAt(object: JsonObject): string | null {
  return textAt(object, 'spec', 'template', 'metadata', 'annotations', RESTARTED_AT) || null;
}
