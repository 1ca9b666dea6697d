import type { JsonObject } from '#contracts';
import { z } from 'zod';
import type { VerificationCheck } from '#model';
import type { Action } from '../action.ts';
import { targetFields } from './input.ts';
import { numberAt, objectAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { objectAction } from './object-action.ts';
import type { Fields, ObjectChange } from './object-change.ts';

const PAUSED = 'autoscaling.keda.sh/paused';
const PAUSED_REPLICAS = 'autoscaling.keda.sh/paused-replicas';
const kind = z.literal('ScaledObject').default('ScaledObject').describe('Kind of the target.');

const pauseSchema = z.strictObject({
  ...targetFields,
  kind,
  replicas: z.int().min(1).max(1000).optional().describe('Replicas while paused; those of now when missing.'),
});
const resumeSchema = z.strictObject({ ...targetFields, kind });
const boundsSchema = z
  .strictObject({
    ...targetFields,
    kind,
    min: z.int().min(0).max(1000).describe('Never fewer replicas than this.'),
    max: z.int().min(1).max(1000).describe('Never more replicas than this.'),
  })
  .refine((input) => input.min <= input.max, { path: ['min'], message: 'is above max' });

type PauseInput = z.infer<typeof pauseSchema>;
type ResumeInput = z.infer<typeof resumeSchema>;
type BoundsInput = z.infer<typeof boundsSchema>;

/** What all changes of a ScaledObject share. Triggers and credentials are never touched. */
const shared = {
  riskBase: 0.5,
  reversible: true,
  rights: [{ kind: 'ScaledObject', verbs: ['get', 'patch'] }],
  ref: ({ namespace, name }: { namespace: string; name: string }) => ({ kind: 'ScaledObject', namespace, name }),
  // Triggers hold addresses and sometimes credentials: they count in the version, but are never shown.
  watched: (object: JsonObject) => objectAt(object, 'spec'),
  summary: (object: JsonObject) => {
    const [min, max] = [
      numberAt(object, 'spec', 'minReplicaCount') ?? 0,
      numberAt(object, 'spec', 'maxReplicaCount') ?? 100,
    ];
    const paused = pausedFields(object);
    return `${min} to ${max} replicas${paused['paused'] || paused['pausedReplicas'] ? ', paused' : ''}`;
  },
  shows: /^metadata\.annotations\["autoscaling\.keda\.sh\/|^spec\.(min|max)ReplicaCount$/,
} satisfies Partial<ObjectChange<PauseInput>>;

const pausing = {
  ...shared,
  preImage: (object: JsonObject = {}) => pausedFields(object),
  before: (preImage: JsonObject) => preImage,
  fields: (object: JsonObject) => pausedFields(object),
  patch: ({ paused = null, pausedReplicas = null }: Fields) => ({
    type: 'merge' as const,
    body: { metadata: { annotations: { [PAUSED]: paused, [PAUSED_REPLICAS]: pausedReplicas } } },
  }),
};

/** Stops an autoscaler from changing the replicas (A6.3), by the annotations that KEDA knows. */
export function kedaPause(client: KubernetesClient): Action {
  return objectAction<PauseInput>(client, {
    ...pausing,
    name: 'keda.pause',
    title: 'Pause an autoscaler',
    description: 'Stops KEDA from changing the replicas of a workload.',
    schema: pauseSchema,
    after: (_preImage, { replicas }) => ({
      paused: replicas === undefined ? 'true' : null,
      pausedReplicas: replicas === undefined ? null : String(replicas),
    }),
    verification: (input) => [pausedCheck(input, '>=', 1)],
  });
}

/** Lets an autoscaler that was paused work again. */
export function kedaResume(client: KubernetesClient): Action {
  return objectAction<ResumeInput>(client, {
    ...pausing,
    name: 'keda.resume',
    title: 'Resume an autoscaler',
    description: 'Lets KEDA change the replicas of a workload again.',
    schema: resumeSchema,
    after: () => ({ paused: null, pausedReplicas: null }),
    verification: (input) => [pausedCheck(input, '<=', 0)],
  });
}

/** Other bounds for an autoscaler (A6.3). */
export function kedaSetBounds(client: KubernetesClient): Action {
  return objectAction<BoundsInput>(client, {
    ...shared,
    name: 'keda.setBounds',
    title: 'Set bounds of an autoscaler',
    description: 'Sets the least and the most replicas that KEDA may run.',
    schema: boundsSchema,
    preImage: (object = {}) => bounds(object),
    before: (preImage) => preImage,
    after: (_preImage, { min, max }) => ({ min, max }),
    fields: (object) => bounds(object),
    patch: ({ min = null, max = null }) => ({
      type: 'merge',
      body: { spec: { minReplicaCount: min, maxReplicaCount: max } },
    }),
    verification: (input) => [
      {
        name: 'autoscaler-within-bounds',
        query: `max(kube_horizontalpodautoscaler_status_current_replicas{namespace="${input.namespace}",horizontalpodautoscaler="keda-hpa-${input.name}"})`,
        operator: '<=',
        threshold: input.max,
        unit: 'replicas',
      },
    ],
  });
}

function pausedFields(object: JsonObject): Fields {
  const annotation = (key: string) => textAt(object, 'metadata', 'annotations', key) || null;
  return { paused: annotation(PAUSED), pausedReplicas: annotation(PAUSED_REPLICAS) };
}

function bounds(object: JsonObject): Fields {
  return {
    min: numberAt(object, 'spec', 'minReplicaCount') ?? null,
    max: numberAt(object, 'spec', 'maxReplicaCount') ?? null,
  };
}

function pausedCheck(input: ResumeInput, operator: '>=' | '<=', threshold: number): VerificationCheck {
  const query = `max(keda_scaled_object_paused{namespace="${input.namespace}",scaledObject="${input.name}"})`;
  return { name: 'autoscaler-paused', query, operator, threshold, unit: 'paused' };
}
