import { z } from 'zod';
import type { Action, ActionInput, EffectRequest, TargetState } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { digest } from './guard.ts';
import { jsonSchema, parseInput, targetFields } from './input.ts';
import { textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { identityOf } from './object-state.ts';
import { outcomeOf, reading } from './outcome.ts';
import type { Right } from './permissions.ts';
import { requirePermissions, toPermissions } from './permissions.ts';
import type { RemovalMode } from './pod-removal.ts';
import { isRunning, isTerminating, removePod, requireReplaceable, sendRemoval } from './pod-removal.ts';
import { describeRef } from './resources.ts';
import { controllerOf } from './rollout.ts';

const schema = z.strictObject({
  ...targetFields,
  kind: z.literal('Pod').default('Pod').describe('Kind of the target.'),
  ignoreDisruptionBudget: z
    .boolean()
    .default(false)
    .describe('Delete the pod where a disruption budget forbids to evict it.'),
});

type PodInput = z.infer<typeof schema>;

const LOOK: readonly Right[] = [{ kind: 'Pod', verbs: ['get', 'list'] }];
const EVICT: readonly Right[] = [{ kind: 'Pod', subresource: 'eviction', verbs: ['create'] }];
const DELETE: readonly Right[] = [{ kind: 'Pod', verbs: ['delete'] }];

/**
 * Removes one pod, so that its controller makes a new one. Evicted, which disruption budgets can forbid, unless the input says
 * otherwise. The uid is the guard: the pod of that name that comes next is never touched, so sending twice is harmless.
 */
export function deletePod(client: KubernetesClient): Action {
  const parse = (input: ActionInput) => parseInput(schema, input, client.cluster);
  const permissions = (input: ActionInput) => {
    const { namespace, name, ignoreDisruptionBudget } = parse(input);
    return toPermissions([...LOOK, ...(ignoreDisruptionBudget ? DELETE : EVICT)], namespace, name);
  };
  return {
    name: 'k8s.deletePod',
    title: 'Replace a pod',
    description: 'Removes one pod, so that its controller makes a new one.',
    inputSchema: jsonSchema(schema),
    riskBase: 0.5,
    reversible: false,
    destructive: false,
    target: (input) => identityOf(client.cluster, refOf(parse(input))),
    permissions,
    allPermissions: (namespace) => toPermissions([...LOOK, ...EVICT, ...DELETE], namespace),
    read: async (input, signal) => readPod(client, parse(input), signal),
    dryRun: async (input, state, signal) => {
      const parsed = parse(input);
      await requirePermissions(client, permissions(input), signal);
      const { namespace, name } = parsed;
      await reading(() => sendRemoval(client, { namespace, name, uid: state.uid }, modeOf(parsed), true, signal));
      const verb = parsed.ignoreDisruptionBudget ? 'deleted' : 'evicted';
      return { diff: `${describeRef(refOf(parsed))} (uid ${state.uid}): ${verb}`, warnings: [] };
    },
    apply: async ({ input, expected }: EffectRequest, signal) => {
      const { namespace, name, ...rest } = parse(input);
      return removePod(client, { namespace, name, uid: expected.uid }, modeOf(rest), signal);
    },
    resolve: async ({ input, expected }: EffectRequest, signal) => {
      const { namespace, name } = parse(input);
      try {
        return (await isRunning(client, { namespace, name, uid: expected.uid }, signal))
          ? { kind: 'not-applied', message: 'the pod is still there' }
          : { kind: 'applied', message: 'the pod is gone' };
      } catch (error) {
        return { kind: 'unavailable', message: outcomeOf(error).message };
      }
    },
    defaultVerification: (input) => {
      const { namespace, name } = parse(input);
      // Pods of one controller share their name but for the last part.
      const siblings = `namespace="${namespace}",pod=~"${name.replace(/-[^-]*$/, '')}-.*"`;
      const query = `sum(kube_pod_status_ready{${siblings},condition="false"})`;
      return [{ name: 'pods-not-ready', query, operator: '<=', threshold: 0, unit: 'pods' }];
    },
  };
}

async function readPod(client: KubernetesClient, input: PodInput, signal: AbortSignal): Promise<TargetState> {
  return reading(async () => {
    const ref = refOf(input);
    const pod = await client.get(ref, signal);
    if (pod === undefined || isTerminating(pod)) {
      throw new ExecutorError('TARGET_UNKNOWN', `target: there is no ${describeRef(ref)}, or it is being removed.`);
    }
    requireReplaceable(pod);
    const all = await client.list('Pod', input.namespace, undefined, signal);
    const siblings = all.filter((one) => controllerOf(one) === controllerOf(pod)).length;
    const uid = textAt(pod, 'metadata', 'uid');
    return {
      uid,
      version: digest(uid),
      preImage: { uid, controller: controllerOf(pod) },
      summary: `${textAt(pod, 'status', 'phase') || 'Unknown'}, one of ${siblings}`,
      size: { pods: 1, percent: Math.round(100 / Math.max(1, siblings)) },
    };
  });
}

function modeOf({ ignoreDisruptionBudget }: Pick<PodInput, 'ignoreDisruptionBudget'>): RemovalMode {
  return ignoreDisruptionBudget ? 'delete' : 'evict';
}

function refOf({ namespace, name }: PodInput) {
  return { kind: 'Pod', namespace, name } as const;
}
