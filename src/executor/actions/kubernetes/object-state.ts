import type { JsonObject } from '#contracts';
import type { TargetIdentity, TargetState } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { digest, operationOf } from './guard.ts';
import type { TargetInput } from './input.ts';
import { textAt } from './json.ts';
import type { ObjectChange, Surroundings } from './object-change.ts';
import { reading } from './outcome.ts';
import type { ObjectRef } from './resources.ts';
import { describeRef } from './resources.ts';

/** Version of an object that does not exist yet. */
const NO_VERSION = 'absent';

/** How the ledger names an object. */
export function identityOf(cluster: string, { kind, namespace, name }: ObjectRef): TargetIdentity {
  return { key: `${cluster}/${namespace}/${kind}/${name}`, system: cluster, namespace, kind, name };
}

/**
 * The target of a change as it is now.
 * @throws ExecutorError TARGET_UNKNOWN, PLATFORM_REFUSED, PLATFORM_UNAVAILABLE
 */
export async function readState<I extends TargetInput>(
  change: ObjectChange<I>,
  around: Surroundings<I>
): Promise<TargetState> {
  return reading(async () => {
    const object = await readObject(change, around);
    const preImage = await change.preImage(object, around);
    if (object === undefined) {
      return { uid: '', version: NO_VERSION, preImage, summary: 'does not exist yet' };
    }
    const operationId = operationOf(object);
    const size = change.size?.(object, preImage, around.input);
    return {
      uid: textAt(object, 'metadata', 'uid'),
      version: versionOf(change, object, preImage, around.input),
      preImage,
      summary: change.summary(object),
      ...(operationId === undefined ? {} : { operationId }),
      ...(size === undefined ? {} : { size }),
    };
  });
}

/** The object; undefined only for kinds that the change can create. */
export async function readObject<I extends TargetInput>(
  change: ObjectChange<I>,
  { input, client, signal }: Surroundings<I>
): Promise<JsonObject | undefined> {
  const ref = change.ref(input);
  const object = await client.get(ref, signal);
  if (object === undefined && !change.create) {
    throw new ExecutorError('TARGET_UNKNOWN', `target: there is no ${describeRef(ref)}.`);
  }
  return object;
}

/**
 * Whether the object is still the one that was approved, and in the state that was approved.
 * @throws ExecutorError PLATFORM_REFUSED when the change makes no sense on it any more
 */
export async function isExpected<I extends TargetInput>(
  change: ObjectChange<I>,
  object: JsonObject | undefined,
  expected: { readonly uid: string; readonly version: string },
  around: Surroundings<I>
): Promise<boolean> {
  if (object === undefined) {
    // What spoke against making it at first may speak against it by now.
    await change.preImage(undefined, around);
    return expected.uid === '' && expected.version === NO_VERSION;
  }
  if (textAt(object, 'metadata', 'uid') !== expected.uid) {
    return false;
  }
  const preImage = await change.preImage(object, around);
  return versionOf(change, object, preImage, around.input) === expected.version;
}

function versionOf<I extends TargetInput>(
  change: ObjectChange<I>,
  object: JsonObject,
  preImage: JsonObject,
  input: I
): string {
  return digest([change.watched(object, input), preImage]);
}
