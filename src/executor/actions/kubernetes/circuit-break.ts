import type { JsonObject } from '#contracts';
import { z } from 'zod';
import type { Action } from '../action.ts';
import { ExecutorError } from '../../errors.ts';
import { hostName, targetFields } from './input.ts';
import { isObject, objectAt, textAt } from './json.ts';
import type { KubernetesClient } from './kubernetes-client.ts';
import { objectAction } from './object-action.ts';
import type { Surroundings } from './object-change.ts';
import { ABSENT, isAbsent } from './object-change.ts';

/** Share of a service's instances that may be ejected when the administrator allows no other, in percent (A6.7 has 100). */
export const DEFAULT_EJECTION_CAP_PERCENT = 50;

const breakerSchema = (capPercent: number) =>
  z.strictObject({
    ...targetFields,
    kind: z.literal('DestinationRule').default('DestinationRule').describe('Kind of the target.'),
    host: hostName.optional().describe('Service whose callers are protected; the name of the rule when missing.'),
    consecutiveErrors: z.int().min(1).max(100).default(1).describe('5xx answers in a row that eject an instance.'),
    intervalSeconds: z.int().min(1).max(300).default(1).describe('Between two looks at the instances.'),
    ejectionSeconds: z.int().min(1).max(3600).default(300).describe('How long an instance stays out the first time.'),
    maxEjectionPercent: z
      .int()
      .min(1)
      .max(capPercent)
      .default(capPercent)
      .describe('Never more instances out than this share, so that some keep serving.'),
  });

type BreakerInput = z.infer<ReturnType<typeof breakerSchema>>;

/**
 * Takes failing instances of a service out of its callers' load balancing (A6.7): the outlier detection of a DestinationRule,
 * and nothing else of it. A rule that does not exist is made, and deleted on the way back.
 */
export function circuitBreak(client: KubernetesClient, capPercent: number): Action {
  return objectAction<BreakerInput>(client, {
    name: 'istio.circuitBreak',
    title: 'Break the circuit to failing instances',
    description: 'Takes instances that fail out of load balancing for a time.',
    schema: breakerSchema(capPercent),
    riskBase: 0.4,
    reversible: true,
    rights: [{ kind: 'DestinationRule', verbs: ['get', 'list', 'patch', 'create', 'delete'] }],
    ref: ({ namespace, name }) => ({ kind: 'DestinationRule', namespace, name }),
    preImage: async (object, around) => {
      if (object === undefined) {
        await requireOnlyRule(around);
        return ABSENT;
      }
      requireHost(object, around.input);
      return { outlierDetection: outlierDetection(object) };
    },
    watched: (object) => objectAt(object, 'spec'),
    before: (preImage) => preImage,
    after: (_preImage, input) => ({ outlierDetection: detectionOf(input) }),
    fields: (object) => ({ outlierDetection: outlierDetection(object) }),
    patch: ({ outlierDetection: value = null }, object) => {
      // Replaced as a whole where the rule has one: a merge would leave fields of the old one in place.
      const present = isObject(objectAt(object, 'spec')['trafficPolicy']);
      const path = '/spec/trafficPolicy';
      if (value === null) {
        const last = Object.keys(objectAt(object, 'spec', 'trafficPolicy')).length === 1;
        return { type: 'json', body: [{ op: 'remove', path: last ? path : `${path}/outlierDetection` }] };
      }
      const add = [{ op: 'add', path: `${path}/outlierDetection`, value }];
      return { type: 'json', body: [...(present ? [] : [{ op: 'add', path, value: {} }]), ...add] };
    },
    create: ({ outlierDetection: value = null }, input) => ({
      spec: { host: hostOf(input), trafficPolicy: { outlierDetection: value } },
    }),
    summary: (object) =>
      outlierDetection(object) === null ? 'no outlier detection' : 'outlier detection is configured already',
    warnings: async (object, preImage) => [
      ...(isAbsent(preImage) ? ['The rule does not exist; it would be made, and deleted on the way back.'] : []),
      ...(object !== undefined && outlierDetection(object) !== null
        ? ['Outlier detection of the rule is replaced.']
        : []),
    ],
    shows: /^spec\./,
    verification: (input) => [errorShareCheck(input)],
  });
}

function detectionOf(input: BreakerInput): JsonObject {
  return {
    consecutive5xxErrors: input.consecutiveErrors,
    interval: `${input.intervalSeconds}s`,
    baseEjectionTime: `${input.ejectionSeconds}s`,
    maxEjectionPercent: input.maxEjectionPercent,
  };
}

function outlierDetection(object: JsonObject): JsonObject | null {
  const value = objectAt(object, 'spec', 'trafficPolicy')['outlierDetection'];
  return isObject(value) ? value : null;
}

function hostOf({ host, name }: BreakerInput): string {
  return host ?? name;
}

function requireHost(object: JsonObject, input: BreakerInput): void {
  const host = textAt(object, 'spec', 'host');
  if (input.host !== undefined && !sameHost(host, input.host, input.namespace)) {
    throw new ExecutorError('PLATFORM_REFUSED', `host: the rule is for "${host}".`);
  }
}

/** Istio merges two rules for one host in no defined way, so a second one is never made. */
async function requireOnlyRule({ input, client, signal }: Surroundings<BreakerInput>): Promise<void> {
  const rules = await client.list('DestinationRule', input.namespace, undefined, signal);
  const other = rules.find((rule) => sameHost(textAt(rule, 'spec', 'host'), hostOf(input), input.namespace));
  if (other !== undefined) {
    const name = textAt(other, 'metadata', 'name');
    throw new ExecutorError('PLATFORM_REFUSED', `name: the rule "${name}" is for this host already; name that one.`);
  }
}

function sameHost(a: string, b: string, namespace: string): boolean {
  const short = (host: string) =>
    host.replace(/\.svc(\.[a-z0-9.-]+)?$/, '').replace(new RegExp(`\\.${namespace}$`), '');
  return short(a) === short(b);
}

function errorShareCheck(input: BreakerInput) {
  const service = hostOf(input).split('.')[0] ?? '';
  const labels = `destination_service_name="${service}",destination_service_namespace="${input.namespace}"`;
  const query = `sum(rate(istio_requests_total{${labels},response_code=~"5.."}[2m])) / sum(rate(istio_requests_total{${labels}}[2m]))`;
  return { name: 'share-of-errors', query, operator: '<=' as const, threshold: 0.05, unit: 'ratio' };
}
