import type { JsonObject } from '#contracts';
import { z } from 'zod';
import type { Action, ActionInput, EffectOutcome, EffectRequest, Resolution, TargetState } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { digest } from './guard.ts';
import { jsonSchema, parseInput, targetFields } from './input.ts';
import { listAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { identityOf } from './object-state.ts';
import { outcomeOf, reading } from './outcome.ts';
import type { Right } from './permissions.ts';
import { requirePermissions, toPermissions } from './permissions.ts';
import type { PodIdentity } from './pod-removal.ts';
import { isRunning, isTerminating, removePod, sendRemoval } from './pod-removal.ts';
import { describeRef } from './resources.ts';
import { controllerOf, ownedReplicaSets, ROLLOUT_RIGHTS, rolloutProgress } from './rollout.ts';
import { availabilityCheck, podSelector, rollableKind, workloadSummary } from './workload.ts';

const schema = z.strictObject({ ...targetFields, kind: rollableKind });

type ForceInput = z.infer<typeof schema>;

/** More pods than this are no case for force. */
const MAX_PODS = 200;
const AT_ONCE = 10;
const PODS: readonly Right[] = [...ROLLOUT_RIGHTS, { kind: 'Pod', verbs: ['get', 'delete'] }];
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

/**
 * Kills all pods of a workload at once, without waiting for what they do (A6.5). Destructive, with no way back. The approved
 * pods are named by uid, so a second call kills none of their successors.
 */
export function forceRestart(client: KubernetesClient): Action {
  const parse = (input: ActionInput) => parseInput(schema, input, client.cluster);
  const permissions = (input: ForceInput) => [
    ...toPermissions([{ kind: input.kind, verbs: ['get'] }], input.namespace, input.name),
    ...toPermissions(PODS, input.namespace),
  ];
  return {
    name: 'k8s.forceRestart',
    title: 'Restart a workload by force',
    description: 'Kills all pods at once. Running work is lost, and nothing serves until new pods are ready.',
    inputSchema: jsonSchema(schema),
    riskBase: 0.9,
    reversible: false,
    destructive: true,
    target: (input) => identityOf(client.cluster, parse(input)),
    permissions: (input) => permissions(parse(input)),
    allPermissions: (namespace) =>
      toPermissions([...KINDS.map((kind) => ({ kind, verbs: ['get'] as const })), ...PODS], namespace),
    read: async (input, signal) => readWorkload(client, parse(input), signal),
    dryRun: async (input, state, signal) => {
      const { namespace } = parse(input);
      await requirePermissions(client, permissions(parse(input)), signal);
      const pods = podsOf(namespace, state.preImage);
      await reading(async () => {
        for (const batch of batchesOf(pods)) {
          await Promise.all(batch.map((pod) => sendRemoval(client, pod, 'kill', true, signal)));
        }
      });
      const lines = pods.map(({ name, uid }) => `Pod ${namespace}/${name} (uid ${uid}): killed`);
      return {
        diff: lines.join('\n'),
        warnings: ['Running work is lost, and nothing serves until new pods are ready.'],
      };
    },
    apply: async (request, signal) => killAll(client, podsOf(parse(request.input).namespace, request.preImage), signal),
    resolve: async (request, signal) => countLeft(client, parse(request.input).namespace, request, signal),
    progress: async (input, signal) =>
      reading(async () => {
        const ref = parse(input);
        const object = await workloadOf(client, ref, signal);
        return rolloutProgress(object, ref, { client, signal });
      }),
    defaultVerification: (input) => [availabilityCheck(parse(input))],
  };
}

async function readWorkload(client: KubernetesClient, input: ForceInput, signal: AbortSignal): Promise<TargetState> {
  return reading(async () => {
    const object = await workloadOf(client, input, signal);
    const pods = await podsOfWorkload(client, object, input, signal);
    if (pods.length > MAX_PODS) {
      throw new ExecutorError(
        'PLATFORM_REFUSED',
        `target: it has ${pods.length} pods; at most ${MAX_PODS} can be killed.`
      );
    }
    const names = pods
      .map((pod) => ({ name: textAt(pod, 'metadata', 'name'), uid: textAt(pod, 'metadata', 'uid') }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      uid: textAt(object, 'metadata', 'uid'),
      version: digest(names),
      preImage: { pods: names },
      summary: workloadSummary(object),
      size: { pods: names.length, percent: 100 },
    };
  });
}

/** Pods that the workload itself controls: a selector alone can match those of others. */
async function podsOfWorkload(
  client: KubernetesClient,
  object: JsonObject,
  { kind, namespace }: ForceInput,
  signal: AbortSignal
): Promise<readonly JsonObject[]> {
  const sets = kind === 'Deployment' ? await ownedReplicaSets(object, namespace, { client, signal }) : [object];
  const owners = new Set(sets.map((set) => textAt(set, 'metadata', 'uid')));
  const pods = await client.list('Pod', namespace, podSelector(object), signal);
  return pods.filter((pod) => owners.has(controllerOf(pod)) && !isTerminating(pod));
}

async function workloadOf(client: KubernetesClient, input: ForceInput, signal: AbortSignal): Promise<JsonObject> {
  const object = await client.get(input, signal);
  if (object === undefined) {
    throw new ExecutorError('TARGET_UNKNOWN', `target: there is no ${describeRef(input)}.`);
  }
  return object;
}

async function killAll(
  client: KubernetesClient,
  pods: readonly PodIdentity[],
  signal: AbortSignal
): Promise<EffectOutcome> {
  let killed = 0;
  for (const batch of batchesOf(pods)) {
    const outcomes = await Promise.all(batch.map((pod) => removePod(client, pod, 'kill', signal)));
    killed += outcomes.filter(({ kind }) => kind === 'applied').length;
    const failed = outcomes.find(({ kind }) => kind !== 'applied');
    if (failed !== undefined) {
      const message = `${killed} of ${pods.length} pods are gone, then: ${failed.message}`;
      // Half of it is done: none of the kinds that say "not done" would be true.
      const kind = killed > 0 ? 'unknown' : failed.kind;
      return { ...failed, kind, message, details: { killed, pods: pods.length } };
    }
  }
  return { kind: 'applied', message: `${killed} pods killed`, details: { killed, pods: pods.length } };
}

function batchesOf(pods: readonly PodIdentity[]): (readonly PodIdentity[])[] {
  const count = Math.ceil(pods.length / AT_ONCE);
  return Array.from({ length: count }, (_, index) => pods.slice(index * AT_ONCE, (index + 1) * AT_ONCE));
}

async function countLeft(
  client: KubernetesClient,
  namespace: string,
  { preImage }: EffectRequest,
  signal: AbortSignal
): Promise<Resolution> {
  try {
    const pods = podsOf(namespace, preImage);
    let left = 0;
    for (const pod of pods) {
      left += (await isRunning(client, pod, signal)) ? 1 : 0;
    }
    return left === 0
      ? { kind: 'applied', message: 'all pods are gone' }
      : { kind: 'not-applied', message: `${left} of ${pods.length} pods are still there` };
  } catch (error) {
    return { kind: 'unavailable', message: outcomeOf(error).message };
  }
}

function podsOf(namespace: string, preImage: JsonObject): PodIdentity[] {
  return listAt(preImage, 'pods').map((pod) => ({ namespace, name: textAt(pod, 'name'), uid: textAt(pod, 'uid') }));
}
