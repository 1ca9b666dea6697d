import type { ActionCatalogueEntry, JsonObject } from '#contracts';
import type { ActionKind, ActionParameters, ActionTarget } from '#model';
import { ExecutorError } from '../../errors.ts';
import type { Action, ActionInput, EffectOutcome, EffectRequest, Resolution } from '../action.ts';
import { ACTION_CATALOGUE, hasNoEffect } from '../catalogue.ts';
import type { ApplyResult, LiveTarget, Platform } from '../platform.ts';
import { readInput, targetKey } from '../validate.ts';

/** What can be done to the simulated shop, as actions of plans: `demo.scale` and so on. */
export function demoActions(platform: Platform): readonly Action[] {
  return ACTION_CATALOGUE.filter(({ action }) => !hasNoEffect(action)).map((entry) => demoAction(platform, entry));
}

/** Name of a demo action in plans and runbooks: `demo.rateLimit` for `rate-limit`. */
export function toDemoName(action: ActionKind): string {
  return `demo.${action.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
}

/** Input of a demo action: the target and the parameters side by side. */
export function toDemoInput(target: ActionTarget, parameters: ActionParameters): ActionInput {
  return { ...target, ...parameters };
}

interface Change {
  readonly action: ActionKind;
  readonly target: ActionTarget;
  readonly parameters: ActionParameters;
}

function demoAction(platform: Platform, entry: ActionCatalogueEntry): Action {
  const toChange = (input: ActionInput): Change => ({ action: entry.action, ...readInput(entry.action, input) });
  return {
    name: toDemoName(entry.action),
    title: entry.description,
    description: `${entry.description} In the simulated shop.`,
    inputSchema: toSchema(entry),
    riskBase: entry.riskBase,
    reversible: entry.reversible,
    destructive: false,
    target: (input) => {
      const { target } = toChange(input);
      return { key: targetKey(target), system: 'demo', kind: target.kind, name: target.name };
    },
    permissions: () => [],
    allPermissions: () => [],
    async read(input, signal) {
      const live = await platform.readTarget(toChange(input).target, signal);
      return {
        uid: live.uid,
        version: live.version,
        preImage: live.spec as JsonObject,
        summary: JSON.stringify(live.spec).slice(0, 200),
        size: sizeOf(entry.action, live),
        ...(live.operationId === undefined ? {} : { operationId: live.operationId }),
      };
    },
    async dryRun(input, { version }, signal) {
      const request = { ...toChange(input), expectedVersion: version, operationId: 'dry-run' };
      return { diff: await platform.dryRun(request, signal), warnings: [] };
    },
    async apply({ input, expected, operationId }, signal) {
      return toOutcome(
        await platform.apply({ ...toChange(input), expectedVersion: expected.version, operationId }, signal)
      );
    },
    resolve: (request, signal) => resolve(platform, toChange(request.input), request, signal),
    ...(entry.reversible
      ? {
          async compensate({ input, operationId, undoOperationId, preImage }, signal) {
            const { target } = toChange(input);
            const live = await reach(() => platform.readTarget(target, signal));
            if (typeof live === 'string') {
              return { kind: 'unavailable', message: live };
            }
            if (live.operationId === undoOperationId) {
              return { kind: 'applied', message: 'taken back before' };
            }
            if (JSON.stringify(live.spec) === JSON.stringify(preImage)) {
              return { kind: 'applied', message: 'the target is as it was before' };
            }
            if (live.operationId !== operationId) {
              return { kind: 'conflict', message: 'somebody else changed the target since' };
            }
            const request = { target, spec: preImage, expectedVersion: live.version, operationId: undoOperationId };
            return toOutcome(await platform.restore(request, signal));
          },
        }
      : {}),
    defaultVerification: () => [],
  };
}

async function resolve(
  platform: Platform,
  { target }: Change,
  { expected, operationId }: EffectRequest,
  signal: AbortSignal
): Promise<Resolution> {
  const done = await reach(() => platform.findOperation(operationId, signal));
  if (typeof done === 'string') {
    return { kind: 'unavailable', message: done };
  }
  if (done) {
    return { kind: 'applied', message: done.message };
  }
  const live = await reach(() => platform.readTarget(target, signal));
  if (typeof live === 'string') {
    return { kind: 'unavailable', message: live };
  }
  return isExpected(live, expected)
    ? { kind: 'not-applied', message: 'the target is as it was approved' }
    : { kind: 'conflict', message: 'the target is in another state than the approved one' };
}

const isExpected = (live: LiveTarget, { uid, version }: EffectRequest['expected']): boolean =>
  live.uid === uid && live.version === version;

/** The answer, or why there is none. */
async function reach<T>(call: () => Promise<T>): Promise<T | string> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ExecutorError) {
      return error.message;
    }
    throw error;
  }
}

function toOutcome({ kind, message }: ApplyResult): EffectOutcome {
  return { kind, message };
}

/** Restarts and rollbacks go through one replica after the other; the rest disturbs none. */
function sizeOf(action: ActionKind, { spec }: LiveTarget): { readonly pods: number; readonly percent: number } {
  if (action !== 'restart' && action !== 'rollback') {
    return { pods: 0, percent: 0 };
  }
  const replicas = typeof spec['replicas'] === 'number' && spec['replicas'] > 0 ? spec['replicas'] : 1;
  return { pods: 1, percent: Math.round(100 / replicas) };
}

function toSchema({ targetKinds, parameters }: ActionCatalogueEntry): JsonObject {
  const bounds = parameters.map(({ name, type, minimum, maximum, description }): [string, JsonObject] => [
    name,
    type === 'string'
      ? { type, minLength: 1, maxLength: maximum ?? 500, description }
      : {
          type,
          description,
          ...(minimum === undefined ? {} : { minimum }),
          ...(maximum === undefined ? {} : { maximum }),
        },
  ]);
  const name = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$' };
  return {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'name', ...parameters.filter((one) => one.required).map((one) => one.name)],
    properties: {
      kind: { enum: targetKinds },
      name,
      ...(targetKinds.includes('edge') ? { peer: name } : {}),
      ...Object.fromEntries(bounds),
    },
  };
}
