import { closed, integer, list, ref, text, type JsonSchema } from './basics.ts';

/** Types whose grammar is that of Kubernetes names. */
export const NAME_TYPES = ['dns1123', 'namespace', 'deployment', 'pod', 'container', 'service'] as const;

const COMMON: Readonly<Record<string, JsonSchema>> = {
  description: ref('line'),
  required: { type: 'boolean' },
  fromLabel: ref('labelName'),
};

function parameter(
  type: JsonSchema,
  own: Readonly<Record<string, JsonSchema>>,
  required: readonly string[]
): JsonSchema {
  return closed({ type, ...own, ...COMMON }, ['type', ...required]);
}

const anyInteger = { type: 'integer', minimum: -9_007_199_254_740_991, maximum: 9_007_199_254_740_991 };
const anyNumber = { type: 'number' };
const string = { type: 'string', maxLength: 256 };

/** One parameter: typed, bounded, and where its value comes from. */
export const PARAMETER_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    parameter({ enum: NAME_TYPES }, { default: string }, []),
    parameter({ const: 'integer' }, { min: anyInteger, max: anyInteger, default: anyInteger }, ['min', 'max']),
    parameter({ const: 'number' }, { min: anyNumber, max: anyNumber, default: anyNumber }, ['min', 'max']),
    parameter({ const: 'string' }, { maxLength: integer(1, 256), pattern: text(128), default: string }, [
      'maxLength',
      'pattern',
    ]),
    parameter({ const: 'enum' }, { values: { ...list(text(256), 64, 1), uniqueItems: true }, default: string }, [
      'values',
    ]),
    parameter({ const: 'quantity' }, { min: ref('quantity'), max: ref('quantity'), default: ref('quantity') }, ['max']),
    parameter({ const: 'duration' }, { min: ref('duration'), max: ref('duration'), default: ref('duration') }, ['max']),
    parameter({ const: 'boolean' }, { default: { type: 'boolean' } }, []),
  ],
};
