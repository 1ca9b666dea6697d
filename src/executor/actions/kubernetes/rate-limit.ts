import type { JsonObject, JsonValue } from '#contracts';
import { z } from 'zod';
import type { Action } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { targetFields } from './input.ts';
import { objectAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { objectAction } from './object-action.ts';
import { ABSENT, isAbsent } from './object-change.ts';

const schema = z.strictObject({
  ...targetFields,
  name: targetFields.name.max(63).describe('Value of the label that selects the pods of the limited service.'),
  kind: z.literal('Workload').default('Workload').describe('Pods are found by their label.'),
  selectorLabel: z.enum(['app', 'app.kubernetes.io/name']).default('app').describe('Label that selects the pods.'),
  requestsPerSecondPerPod: z
    .int()
    .min(1)
    .max(100_000)
    .describe('Each pod refuses requests above this rate with 429; the service as a whole serves this times its pods.'),
  burst: z.int().min(1).max(100_000).optional().describe('Requests that may come at once; the rate when missing.'),
});

type LimitInput = z.infer<typeof schema>;

/**
 * A local rate limit in the proxies of a service (A6.8). The EnvoyFilter is made from typed fields only and belongs to the
 * executor as a whole: one of the same name that somebody else made is never touched.
 */
export function rateLimit(client: KubernetesClient): Action {
  return objectAction<LimitInput>(client, {
    name: 'istio.rateLimit',
    title: 'Limit the rate of requests',
    description: 'Makes each pod of a service refuse requests above a rate.',
    schema,
    riskBase: 0.3,
    reversible: true,
    rights: [{ kind: 'EnvoyFilter', verbs: ['get', 'patch', 'create', 'delete'] }],
    ref: ({ namespace, name }) => ({ kind: 'EnvoyFilter', namespace, name: `causeway-rate-limit-${name}` }),
    preImage: (object) => {
      if (object === undefined) {
        return ABSENT;
      }
      if (textAt(object, 'metadata', 'labels', 'app.kubernetes.io/managed-by') !== 'causeway-executor') {
        throw new ExecutorError('PLATFORM_REFUSED', 'target: the EnvoyFilter was made by somebody else.');
      }
      return { spec: objectAt(object, 'spec') };
    },
    watched: () => null,
    before: (preImage) => preImage,
    after: (_preImage, input) => ({ spec: filterOf(input) }),
    fields: (object) => ({ spec: objectAt(object, 'spec') }),
    patch: ({ spec = null }) => ({ type: 'json', body: [{ op: 'replace', path: '/spec', value: spec }] }),
    create: ({ spec = null }) => ({ spec }),
    summary: () => 'a rate limit is in place',
    warnings: async (_object, preImage, { input }) => [
      `The limit holds for each pod: the whole service serves ${input.requestsPerSecondPerPod} per second times its pods.`,
      ...(isAbsent(preImage) ? [] : ['The rate limit that is in place is replaced.']),
    ],
    shows: /^spec\./,
    verification: (input) => [rateCheck(input)],
  });
}

/** The filter in Envoy's terms; nothing in it but the four numbers and the label comes from outside. */
function filterOf(input: LimitInput): JsonObject {
  const rate = input.requestsPerSecondPerPod;
  const all: JsonValue = { default_value: { numerator: 100, denominator: 'HUNDRED' } };
  const limit: JsonObject = {
    stat_prefix: 'causeway_rate_limiter',
    token_bucket: { max_tokens: input.burst ?? rate, tokens_per_fill: rate, fill_interval: '1s' },
    filter_enabled: { runtime_key: 'causeway_rate_limit_enabled', ...all },
    filter_enforced: { runtime_key: 'causeway_rate_limit_enforced', ...all },
  };
  const patch: JsonObject = {
    operation: 'INSERT_BEFORE',
    value: {
      name: 'envoy.filters.http.local_ratelimit',
      typed_config: {
        '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
        type_url: 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
        value: limit,
      },
    },
  };
  const filter = { name: 'envoy.filters.network.http_connection_manager' };
  const match = { context: 'SIDECAR_INBOUND', listener: { filterChain: { filter } } };
  return {
    workloadSelector: { labels: { [input.selectorLabel]: input.name } },
    configPatches: [{ applyTo: 'HTTP_FILTER', match, patch }],
  };
}

function rateCheck({ name, namespace, requestsPerSecondPerPod: rate }: LimitInput) {
  const labels = `reporter="destination",destination_app="${name}",destination_workload_namespace="${namespace}"`;
  const query = `max(sum by (pod) (rate(istio_requests_total{${labels},response_code!="429"}[2m])))`;
  // A tenth above the limit: rates are estimated from scrapes.
  return {
    name: 'served-rate-per-pod',
    query,
    operator: '<=' as const,
    threshold: rate * 1.1,
    unit: 'requests per second',
  };
}
