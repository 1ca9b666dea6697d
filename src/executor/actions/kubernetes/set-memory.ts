import type { JsonObject } from '#contracts';
import { z } from 'zod';
import type { Action } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { labelName, targetFields } from './input.ts';
import { numberAt, objectAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { objectAction } from './object-action.ts';
import { formatBytes, parseBytes } from './quantity.ts';
import { ROLLOUT_RIGHTS, rolloutProgress } from './rollout.ts';
import {
  availabilityCheck,
  containersOf,
  requireRolling,
  rollableKind,
  wantedPods,
  workloadSummary,
} from './workload.ts';

const MIN_BYTES = 16 * 1024 ** 2;
const MAX_BYTES = 64 * 1024 ** 3;

const schema = z
  .strictObject({
    ...targetFields,
    kind: rollableKind,
    container: labelName.describe('Name of the container in the pod.'),
    limit: z
      .string()
      .max(32)
      .regex(/^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+|m|k|[MGT]|[KMGT]i)?$/)
      .optional()
      .describe('New memory limit as a quantity, 16Mi to 64Gi.'),
    factor: z.number().min(0.5).max(4).optional().describe('New memory limit as a multiple of the present one.'),
  })
  .refine((input) => (input.limit === undefined) !== (input.factor === undefined), {
    path: ['limit'],
    message: 'give either limit or factor',
  })
  .refine(({ limit }) => limit === undefined || inBounds(parseBytes(limit)), {
    path: ['limit'],
    message: `must be a quantity from ${formatBytes(MIN_BYTES)} to ${formatBytes(MAX_BYTES)}`,
  });

type MemoryInput = z.infer<typeof schema>;

/** Another memory limit for one container, found by its name; nothing else of the pod template is touched. Replaces the pods. */
export function setMemory(client: KubernetesClient): Action {
  return objectAction<MemoryInput>(client, {
    name: 'k8s.setMemory',
    title: 'Set a memory limit',
    description: 'Sets the memory limit of one container and replaces the pods, some at a time.',
    schema,
    riskBase: 0.5,
    reversible: true,
    rights: [
      { kind: 'Deployment', verbs: ['get', 'patch'] },
      { kind: 'StatefulSet', verbs: ['get', 'patch'] },
      { kind: 'DaemonSet', verbs: ['get', 'patch'] },
      ...ROLLOUT_RIGHTS,
    ],
    rightsOf: ({ kind }) => [{ kind, verbs: ['get', 'patch'] }, ...ROLLOUT_RIGHTS],
    ref: ({ kind, namespace, name }) => ({ kind, namespace, name }),
    preImage: (object = {}, { input }) => {
      requireRolling(object);
      const now = limitOf(object, input.container);
      const next = nextLimit(now, input);
      return { limitBytes: now, nextBytes: next };
    },
    watched: (object) => objectAt(object, 'spec', 'template'),
    before: ({ limitBytes = null }) => ({ limitBytes }),
    after: ({ nextBytes = null }) => ({ limitBytes: nextBytes }),
    fields: (object, { input }) => ({ limitBytes: limitOf(object, input.container) }),
    patch: (to, _object, { input }) => {
      const bytes = numberAt(to, 'limitBytes');
      const limits = { memory: bytes === undefined ? null : formatBytes(bytes) };
      const containers = [{ name: input.container, resources: { limits } }];
      return { type: 'strategic', body: { spec: { template: { spec: { containers } } } } };
    },
    summary: workloadSummary,
    size: (object) => ({ pods: wantedPods(object), percent: 100 }),
    shows: /\.resources\.(limits|requests)\.(memory|cpu)$/,
    progress: (object, around) => rolloutProgress(object, around.input, around),
    verification: (input) => [availabilityCheck(input)],
  });
}

/** Present limit in bytes; null when there is none. */
function limitOf(object: JsonObject, container: string): number | null {
  const found = containersOf(object).find((one) => textAt(one, 'name') === container);
  if (found === undefined) {
    const names = containersOf(object).map((one) => textAt(one, 'name'));
    throw new ExecutorError('PLATFORM_REFUSED', `container: the pod has ${names.join(', ')}, not "${container}".`);
  }
  return parseBytes(textAt(found, 'resources', 'limits', 'memory')) ?? null;
}

function nextLimit(now: number | null, { limit, factor = 1 }: MemoryInput): number {
  const next = limit === undefined ? scaled(now, factor) : (parseBytes(limit) ?? 0);
  if (!inBounds(next)) {
    const bounds = `${formatBytes(MIN_BYTES)} to ${formatBytes(MAX_BYTES)}`;
    throw new ExecutorError('PLATFORM_REFUSED', `factor: leads to ${formatBytes(next)}; allowed are ${bounds}.`);
  }
  return next;
}

/** A multiple of the limit in whole MiB, so that it reads well. */
function scaled(now: number | null, factor: number): number {
  if (now === null) {
    throw new ExecutorError('PLATFORM_REFUSED', 'factor: the container has no memory limit to multiply; give a limit.');
  }
  const mebibyte = 1024 ** 2;
  return Math.ceil((now * factor) / mebibyte) * mebibyte;
}

function inBounds(bytes: number | undefined): boolean {
  return bytes !== undefined && bytes >= MIN_BYTES && bytes <= MAX_BYTES;
}
