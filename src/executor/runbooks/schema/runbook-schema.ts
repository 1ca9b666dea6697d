import { ACTION_DEFINITIONS, ACTION_FORMS } from './action-schema.ts';
import { BASIC_DEFINITIONS, closed, integer, list, ref, text, type JsonSchema } from './basics.ts';
import { CHECK_SCHEMA, NOTIFICATION_SCHEMA, POLICY_SCHEMA, TRIGGER_SCHEMA, VERIFY_SCHEMA } from './check-schema.ts';
import { PARAMETER_SCHEMA } from './parameter-schema.ts';

const STEP: Readonly<Record<string, JsonSchema>> = {
  id: ref('slug'),
  if: ref('expression'),
  timeout: ref('duration'),
  retry: ref('retry'),
  compensate: { enum: ['auto', 'none'], default: 'auto' },
  group: ref('slug'),
};

/** How often a step is sent again, and after what. */
const RETRY: JsonSchema = closed({
  max: integer(0, 10),
  on: { ...list({ enum: ['429', '5xx', 'timeout', 'conflict'] }, 4), uniqueItems: true },
});

/** One closed form per action, told apart by `action`. */
const STEP_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['id', 'action'],
  discriminator: { propertyName: 'action' },
  oneOf: Object.entries(ACTION_FORMS).map(([action, form]) => {
    const needsWith = form.with !== undefined && ('required' in form.with || 'minProperties' in form.with);
    return closed(
      {
        ...STEP,
        action: { const: action },
        ...(form.target ? { target: form.target } : {}),
        ...(form.with ? { with: form.with } : {}),
        ...(form.temporary ? { ttl: ref('duration') } : {}),
      },
      ['id', 'action', ...(form.target ? ['target'] : []), ...(needsWith ? ['with'] : [])]
    );
  }),
};

const METADATA: JsonSchema = closed(
  {
    name: ref('slug'),
    version: integer(1, 1_000_000),
    title: text(120),
    owner: text(120),
    labels: {
      type: 'object',
      maxProperties: 32,
      propertyNames: ref('labelName'),
      additionalProperties: { type: 'string', maxLength: 128 },
    },
  },
  ['name', 'version']
);

const SPEC: JsonSchema = closed(
  {
    triggers: list(TRIGGER_SCHEMA, 16),
    parameters: {
      type: 'object',
      maxProperties: 32,
      propertyNames: ref('parameterName'),
      additionalProperties: PARAMETER_SCHEMA,
    },
    preconditions: list(ref('check'), 16),
    policy: POLICY_SCHEMA,
    steps: list(STEP_SCHEMA, 32, 1),
    verify: VERIFY_SCHEMA,
    notifications: list(NOTIFICATION_SCHEMA, 16),
  },
  ['parameters', 'steps', 'policy']
);

/** The published format of runbooks, JSON Schema 2020-12. `discriminator` only makes messages better. */
export const RUNBOOK_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://aiops.io/schemas/runbook.v1.json',
  title: 'Runbook aiops.io/v1',
  ...closed({ apiVersion: { const: 'aiops.io/v1' }, kind: { const: 'Runbook' }, metadata: METADATA, spec: SPEC }, [
    'apiVersion',
    'kind',
    'metadata',
    'spec',
  ]),
  $defs: { ...BASIC_DEFINITIONS, ...ACTION_DEFINITIONS, check: CHECK_SCHEMA, retry: RETRY },
};
