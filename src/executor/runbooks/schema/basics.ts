/** A JSON Schema (2020-12) or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** An object that knows exactly these keys. */
export function closed(
  properties: Readonly<Record<string, JsonSchema | boolean>>,
  required: readonly string[] = [],
  more: JsonSchema = {}
): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...more,
  };
}

/** A place where a literal may stand, or `{ $param: name }` for the whole of it. Parts of a value are never replaced. */
export function position(literal: JsonSchema): JsonSchema {
  return { if: { type: 'object', required: ['$param'] }, then: ref('paramRef'), else: literal };
}

export function ref(definition: string): JsonSchema {
  return { $ref: `#/$defs/${definition}` };
}

export function integer(minimum: number, maximum: number): JsonSchema {
  return { type: 'integer', minimum, maximum };
}

export function number(minimum: number, maximum: number): JsonSchema {
  return { type: 'number', minimum, maximum };
}

export function list(items: JsonSchema, maxItems: number, minItems = 0): JsonSchema {
  return { type: 'array', items, maxItems, ...(minItems > 0 ? { minItems } : {}) };
}

/** `pattern` is written so that it takes linear time. */
export function text(maxLength: number, pattern?: string, description?: string): JsonSchema {
  return {
    type: 'string',
    minLength: 1,
    maxLength,
    ...(pattern === undefined ? {} : { pattern }),
    ...(description === undefined ? {} : { description }),
  };
}

/** Definitions that all parts of the schema name with {@link ref}. */
export const BASIC_DEFINITIONS: Readonly<Record<string, JsonSchema>> = {
  slug: text(63, '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$', 'lower-case letters, digits and "-"'),
  /** Name of a Kubernetes object (RFC 1123 subdomain). */
  objectName: text(
    253,
    '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?([.][a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$',
    'a name of Kubernetes: lower-case letters, digits, "-" and "."'
  ),
  /** Name of a service of the demo's platform. */
  serviceName: text(253, '^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$', 'letters, digits, ".", "_" and "-"'),
  parameterName: text(40, '^[a-z][a-zA-Z0-9]{0,39}$', 'a lower-case letter, then letters and digits'),
  labelName: text(128, '^[a-zA-Z_][a-zA-Z0-9_]{0,127}$', 'a label name of Prometheus'),
  duration: text(6, '^[1-9][0-9]{0,4}[smh]$', 'a duration such as 30s, 5m or 2h'),
  quantity: text(20, '^[1-9][0-9]{0,11}(Ki|Mi|Gi|Ti|k|M|G|T)?$', 'an amount such as 512Mi or 2Gi'),
  expression: text(512, undefined, 'an expression in CEL that is true or false'),
  line: text(200, '^[^\\x00-\\x1f\\x7f]+$', 'one line of text'),
  prose: text(2000),
  paramRef: closed({ $param: ref('parameterName') }, ['$param'], {
    description: 'the value of a parameter, for the whole value',
  }),
  scalar: { type: ['string', 'number', 'boolean'], maxLength: 500 },
};
