import type { JsonObject } from '#contracts';
import type { CompensationRequest, EffectOutcome, EffectRequest, Resolution } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { guarded, OPERATION_ANNOTATION, operationOf, sameJson } from './guard.ts';
import type { TargetInput } from './input.ts';
import { numberAt, objectAt, textAt } from './json.ts';
import type { Fields, ObjectChange, Surroundings } from './object-change.ts';
import { isAbsent } from './object-change.ts';
import { isExpected, readObject } from './object-state.ts';
import { outcomeOf } from './outcome.ts';
import { apiVersionOf } from './resources.ts';

/** Tries at one change that lose against somebody who writes at the same time, such as a controller with the status. */
const RACES = 4;

/** Carries a change out, once; see {@link Action.apply}. */
export async function applyChange<I extends TargetInput>(
  change: ObjectChange<I>,
  around: Surroundings<I>,
  request: EffectRequest
): Promise<EffectOutcome> {
  return overRaces(async () => {
    const object = await readObject(change, around);
    if (object !== undefined && operationOf(object) === request.operationId) {
      return decided('applied', 'it was done before');
    }
    if (!(await isExpected(change, object, request.expected, around))) {
      return decided('conflict', 'the target changed since approval');
    }
    const to = change.after(request.preImage, around.input, request.mintedMs);
    if (object !== undefined && sameJson(await change.fields(object, around), to)) {
      return decided('applied', 'it was so already; nothing was sent');
    }
    const details = { before: change.before(request.preImage), after: to };
    return { send: await prepare(change, around, object, to, request.operationId), message: 'done', details };
  });
}

/** Finds out by reading what became of a change; see {@link Action.resolve}. */
export async function resolveChange<I extends TargetInput>(
  change: ObjectChange<I>,
  around: Surroundings<I>,
  request: EffectRequest
): Promise<Resolution> {
  try {
    const object = await readObject(change, around);
    if (object !== undefined && operationOf(object) === request.operationId) {
      return { kind: 'applied', message: 'the target carries the mark of this operation' };
    }
    if (!(await isExpected(change, object, request.expected, around))) {
      return { kind: 'conflict', message: 'the target changed and does not carry the mark of this operation' };
    }
    const to = change.after(request.preImage, around.input, request.mintedMs);
    return object !== undefined && sameJson(await change.fields(object, around), to)
      ? { kind: 'applied', message: 'it was so already; nothing had to be sent' }
      : { kind: 'not-applied', message: 'the target is as it was approved' };
  } catch (error) {
    const { kind, message } = nothingSent(error);
    return { kind: kind === 'conflict' || kind === 'refused' ? 'conflict' : 'unavailable', message };
  }
}

/** Takes a change back, if it is still the last one; see {@link Action.compensate}. */
export async function compensateChange<I extends TargetInput>(
  change: ObjectChange<I>,
  around: Surroundings<I>,
  request: CompensationRequest
): Promise<EffectOutcome> {
  const to = change.before(request.preImage);
  const done = change.after(request.preImage, around.input, request.mintedMs);
  if (sameJson(to, done)) {
    return { kind: 'applied', message: 'there is nothing to take back' };
  }
  return overRaces(async () => {
    const object = await readObject(change, around);
    if (object === undefined) {
      return isAbsent(to)
        ? decided('applied', 'it is gone already')
        : decided('conflict', 'somebody else deleted the target');
    }
    if (operationOf(object) === request.undoOperationId) {
      return decided('applied', 'it was taken back before');
    }
    const objection = await whyNotOurs(change, around, request, object);
    if (objection !== undefined) {
      return decided('conflict', objection);
    }
    const details = { before: done, after: to };
    const sending = await prepare(change, around, object, to, request.undoOperationId);
    return { send: sending, message: 'taken back', details };
  });
}

