import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Finding } from './problem.ts';
import { RUNBOOK_SCHEMA } from './schema/runbook-schema.ts';
import type { JsonSchema } from './schema/basics.ts';

const MAX_FINDINGS = 50;
/** Keywords that only say that another one, which is reported as well, did not hold. */
const ECHOES = new Set(['if', 'oneOf', 'propertyNames']);

/** A validator of a schema that tells all faults, each with message and remedy. */
export interface SchemaValidator {
  (value: unknown): readonly Finding[];
}

/** @throws when the schema itself is wrong */
export function compileSchema(schema: JsonSchema): SchemaValidator {
  const ajv = new Ajv2020({
    allErrors: true,
    discriminator: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    verbose: true,
    allowUnionTypes: true,
    logger: false,
    // Compiling is done once at start and takes five times as long with the defaults of these two.
    inlineRefs: false,
    code: { optimize: false },
  });
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) => {
    if (validate(value)) {
      return [];
    }
    const faults = (validate.errors ?? []).filter((error) => !ECHOES.has(error.keyword));
    // One text can be too long and of the wrong form: the last one, its form, tells more.
    const unique = new Map(faults.map((fault) => [keyOf(fault), toFinding(fault)]));
    return [...unique.values()].slice(0, MAX_FINDINGS);
  };
}

let validator: SchemaValidator | undefined;

/** What is wrong with a value as a runbook; empty when it is one. */
export function validateRunbook(value: unknown): readonly Finding[] {
  validator ??= compileSchema(RUNBOOK_SCHEMA);
  return validator(value);
}

type Say = (
  params: Readonly<Record<string, unknown>>,
  error: ErrorObject
) => readonly [message: string, remedy: string];

const WORDS: Readonly<Record<string, Say>> = {
  required: ({ missingProperty }) => [`"${show(missingProperty)}" is missing`, `Add "${show(missingProperty)}".`],
  additionalProperties: ({ additionalProperty }, error) => [
    `"${show(additionalProperty)}" is not known here`,
    `Remove it, or use one of ${knownKeys(error)}.`,
  ],
  'false schema': () => ['cannot stand beside the other keys given here', 'Keep one of the two ways.'],
  type: ({ type }, { data }) => [`is ${kindOf(data)}`, `Write ${asWords(type)}.`],
  const: ({ allowedValue }) => [`must be ${show(allowedValue)}`, `Write ${show(allowedValue)}.`],
  enum: ({ allowedValues }, { data }) => [`${quote(data)} is not possible`, `Use one of ${asList(allowedValues)}.`],
  pattern: ({ pattern }, { data, parentSchema }) => [
    `${quote(data)} is not accepted`,
    `Write ${describe(parentSchema) ?? `something that fits ${show(pattern)}`}.`,
  ],
  minimum: ({ limit }, { data }) => [`is ${quote(data)}`, `Use at least ${show(limit)}.`],
  maximum: ({ limit }, { data }) => [`is ${quote(data)}`, `Use at most ${show(limit)}.`],
  maxLength: ({ limit }) => ['is too long', `Use at most ${show(limit)} characters.`],
  minLength: () => ['is empty', 'Write something, or remove the key.'],
  maxItems: ({ limit }) => ['has too many entries', `Keep at most ${show(limit)}.`],
  minItems: ({ limit }) => ['has too few entries', `Give at least ${show(limit)}.`],
  maxProperties: ({ limit }) => ['has too many keys', `Keep at most ${show(limit)}.`],
  minProperties: ({ limit }) => ['has too few keys', `Give at least ${show(limit)}.`],
  uniqueItems: () => ['has an entry twice', 'Keep each entry once.'],
  dependentRequired: ({ missingProperty }) => [`needs "${show(missingProperty)}" as well`, 'Add it.'],
  discriminator: ({ tag, tagValue }) => [
    tagValue === undefined ? `"${show(tag)}" is missing` : `"${show(tag)}" cannot be ${quote(tagValue)}`,
    tag === 'action'
      ? 'Use an action of the list in docs/user/runbooks.md.'
      : 'Use a type of the list in docs/user/runbooks.md.',
  ],
};

function toFinding(error: ErrorObject): Finding {
  const say = WORDS[error.keyword];
  const [message, remedy] = say
    ? say(error.params, error)
    : [`${error.message ?? 'is not accepted'}`, 'See docs/user/runbooks.md.'];
  const path = pathOf(error.instancePath);
  const key = error.propertyName ?? error.params['additionalProperty'];
  return { path: typeof key === 'string' ? [...path, key] : path, message, remedy };
}

function keyOf({ keyword, instancePath, params, propertyName }: ErrorObject): string {
  const group = keyword === 'maxLength' || keyword === 'minLength' ? 'pattern' : keyword;
  return JSON.stringify([group, instancePath, propertyName, params['missingProperty'], params['additionalProperty']]);
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      return /^(0|[1-9][0-9]{0,5})$/.test(name) ? Number(name) : name;
    });
}

function show(value: unknown): string {
  return String(value).slice(0, 80);
}

function quote(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

function asList(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => show(value)).join(', ') : show(values);
}

function asWords(type: unknown): string {
  const words: Readonly<Record<string, string>> = {
    object: 'keys and values',
    array: 'a list',
    string: 'text (in quotes where YAML would read a number)',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return (Array.isArray(type) ? type : [type]).map((name) => words[String(name)] ?? String(name)).join(' or ');
}

function kindOf(value: unknown): string {
  if (value === null) {
    return 'empty';
  }
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function knownKeys({ parentSchema }: ErrorObject): string {
  const properties = (parentSchema as { properties?: object } | undefined)?.properties ?? {};
  return Object.keys(properties).join(', ') || 'no keys';
}

function describe(schema: unknown): string | undefined {
  const description = (schema as { description?: unknown } | undefined)?.description;
  return typeof description === 'string' ? description : undefined;
}
