import type { JsonObject, JsonValue } from '#contracts';
import type { z } from 'zod';
import type { EpochMs, Ratio, VerificationCheck } from '#model';
import type { Progress, TargetState } from '../action.ts';
import type { TargetInput } from './input.ts';
import type { KubernetesClient, Patch } from './kubernetes-client.ts';
import type { Right } from './permissions.ts';
import type { ObjectRef } from './resources.ts';

/** The fields of an object that a change is about, and nothing else. */
export type Fields = JsonObject;

/** What a change may look at besides its object. */
export interface Surroundings<I> {
  readonly input: I;
  readonly client: KubernetesClient;
  readonly signal: AbortSignal;
}

/**
 * What is special about an action that changes one object; {@link objectAction} makes an {@link Action} of it. The idea:
 * `preImage` is stored; `before` and `after` follow from it without looking at the cluster again, so that every later step
 * (effect, question after a crash, way back) speaks of the same two sets of fields.
 */
export interface ObjectChange<I extends TargetInput> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType<I>;
  readonly riskBase: Ratio;
  readonly reversible: boolean;
  /** All rights besides those of the access review, which everybody has. */
  readonly rights: readonly Right[];
  /** Rights that one input needs; `rights` when missing. */
  rightsOf?(input: I): readonly Right[];

  ref(input: I): ObjectRef;
  /**
   * Undefined for an object that does not exist and that the change will make.
   * @throws ExecutorError PLATFORM_REFUSED when the change makes no sense on this object
   */
  preImage(object: JsonObject | undefined, around: Surroundings<I>): Promise<JsonObject> | JsonObject;
  /** What must not have changed between approval and effect, besides the pre-image. */
  watched(object: JsonObject, input: I): JsonValue;
  before(preImage: JsonObject): Fields;
  after(preImage: JsonObject, input: I, mintedMs: EpochMs): Fields;
  fields(object: JsonObject, around: Surroundings<I>): Promise<Fields> | Fields;
  /** Gives the object these fields. The guard and the mark are added. */
  patch(to: Fields, object: JsonObject, around: Surroundings<I>): Promise<Patch> | Patch;
  /** The object that has these fields, for kinds that may not exist yet. Without name, namespace and mark. */
  create?(to: Fields, input: I): JsonObject;

  summary(object: JsonObject): string;
  size?(object: JsonObject, preImage: JsonObject, input: I): NonNullable<TargetState['size']>;
  warnings?(object: JsonObject | undefined, preImage: JsonObject, around: Surroundings<I>): Promise<readonly string[]>;
  /** Paths whose values a diff may show; all others are only said to differ. */
  readonly shows: RegExp;
  progress?(object: JsonObject, around: Surroundings<I>): Promise<Progress> | Progress;
  verification(input: I): readonly VerificationCheck[];
}

/** Pre-image and fields of an object that does not exist. */
export const ABSENT: JsonObject = { absent: true };

/** Whether a pre-image or a set of fields says that the object does not exist. */
export function isAbsent(value: JsonObject): boolean {
  return value['absent'] === true;
}