/** Why an object is not as our operation left it; undefined when it is. */
async function whyNotOurs<I extends TargetInput>(
  change: ObjectChange<I>,
  around: Surroundings<I>,
  request: CompensationRequest,
  object: JsonObject
): Promise<string | undefined> {
  const { expected, operationId, preImage, mintedMs } = request;
  if (expected.uid !== '' && textAt(object, 'metadata', 'uid') !== expected.uid) {
    return 'somebody else made the target anew';
  }
  if (operationOf(object) !== operationId) {
    return 'somebody else changed the target: our mark is gone';
  }
  const fields = await change.fields(object, around);
  const edited = isAbsent(change.before(preImage)) && wasEdited(object);
  return edited || !sameJson(fields, change.after(preImage, around.input, mintedMs))
    ? 'somebody else changed the target: it has other values than we gave it'
    : undefined;
}

/** What a look at the target leads to: an answer, or a change to send. */
type Step =
  | { readonly outcome: EffectOutcome }
  | { readonly send: Sending; readonly message: string; readonly details: JsonObject };

/** One call that changes something; nothing has been sent before it is made. */
type Sending = () => Promise<unknown>;

function decided(kind: 'applied' | 'conflict', message: string): Step {
  return { outcome: { kind, message } };
}

/**
 * Looks and sends, again when somebody else wrote in between: a refusal by the guard means that nothing was done, and every
 * look asks all questions anew. Any other failure ends it.
 */
async function overRaces(look: () => Promise<Step>): Promise<EffectOutcome> {
  let outcome: EffectOutcome = { kind: 'conflict', message: '' };
  for (let race = 0; race < RACES && outcome.kind === 'conflict'; race += 1) {
    let step: Step;
    try {
      step = await look();
    } catch (error) {
      return nothingSent(error);
    }
    if ('outcome' in step) {
      return step.outcome;
    }
    try {
      await step.send();
      return { kind: 'applied', message: step.message, details: step.details };
    } catch (error) {
      outcome = outcomeOf(error);
    }
  }
  return outcome;
}

/** The body of an object that a change makes, with our mark. */
export function newObject<I extends TargetInput>(
  change: ObjectChange<I>,
  { input }: Surroundings<I>,
  to: Fields,
  operationId: string
): JsonObject {
  const { kind, namespace, name } = change.ref(input);
  const body = change.create?.(to, input) ?? {};
  const labels = { 'app.kubernetes.io/managed-by': 'causeway-executor' };
  const metadata = { namespace, name, labels, annotations: { [OPERATION_ANNOTATION]: operationId } };
  return { ...body, apiVersion: apiVersionOf(kind), kind, metadata };
}

async function prepare<I extends TargetInput>(
  change: ObjectChange<I>,
  around: Surroundings<I>,
  object: JsonObject | undefined,
  to: Fields,
  operationId: string
): Promise<Sending> {
  const { client, signal, input } = around;
  const ref = change.ref(input);
  if (object === undefined) {
    const body = newObject(change, around, to, operationId);
    return () => client.create(ref, body, {}, signal);
  }
  if (isAbsent(to)) {
    const { uid, resourceVersion } = objectAt(object, 'metadata');
    return () => client.remove(ref, { uid: String(uid), resourceVersion: String(resourceVersion) }, signal);
  }
  const patch = guarded(await change.patch(to, object, around), object, operationId);
  return () => client.patch(ref, patch, {}, signal);
}

/** A failure before anything was sent: whatever it was, nothing was changed. */
function nothingSent(error: unknown): EffectOutcome {
  if (error instanceof ExecutorError) {
    const kinds = { TARGET_UNKNOWN: 'conflict', PLATFORM_UNAVAILABLE: 'unavailable' } as const;
    const kind = kinds[error.code as keyof typeof kinds] ?? 'refused';
    return { kind, message: error.message };
  }
  const outcome = outcomeOf(error);
  return outcome.kind === 'unknown' ? { ...outcome, kind: 'unavailable' } : outcome;
}

/** Whether the spec of an object that we made was changed by anybody, ourselves included. */
function wasEdited(object: JsonObject): boolean {
  return (numberAt(object, 'metadata', 'generation') ?? 1) !== 1;
}
