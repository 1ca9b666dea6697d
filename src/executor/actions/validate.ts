import type { ActionCatalogueEntry, JsonObject, ProposePlan } from '#contracts';
import type { ActionKind, ActionParameters, ActionTarget } from '#model';
import { ExecutorError } from '../errors.ts';
import { ACTION_CATALOGUE } from './catalogue.ts';

type Parameter = ActionCatalogueEntry['parameters'][number];
type Value = ActionParameters[string];

const TARGET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;
const SQL_IDENTIFIER = /^[a-z][a-z0-9_]{0,62}$/;
/** Letters, marks, numbers, punctuation, symbols and single spaces: no control characters, no line breaks. */
const PLAIN_TEXT = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;

/** A catalogue entry with the parameters checked and completed by defaults. */
export interface ValidAction {
  readonly entry: ActionCatalogueEntry;
  readonly parameters: ActionParameters;
}

/**
 * Checks an action against the catalogue: target kind and names, every parameter known, present, of its type, in its bounds.
 * @throws ExecutorError PARAMETER_INVALID, naming the field and the bound
 */
export function validateAction(action: ActionKind, target: ActionTarget, parameters: ActionParameters): ValidAction {
  const entry = ACTION_CATALOGUE.find((candidate) => candidate.action === action);
  if (!entry) {
    throw invalid('action', `"${action}" is not in the catalogue`);
  }
  validateTarget(entry, target);
  const unknown = Object.keys(parameters).find((name) => !entry.parameters.some((known) => known.name === name));
  if (unknown !== undefined) {
    throw invalid(`parameters.${unknown.slice(0, 60)}`, `${action} has no such parameter`);
  }
  const checked: Record<string, Value> = {};
  for (const parameter of entry.parameters) {
    const value =
      (Object.hasOwn(parameters, parameter.name) ? parameters[parameter.name] : undefined) ?? parameter.default;
    if (value !== undefined) {
      checked[parameter.name] = validateValue(parameter, value);
    } else if (parameter.required) {
      throw invalid(`parameters.${parameter.name}`, `is required (${bounds(parameter)})`);
    }
  }
  return { entry, parameters: checked };
}

/** A target as it came over the wire, without the key that says "no peer". */
export function toActionTarget({ kind, name, peer }: ProposePlan['target']): ActionTarget {
  return peer === undefined ? { kind, name } : { kind, name, peer };
}

/**
 * Reads the flat input of a step back into target and parameters, checked like a proposal.
 * @throws ExecutorError PARAMETER_INVALID, naming the field and the bound
 */
export function readInput(
  action: ActionKind,
  input: JsonObject
): { target: ActionTarget; parameters: ActionParameters } {
  const { kind, name, peer, ...rest } = input;
  const target = toActionTarget({
    kind: String(kind) as ActionTarget['kind'],
    name: String(name),
    ...(peer === undefined ? {} : { peer: String(peer) }),
  });
  const { parameters } = validateAction(action, target, rest as ActionParameters);
  return { target, parameters };
}

/** One active execution per key: the target itself, for edges both ends. */
export function targetKey(target: ProposePlan['target']): string {
  return target.peer === undefined ? `${target.kind}/${target.name}` : `${target.kind}/${target.name}>${target.peer}`;
}

function validateTarget(entry: ActionCatalogueEntry, target: ActionTarget): void {
  if (!entry.targetKinds.includes(target.kind)) {
    throw invalid('target.kind', `${entry.action} works on ${entry.targetKinds.join(', ')}, not on ${target.kind}`);
  }
  if (!TARGET_NAME.test(target.name)) {
    throw invalid('target.name', 'must be letters, digits, ".", "_" or "-", starting with a letter or digit');
  }
  if (target.kind === 'edge' ? target.peer === undefined : target.peer !== undefined) {
    throw invalid('target.peer', target.kind === 'edge' ? 'is required for an edge: the callee' : 'is for edges only');
  }
  if (target.peer !== undefined && !TARGET_NAME.test(target.peer)) {
    throw invalid('target.peer', 'must be letters, digits, ".", "_" or "-", starting with a letter or digit');
  }
}

function validateValue(parameter: Parameter, value: Value): Value {
  const field = `parameters.${parameter.name}`;
  if (parameter.type === 'string') {
    return validateText(parameter, value);
  }
  if (
    typeof value !== 'number' ||
    !Number.isFinite(value) ||
    (parameter.type === 'integer' && !Number.isInteger(value))
  ) {
    throw invalid(field, `must be ${bounds(parameter)}`);
  }
  if (value < (parameter.minimum ?? -Infinity) || value > (parameter.maximum ?? Infinity)) {
    throw invalid(field, `is ${value}; must be ${bounds(parameter)}`);
  }
  return value;
}

function validateText(parameter: Parameter, value: Value): string {
  const field = `parameters.${parameter.name}`;
  if (typeof value !== 'string' || value.length === 0 || value.length > (parameter.maximum ?? 500)) {
    throw invalid(field, `must be ${bounds(parameter)}`);
  }
  const identifier = parameter.name === 'table' || parameter.name === 'column';
  if (identifier && !SQL_IDENTIFIER.test(value)) {
    throw invalid(field, 'must be a lower-case SQL identifier: letters, digits and "_", starting with a letter');
  }
  if (!PLAIN_TEXT.test(value)) {
    throw invalid(field, 'must be one line without control characters');
  }
  return value;
}

function bounds({ type, minimum, maximum, unit }: Parameter): string {
  if (type === 'string') {
    return `text of 1 to ${maximum ?? 500} characters`;
  }
  return `${type === 'integer' ? 'a whole number' : 'a number'} from ${minimum ?? 'any'} to ${maximum ?? 'any'} ${unit ?? ''}`.trim();
}

function invalid(field: string, reason: string): ExecutorError {
  return new ExecutorError('PARAMETER_INVALID', `${field} ${reason}.`);
}
