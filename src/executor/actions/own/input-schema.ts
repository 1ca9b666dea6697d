import type { JsonObject, JsonValue } from '#contracts';
import { ExecutorError } from '../../errors.ts';
import { ACTION_DEFINITIONS, ACTION_FORMS } from '../../runbooks/schema/action-schema.ts';
import { BASIC_DEFINITIONS } from '../../runbooks/schema/basics.ts';
import { fieldOf } from '../../runbooks/problem.ts';
import { compileSchema, type SchemaValidator } from '../../runbooks/validate-schema.ts';
import type { ActionInput } from '../action.ts';

const DEFINITIONS = { ...BASIC_DEFINITIONS, ...ACTION_DEFINITIONS } as Readonly<Record<string, JsonValue>>;
const PREFIX = '#/$defs/';

/** An input that was checked. */
export type CheckInput = (input: ActionInput) => ActionInput;

/**
 * Schema of an action's input: its `with` in runbooks without the places for parameters, whose values stand there by then,
 * and for queries without their variables, which are bound by then.
 */
export function inputSchemaOf(name: string): JsonObject {
  const form = literal((ACTION_FORMS[name]?.with ?? {}) as JsonValue) as JsonObject;
  const schema = name === 'query' ? without(form, 'vars') : form;
  const definitions: Record<string, JsonValue> = {};
  const collect = (value: JsonValue): void => {
    for (const definition of referencesIn(value)) {
      const found = DEFINITIONS[definition];
      if (found !== undefined && !Object.hasOwn(definitions, definition)) {
        definitions[definition] = literal(found);
        collect(definitions[definition]);
      }
    }
  };
  collect(schema);
  return { ...schema, ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}) };
}

/** Checks inputs against a schema; it is compiled with the first of them. */
export function inputCheck(schema: JsonObject): CheckInput {
  let validate: SchemaValidator | undefined;
  return (input) => {
    validate ??= compileSchema(schema);
    const [fault] = validate(input);
    if (fault) {
      const field = fieldOf(fault.path) || 'input';
      throw new ExecutorError('PARAMETER_INVALID', `${field} ${fault.message}. ${fault.remedy}`);
    }
    const hidden = Object.keys(input).find((key) => holdsHidden(input[key] ?? null));
    if (hidden !== undefined) {
      throw new ExecutorError('PARAMETER_INVALID', `${hidden} holds characters that cannot be seen. Write it without.`);
    }
    return input;
  };
}

/**
 * Controls but line breaks and tabs, and characters that hide or turn round what stands beside them: whoever approves has to see
 * what is sent.
 */
const HIDDEN = /[^\P{C}\n\t]|[\u2028\u2029]/u;

function holdsHidden(value: JsonValue): boolean {
  if (typeof value === 'string') {
    return HIDDEN.test(value);
  }
  return typeof value === 'object' && value !== null && Object.values(value).some((one: JsonValue) => holdsHidden(one));
}

/** A schema with the literal in place of each `position`. */
function literal(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) {
    return schema.map(literal);
  }
  if (typeof schema !== 'object' || schema === null) {
    return schema;
  }
  const { if: condition, else: otherwise } = schema as { readonly if?: JsonObject; readonly else?: JsonValue };
  const required = condition?.['required'];
  if (otherwise !== undefined && Array.isArray(required) && required.includes('$param')) {
    return literal(otherwise);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, literal(value as JsonValue)]));
}

function without(schema: JsonObject, property: string): JsonObject {
  const { [property]: _removed, ...properties } = schema['properties'] as JsonObject;
  return { ...schema, properties };
}

function referencesIn(value: JsonValue): readonly string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const reference = (value as { readonly $ref?: unknown }).$ref;
  const here = typeof reference === 'string' && reference.startsWith(PREFIX) ? [reference.slice(PREFIX.length)] : [];
  return [...here, ...Object.values(value).flatMap((inner: JsonValue) => referencesIn(inner))];
}
