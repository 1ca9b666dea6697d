import { z } from 'zod';
import type { Action } from '../action.ts';
import { targetFields } from './input.ts';
import { numberAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { objectAction } from './object-action.ts';
import type { Surroundings } from './object-change.ts';
import { ROLLOUT_RIGHTS, rolloutProgress } from './rollout.ts';
import { availabilityCheck, scalableKind, wantedPods, workloadSummary } from './workload.ts';

const schema = z
  .strictObject({
    ...targetFields,
    kind: scalableKind,
    replicas: z.int().min(1).max(1000).optional().describe('How many replicas to run, not how many to add.'),
    factor: z
      .number()
      .min(0.1)
      .max(10)
      .optional()
      .describe('Replicas to run, as a multiple of those that are wanted now; 1.5 without replicas.'),
    min: z.int().min(1).max(1000).default(1).describe('With factor: never fewer replicas than this.'),
    max: z.int().min(1).max(1000).default(10).describe('With factor: never more replicas than this.'),
  })
  .refine((input) => input.replicas === undefined || input.factor === undefined, {
    path: ['factor'],
    message: 'cannot be combined with replicas',
  })
  .refine((input) => input.min <= input.max, { path: ['min'], message: 'is above max' });

type ScaleInput = z.infer<typeof schema>;

const DEFAULT_FACTOR = 1.5;

/**
 * Another number of replicas (A6.4). A factor is rounded up, towards more capacity, and its limits never turn it round: a
 * workload that is above `max` already is not made smaller by a factor above 1.
 */
export function scale(client: KubernetesClient): Action {
  return objectAction<ScaleInput>(client, {
    name: 'k8s.scale',
    title: 'Scale a workload',
    description: 'Runs another number of replicas.',
    schema,
    riskBase: 0.5,
    reversible: true,
    rights: [
      { kind: 'Deployment', verbs: ['get', 'patch'] },
      { kind: 'StatefulSet', verbs: ['get', 'patch'] },
      ...SHARED,
    ],
    rightsOf: ({ kind }) => [{ kind, verbs: ['get', 'patch'] }, ...SHARED],
    ref: ({ kind, namespace, name }) => ({ kind, namespace, name }),
    preImage: (object) => ({ replicas: numberAt(object, 'spec', 'replicas') ?? 1 }),
    watched: () => null,
    before: ({ replicas = 1 }) => ({ replicas }),
    after: (preImage, input) => ({ replicas: wantedReplicas(numberAt(preImage, 'replicas') ?? 1, input) }),
    fields: (object) => ({ replicas: numberAt(object, 'spec', 'replicas') ?? 1 }),
    patch: ({ replicas = 1 }) => ({ type: 'merge', body: { spec: { replicas } } }),
    summary: workloadSummary,
    size: (object, _preImage, input) => {
      const now = wantedPods(object);
      const lost = Math.max(0, now - wantedReplicas(now, input));
      return {
        pods: Math.abs(now - wantedReplicas(now, input)),
        percent: now === 0 ? 0 : Math.round((100 * lost) / now),
      };
    },
    warnings: async (_object, preImage, around) => [
      ...(wantedReplicas(numberAt(preImage, 'replicas') ?? 1, around.input) === preImage['replicas']
        ? ['Nothing would change: that many replicas are wanted already.']
        : []),
      ...(await autoscalers(around)),
    ],
    shows: /^spec\.replicas$/,
    progress: (object, around) => rolloutProgress(object, around.input, around),
    verification: (input) => [availabilityCheck(input)],
  });
}

const SHARED = [{ kind: 'HorizontalPodAutoscaler', verbs: ['list'] }, ...ROLLOUT_RIGHTS] as const;

/** Replicas that an input asks for, given those that are wanted now. */
export function wantedReplicas(now: number, { replicas, factor = DEFAULT_FACTOR, min, max }: ScaleInput): number {
  if (replicas !== undefined) {
    return replicas;
  }
  const wanted = Math.min(max, Math.max(min, Math.ceil(now * factor - 1e-9)));
  return factor >= 1 ? Math.max(now, wanted) : Math.min(now, wanted);
}

/** Autoscalers would set their own number of replicas over ours within seconds. */
async function autoscalers({ input, client, signal }: Surroundings<ScaleInput>): Promise<string[]> {
  const all = await client.list('HorizontalPodAutoscaler', input.namespace, undefined, signal);
  return all
    .filter((one) => textAt(one, 'spec', 'scaleTargetRef', 'name') === input.name)
    .filter((one) => textAt(one, 'spec', 'scaleTargetRef', 'kind') === input.kind)
    .map((one) => `The autoscaler "${textAt(one, 'metadata', 'name')}" sets the replicas and may undo this.`);
}
