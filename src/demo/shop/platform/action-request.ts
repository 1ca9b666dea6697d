import type { ActionKind, ActionTarget } from '#model';
import { invalid } from '../errors.ts';

/** What a caller wants the platform to do. */
export interface ActionRequest {
  readonly action: ActionKind;
  readonly target: ActionTarget;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly operationId: string;
  /** The version that the caller has seen; any version without it. */
  readonly expectedVersion: string | undefined;
  readonly dryRun: boolean;
}

/** A state that a target shall have again. */
export interface RestoreRequest {
  readonly target: ActionTarget;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly operationId: string;
  readonly expectedVersion: string;
}

const ACTIONS: ReadonlySet<string> = new Set<ActionKind>([
  'scale',
  'restart',
  'rollback',
  'rate-limit',
  'circuit-break',
  'set-memory-limit',
  'create-index',
  'notify',
  'manual',
]);
const TARGET_KINDS: ReadonlySet<string> = new Set<ActionTarget['kind']>(['deployment', 'database', 'cache', 'edge']);
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Reads a request body. @throws ShopError SHOP_PARAMETER_INVALID naming the field */
export function parseActionRequest(body: Readonly<Record<string, unknown>>): ActionRequest {
  const { action, parameters = {}, expectedVersion, dryRun = false } = body;
  if (typeof action !== 'string' || !ACTIONS.has(action)) {
    throw invalid('action', `one of ${[...ACTIONS].join(', ')}`);
  }
  if (!isRecord(parameters)) {
    throw invalid('parameters', 'an object');
  }
  if (expectedVersion !== undefined && (typeof expectedVersion !== 'string' || expectedVersion.length > 40)) {
    throw invalid('expectedVersion', 'a string of at most 40 characters');
  }
  if (typeof dryRun !== 'boolean') {
    throw invalid('dryRun', 'true or false');
  }
  return {
    action: action as ActionKind,
    target: parseTarget(body.target),
    parameters,
    operationId: parseOperationId(body.operationId, dryRun),
    expectedVersion,
    dryRun,
  };
}

/** Reads the body of a restore. @throws ShopError SHOP_PARAMETER_INVALID naming the field */
export function parseRestoreRequest(body: Readonly<Record<string, unknown>>): RestoreRequest {
  const { spec, expectedVersion } = body;
  if (!isRecord(spec)) {
    throw invalid('spec', 'an object');
  }
  if (typeof expectedVersion !== 'string' || expectedVersion.length > 40) {
    throw invalid('expectedVersion', 'a string of at most 40 characters');
  }
  const operationId = parseOperationId(body.operationId, false);
  return { target: parseTarget(body.target), spec, operationId, expectedVersion };
}

/** Reads a target. @throws ShopError SHOP_PARAMETER_INVALID naming the field */
export function parseTarget(value: unknown): ActionTarget {
  const { kind, name, peer } = isRecord(value) ? value : {};
  if (typeof kind !== 'string' || !TARGET_KINDS.has(kind)) {
    throw invalid('target.kind', 'deployment, database, cache or edge');
  }
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw invalid('target.name', 'the name of a service');
  }
  if (kind === 'edge' ? typeof peer !== 'string' || !NAME.test(peer) : peer !== undefined && peer !== null) {
    throw invalid('target.peer', 'the callee for an edge, and absent otherwise');
  }
  return { kind: kind as ActionTarget['kind'], name, ...(typeof peer === 'string' ? { peer } : {}) };
}

/** A whole number within bounds. @throws ShopError SHOP_PARAMETER_INVALID naming the parameter */
export function wholeNumber(parameters: ActionRequest['parameters'], name: string, min: number, max: number): number {
  const value = parameters[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw invalid(`parameters.${name}`, `an integer from ${min} to ${max}`);
  }
  return value;
}

/** A text within bounds. @throws ShopError SHOP_PARAMETER_INVALID naming the parameter */
export function text(parameters: ActionRequest['parameters'], name: string, maxLength: number): string {
  const value = parameters[name];
  if (typeof value !== 'string' || value.length === 0 || value.length > maxLength) {
    throw invalid(`parameters.${name}`, `a text of 1 to ${maxLength} characters`);
  }
  return value;
}

/** Whether a JSON value is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseOperationId(value: unknown, dryRun: boolean): string {
  if (value === undefined && dryRun) {
    return '';
  }
  if (typeof value !== 'string' || !/^[\w.:-]{1,128}$/.test(value)) {
    throw invalid('operationId', '1 to 128 letters, digits or . _ : -');
  }
  return value;
}
