import { closed, integer, list, position, ref, text, type JsonSchema } from './basics.ts';

const QUERY: Readonly<Record<string, JsonSchema>> = {
  datasource: ref('slug'),
  query: text(2000, undefined, 'PromQL; $name stands for the value of `vars.name`'),
  vars: {
    type: 'object',
    maxProperties: 16,
    propertyNames: ref('parameterName'),
    additionalProperties: ref('paramRef'),
  },
  op: { enum: ['<', '<=', '>', '>=', '==', '!='] },
  value: position({ type: 'number' }),
  noData: { enum: ['fail', 'pass'], default: 'fail' },
};

/** A question to the metrics, for preconditions and verification. */
export const CHECK_SCHEMA: JsonSchema = closed({ name: ref('slug'), ...QUERY, for: ref('duration') }, [
  'name',
  'query',
  'op',
  'value',
]);

/** `with` of the action `query`. */
export const QUERY_STEP_SCHEMA: JsonSchema = closed(
  { ...QUERY, onFalse: { enum: ['stop', 'continue'], default: 'stop' } },
  ['query', 'op', 'value']
);

/** How the executor finds out whether the steps helped. */
export const VERIFY_SCHEMA: JsonSchema = closed(
  {
    settle: ref('duration'),
    timeout: ref('duration'),
    interval: ref('duration'),
    consecutive: { ...integer(1, 20), default: 3 },
    checks: list(ref('check'), 16, 1),
    onFailure: { enum: ['rollback', 'notify', 'hold'], default: 'rollback' },
  },
  ['checks']
);

/** When the runbook is thought of. All of `match` must hold; one trigger is enough. */
export const TRIGGER_SCHEMA: JsonSchema = closed(
  {
    source: { enum: ['grafana-alert', 'aiops-insight', 'manual'], default: 'grafana-alert' },
    match: list(
      closed(
        {
          label: ref('labelName'),
          op: { enum: ['=', '!=', 'in', 'prefix'] },
          value: { if: { type: 'array' }, then: list(text(256), 32, 1), else: text(256) },
        },
        ['label', 'op', 'value'],
        {
          if: { properties: { op: { const: 'in' } } },
          then: { properties: { value: { type: 'array' } } },
          else: { properties: { value: { type: 'string' } } },
        }
      ),
      16,
      1
    ),
    when: ref('expression'),
  },
  ['match']
);

/** What the runbook asks of people and how far it may reach. The executor's own policy is never weakened by it. */
export const POLICY_SCHEMA: JsonSchema = closed(
  {
    risk: { enum: ['low', 'medium', 'high', 'critical'] },
    approval: closed(
      {
        mode: { enum: ['required', 'auto-if-low-risk', 'four-eyes'] },
        ttl: { ...ref('duration'), default: '30m' },
        approvers: list(text(120, '^[^\\x00-\\x1f\\x7f]+$', 'name of a person or team'), 16),
      },
      ['mode']
    ),
    cooldown: ref('duration'),
    concurrency: closed({ key: { enum: ['target', 'namespace', 'cluster'] }, max: integer(1, 10) }),
    blastRadius: closed({
      maxPods: integer(1, 10_000),
      maxPercent: integer(1, 100),
      maxReplicasDelta: integer(1, 1000),
      namespaces: list(ref('slug'), 64, 1),
    }),
    deadline: ref('duration'),
  },
  ['risk', 'approval']
);

/** Who is told, and when. */
export const NOTIFICATION_SCHEMA: JsonSchema = closed(
  {
    channel: ref('slug'),
    on: {
      ...list(
        {
          enum: [
            'approval-requested',
            'approved',
            'rejected',
            'timeout',
            'started',
            'succeeded',
            'failed',
            'rolled-back',
            'needs-human',
          ],
        },
        9,
        1
      ),
      uniqueItems: true,
    },
    template: ref('prose'),
  },
  ['channel', 'on']
);
