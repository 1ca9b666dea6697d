import type { JsonObject, JsonValue } from '#contracts';
import { z } from 'zod';
import type { Action } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { sameJson } from './guard.ts';
import { targetFields } from './input.ts';
import { objectAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { objectAction } from './object-action.ts';
import type { Surroundings } from './object-change.ts';
import { ownedReplicaSets, revisionOf, ROLLOUT_RIGHTS, rolloutProgress } from './rollout.ts';
import { availabilityCheck, requireRolling, wantedPods, workloadSummary } from './workload.ts';

const schema = z.strictObject({
  ...targetFields,
  kind: z.literal('Deployment').default('Deployment').describe('Only deployments keep revisions as replica sets.'),
  revision: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .optional()
    .describe('Revision to go back to; the one before the present one when missing.'),
});

type RollbackInput = z.infer<typeof schema>;

const HASH_LABEL = 'pod-template-hash';

/**
 * The pod template of an earlier replica set, as `kubectl rollout undo` does it (A6.6). The pre-image names replica sets
 * instead of holding templates: those contain whatever people put into the environment of their containers.
 */
export function rollback(client: KubernetesClient): Action {
  return objectAction<RollbackInput>(client, {
    name: 'k8s.rollback',
    title: 'Roll a deployment back',
    description: 'Goes back to an earlier revision of the pod template and replaces the pods, some at a time.',
    schema,
    riskBase: 0.8,
    reversible: true,
    rights: [{ kind: 'Deployment', verbs: ['get', 'patch'] }, ...ROLLOUT_RIGHTS],
    ref: ({ namespace, name }) => ({ kind: 'Deployment', namespace, name }),
    preImage: async (object = {}, around) => {
      requireRolling(object);
      const sets = await ownedReplicaSets(object, around.input.namespace, around);
      const now = currentSet(object, sets);
      const to = earlierSet(sets, now, around.input.revision);
      return { from: nameOf(now), fromRevision: revisionOf(now), to: nameOf(to), toRevision: revisionOf(to) };
    },
    watched: (object) => objectAt(object, 'spec', 'template'),
    before: ({ from = '' }) => ({ replicaSet: from }),
    after: ({ to = '' }) => ({ replicaSet: to }),
    fields: async (object, around) => {
      const sets = await ownedReplicaSets(object, around.input.namespace, around);
      return { replicaSet: nameOf(currentSet(object, sets)) };
    },
    patch: async (to, object, around) => {
      const value = await templateOf(textAt(to, 'replicaSet'), object, around);
      return { type: 'json', body: [{ op: 'replace', path: '/spec/template', value }] };
    },
    summary: workloadSummary,
    size: (object) => ({ pods: wantedPods(object), percent: 100 }),
    warnings: async (_object, { fromRevision = 0, toRevision = 0 }) => [
      fromRevision === toRevision
        ? 'Nothing would change: this is the present revision.'
        : `From revision ${String(fromRevision)} to the template of revision ${String(toRevision)}.`,
    ],
    shows: /\.(image|imagePullPolicy)$|\.resources\.(limits|requests)\.|\.(memory|cpu)$/,
    progress: (object, around) => rolloutProgress(object, around.input, around),
    verification: (input) => [availabilityCheck(input)],
  });
}

/** The replica set with the deployment's template; right after a change there may be none yet. */
function currentSet(deployment: JsonObject, sets: readonly JsonObject[]): JsonObject {
  const template = withoutHash(objectAt(deployment, 'spec', 'template'));
  const found =
    sets.find((set) => sameJson(withoutHash(objectAt(set, 'spec', 'template')), template)) ??
    sets.find((set) => revisionOf(set) !== 0 && revisionOf(set) === revisionOf(deployment));
  if (found === undefined) {
    throw new ExecutorError('PLATFORM_REFUSED', 'target: no replica set holds the present template yet; try again.');
  }
  return found;
}

function earlierSet(sets: readonly JsonObject[], now: JsonObject, revision: number | undefined): JsonObject {
  const found =
    revision === undefined
      ? sets.find((set) => set !== now && revisionOf(set) !== 0 && revisionOf(set) < revisionOf(now))
      : sets.find((set) => revisionOf(set) === revision);
  if (found === undefined) {
    const known = sets.map((set) => revisionOf(set)).filter((one) => one !== 0);
    const words = revision === undefined ? 'there is no earlier revision' : `there is no revision ${revision}`;
    throw new ExecutorError('PLATFORM_REFUSED', `revision: ${words}; known are ${known.join(', ') || 'none'}.`);
  }
  return found;
}

async function templateOf(
  name: string,
  deployment: JsonObject,
  around: Surroundings<RollbackInput>
): Promise<JsonValue> {
  const sets = await ownedReplicaSets(deployment, around.input.namespace, around);
  const found = sets.find((set) => nameOf(set) === name);
  if (found === undefined) {
    throw new ExecutorError('PLATFORM_REFUSED', `target: the replica set "${name}" is gone, and its template with it.`);
  }
  return withoutHash(objectAt(found, 'spec', 'template'));
}

/** A template as its author wrote it: the hash is a label that the controller adds. */
function withoutHash(template: JsonObject): JsonObject {
  const metadata = objectAt(template, 'metadata');
  const labels = Object.fromEntries(Object.entries(objectAt(metadata, 'labels')).filter(([key]) => key !== HASH_LABEL));
  return { ...template, metadata: { ...metadata, labels } };
}

function nameOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'name');
}
