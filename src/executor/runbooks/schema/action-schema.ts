import { closed, integer, list, number, position, ref, text, type JsonSchema } from './basics.ts';
import { QUERY_STEP_SCHEMA } from './check-schema.ts';

/** How one action is written in a step. */
interface ActionForm {
  /** Missing: the action has no target. */
  readonly target?: JsonSchema;
  /** Missing: the action takes no `with`. */
  readonly with?: JsonSchema;
  /** Whether a step may be temporary: undone by itself after `ttl`. */
  readonly temporary?: true;
}

const name = position(ref('objectName'));
const namespace = position(ref('slug'));
const label = position(ref('slug'));

const object = (kinds: readonly string[]): JsonSchema =>
  closed({ cluster: ref('slug'), namespace, kind: { enum: kinds }, name }, ['namespace', 'name']);

const demoTarget = (...kinds: readonly string[]): JsonSchema =>
  closed(
    {
      kind: { enum: kinds },
      name: position(ref('serviceName')),
      ...(kinds.includes('edge') ? { peer: position(ref('serviceName')) } : {}),
    },
    ['kind', 'name']
  );

const workload = object(['Deployment', 'StatefulSet']);
const rollable = object(['Deployment', 'StatefulSet', 'DaemonSet']);
const deployment = object(['Deployment']);
const pod = object(['Pod']);
const scaledObject = object(['ScaledObject']);
const destinationRule = object(['DestinationRule']);
/** Pods that carry a label; there is no object of that name. */
const labelledPods = object(['Workload']);

/** Numbers of which one excludes the others: how many, or how many times as many. */
const replicasOrFactor: JsonSchema = closed(
  {
    replicas: position(integer(1, 1000)),
    factor: position(number(0.1, 10)),
    min: position(integer(1, 1000)),
    max: position(integer(1, 1000)),
  },
  [],
  {
    minProperties: 1,
    dependentSchemas: { replicas: { properties: { factor: false, min: false, max: false } } },
  }
);

const limitOrFactor: JsonSchema = closed(
  { container: label, limit: position(ref('quantity')), factor: position(number(0.5, 4)) },
  ['container'],
  { minProperties: 2, maxProperties: 2 }
);

const JSON_VALUE: JsonSchema = {
  if: { type: 'object' },
  then: { if: { required: ['$param'] }, then: ref('paramRef'), else: { ...ref('jsonObject') } },
  else: { if: { type: 'array' }, then: list(position(ref('scalar')), 32), else: ref('scalar') },
};

/** What a `http.request` may send: nested at most as deep as the file may be. */
export const JSON_OBJECT: JsonSchema = {
  type: 'object',
  maxProperties: 32,
  propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,63}$' },
  additionalProperties: JSON_VALUE,
};

const seconds = (minimum: number): JsonSchema => position(integer(minimum, 3600));

/** Every action a step can name, with `target` and `with` closed. */
export const ACTION_FORMS: Readonly<Record<string, ActionForm>> = {
  'k8s.scale': { target: workload, with: replicasOrFactor, temporary: true },
  'k8s.restart': { target: rollable },
  'k8s.forceRestart': { target: rollable },
  'k8s.rollback': { target: deployment, with: closed({ revision: position(integer(1, 1_000_000_000)) }) },
  'k8s.setMemory': { target: rollable, with: limitOrFactor, temporary: true },
  'k8s.deletePod': { target: pod, with: closed({ ignoreDisruptionBudget: position({ type: 'boolean' }) }) },
  'keda.pause': { target: scaledObject, with: closed({ replicas: position(integer(1, 1000)) }), temporary: true },
  'keda.resume': { target: scaledObject },
  'keda.setBounds': {
    target: scaledObject,
    with: closed({ min: position(integer(0, 1000)), max: position(integer(1, 1000)) }, ['min', 'max']),
    temporary: true,
  },
  'istio.circuitBreak': {
    target: destinationRule,
    with: closed({
      host: position(ref('objectName')),
      consecutiveErrors: position(integer(1, 100)),
      intervalSeconds: position(integer(1, 300)),
      ejectionSeconds: seconds(1),
      maxEjectionPercent: position(integer(1, 100)),
    }),
    temporary: true,
  },
  'istio.rateLimit': {
    target: labelledPods,
    with: closed(
      {
        selectorLabel: { enum: ['app', 'app.kubernetes.io/name'] },
        requestsPerSecondPerPod: position(integer(1, 100_000)),
        burst: position(integer(1, 100_000)),
      },
      ['requestsPerSecondPerPod']
    ),
    temporary: true,
  },
  'http.request': {
    with: closed({ endpoint: ref('slug'), body: ref('jsonObject'), idempotent: { type: 'boolean' } }, ['endpoint']),
  },
  notify: { with: closed({ channel: ref('slug'), message: ref('prose') }, ['channel', 'message']) },
  ticket: {
    with: closed(
      {
        endpoint: ref('slug'),
        summary: ref('line'),
        description: ref('prose'),
        owner: position(ref('line')),
        priority: { enum: ['low', 'medium', 'high', 'critical'] },
      },
      ['endpoint', 'summary']
    ),
  },
  'script.run': {
    with: closed(
      {
        script: ref('slug'),
        args: {
          type: 'object',
          maxProperties: 32,
          propertyNames: { pattern: '^[a-z][a-z0-9-]{0,39}$' },
          additionalProperties: position({
            if: { type: 'string' },
            then: text(256, '^[^\\x00-\\x1f\\x7f-][^\\x00-\\x1f\\x7f]*$', 'one line that does not start with "-"'),
            else: { type: ['integer', 'boolean'] },
          }),
        },
      },
      ['script', 'args']
    ),
  },
  wait: { with: closed({ seconds: seconds(1) }, ['seconds']) },
  query: { with: QUERY_STEP_SCHEMA },
  manual: { with: closed({ instruction: ref('prose') }, ['instruction']) },
  'demo.scale': {
    target: demoTarget('deployment'),
    with: closed({ replicas: position(integer(1, 20)) }, ['replicas']),
    temporary: true,
  },
  'demo.restart': { target: demoTarget('deployment', 'database', 'cache') },
  'demo.rollback': { target: demoTarget('deployment') },
  'demo.rateLimit': {
    target: demoTarget('deployment', 'edge'),
    with: closed({ requestsPerSecond: position(integer(1, 10_000)), durationSeconds: seconds(60) }, [
      'requestsPerSecond',
      'durationSeconds',
    ]),
  },
  'demo.circuitBreak': {
    target: demoTarget('edge'),
    with: closed({ durationSeconds: seconds(30) }, ['durationSeconds']),
  },
  'demo.setMemoryLimit': {
    target: demoTarget('deployment', 'cache'),
    with: closed({ limitBytes: position(integer(67_108_864, 8_589_934_592)) }, ['limitBytes']),
    temporary: true,
  },
  'demo.createIndex': {
    target: demoTarget('database'),
    with: closed({ table: position(ref('sqlName')), column: position(ref('sqlName')) }, ['table', 'column']),
  },
};

/** Definitions that only actions use. */
export const ACTION_DEFINITIONS: Readonly<Record<string, JsonSchema>> = {
  jsonObject: JSON_OBJECT,
  sqlName: text(63, '^[a-z][a-z0-9_]{0,62}$', 'a lower-case name of SQL'),
};
