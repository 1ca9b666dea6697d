import type { JsonObject } from '#contracts';
import type { Action, ActionInput, CompensationRequest, DryRun, EffectRequest, TargetState } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { applyChange, compensateChange, newObject, resolveChange } from './change-effects.ts';
import { marked } from './guard.ts';
import type { TargetInput } from './input.ts';
import { jsonSchema, parseInput } from './input.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import type { ObjectChange, Surroundings } from './object-change.ts';
import { objectDiff } from './object-diff.ts';
import { identityOf, isExpected, readObject, readState } from './object-state.ts';
import { reading } from './outcome.ts';
import { requirePermissions, toPermissions } from './permissions.ts';

/** Stand in a dry run for the time and the operation that exist only once the action is carried out. */
const DRY_RUN_MS = 0;
const DRY_RUN_OPERATION = 'dry-run';
const DRY_RUN_TIME = new Date(DRY_RUN_MS).toISOString();

/** Makes an {@link Action} of a change to one object: reading, access review, dry run, guard, mark, way back. */
export function objectAction<I extends TargetInput>(client: KubernetesClient, change: ObjectChange<I>): Action {
  const { name, title, description, riskBase, reversible, rights } = change;
  const parse = (input: ActionInput) => parseInput(change.schema, input, client.cluster);
  const around = (input: ActionInput, signal: AbortSignal) => ({ input: parse(input), client, signal });
  return {
    name,
    title,
    description,
    inputSchema: jsonSchema(change.schema),
    riskBase,
    reversible,
    destructive: false,
    target: (input) => identityOf(client.cluster, change.ref(parse(input))),
    permissions: (input) => permissionsOf(change, parse(input)),
    allPermissions: (namespace) => toPermissions(rights, namespace),
    read: async (input, signal) => readState(change, around(input, signal)),
    dryRun: async (input, state, signal) => dryRun(change, around(input, signal), state),
    apply: async (request: EffectRequest, signal) => applyChange(change, around(request.input, signal), request),
    resolve: async (request: EffectRequest, signal) => resolveChange(change, around(request.input, signal), request),
    ...(reversible && {
      compensate: async (request: CompensationRequest, signal: AbortSignal) =>
        compensateChange(change, around(request.input, signal), request),
    }),
    ...(change.progress && {
      progress: async (input: ActionInput, signal: AbortSignal) => progressOf(change, around(input, signal)),
    }),
    defaultVerification: (input) => change.verification(parse(input)),
  };
}

function permissionsOf<I extends TargetInput>(change: ObjectChange<I>, input: I) {
  const ref = change.ref(input);
  const rights = change.rightsOf?.(input) ?? change.rights;
  return rights.flatMap((right) =>
    toPermissions([right], ref.namespace, right.kind === ref.kind ? ref.name : undefined)
  );
}

async function dryRun<I extends TargetInput>(
  change: ObjectChange<I>,
  around: Surroundings<I>,
  state: TargetState
): Promise<DryRun> {
  const { client, input, signal } = around;
  await requirePermissions(client, permissionsOf(change, input), signal);
  return reading(async () => {
    const object = await readObject(change, around);
    if (!(await isExpected(change, object, state, around))) {
      throw new ExecutorError('PLATFORM_REFUSED', 'The target changed while the plan was made; make it again.');
    }
    const warnings = (await change.warnings?.(object, state.preImage, around)) ?? [];
    const result = await rehearse(change, around, object, state.preImage);
    const diff = objectDiff(object, result, change.shows).replaceAll(DRY_RUN_TIME, '(time of execution)');
    return { diff, warnings };
  });
}

/** The object as the server says it would be. */
async function rehearse<I extends TargetInput>(
  change: ObjectChange<I>,
  around: Surroundings<I>,
  object: JsonObject | undefined,
  preImage: JsonObject
): Promise<JsonObject> {
  const { client, input, signal } = around;
  const ref = change.ref(input);
  const to = change.after(preImage, input, DRY_RUN_MS);
  if (object === undefined) {
    return client.create(ref, newObject(change, around, to, DRY_RUN_OPERATION), { dryRun: true }, signal);
  }
  const patch = await change.patch(to, object, around);
  return client.patch(ref, marked(patch, object, DRY_RUN_OPERATION), { dryRun: true }, signal);
}

async function progressOf<I extends TargetInput>(change: ObjectChange<I>, around: Surroundings<I>) {
  return reading(async () => {
    const object = await readObject(change, around);
    return (
      (object && (await change.progress?.(object, around))) ?? { state: 'settled' as const, message: 'it is in place' }
    );
  });
}
