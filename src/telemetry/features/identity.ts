import type { Labels } from '#model';
import { quote } from '../promql/escape.ts';
import { inNamespace, type Matcher } from '../promql/selector.ts';
import { toHostName } from '../signals/owner.ts';
import type { FeatureScope } from './feature-plan.ts';

/** Label that queries make from the name of a pod: the deployment, stateful set or daemon set it belongs to. */
export const WORKLOAD = 'causeway_workload';
/** Label that queries make from `job`: its part after the last slash (`namespace/name` of OpenTelemetry). */
export const JOB_NAME = 'causeway_job';

/**
 * Names that Kubernetes gives to pods: `<deployment>-<template hash>-<5 characters>`, `<stateful set>-<ordinal>`,
 * `<daemon set>-<5 characters>`; a pod on its own keeps its name. The characters are those of its random names, which have no vowels.
 */
const POD_NAME =
  '(.+?)(?:(?:-[a-f0-9]{6,10}|-[bcdfghjklmnpqrstvwxz2456789]{6,10})?-(?:[bcdfghjklmnpqrstvwxz2456789]{5}|[0-9]+))?';

/** Adds {@link WORKLOAD} to series with a label `pod`. */
export function withWorkload(vector: string): string {
  return `label_replace(${vector}, "${WORKLOAD}", "$1", "pod", ${quote(POD_NAME)})`;
}

/** Adds {@link JOB_NAME} to series with a label `job`. */
export function withJobName(vector: string): string {
  return `label_replace(${vector}, "${JOB_NAME}", "$1", "job", "(?:.*/)?([^/]+)")`;
}

/** One way in which metrics name their service. A series belongs to the first way that fits. */
export interface IdentityMode {
  readonly id: 'service_name' | 'service' | 'pod' | 'job';
  /** Label of the result that holds the name. */
  readonly label: string;
  /** Series that are named in this way. */
  readonly matchers: readonly Matcher[];
  /** Adds the label where the metrics do not have it. */
  readonly wrap: (vector: string) => string;
}

const without = (...labels: readonly string[]): readonly Matcher[] =>
  labels.map((label): Matcher => ({ label, equals: '' }));
const withLabel = (label: string): Matcher => ({ label, notEquals: '' });
const asIs = (vector: string): string => vector;

/** Ways of naming, best first: what the application says about itself, then what the scrape says about its place. */
export const IDENTITY_MODES: readonly IdentityMode[] = [
  { id: 'service_name', label: 'service_name', matchers: [withLabel('service_name')], wrap: asIs },
  { id: 'service', label: 'service', matchers: [...without('service_name'), withLabel('service')], wrap: asIs },
  {
    id: 'pod',
    label: WORKLOAD,
    matchers: [...without('service_name', 'service'), withLabel('pod')],
    wrap: withWorkload,
  },
  {
    id: 'job',
    label: JOB_NAME,
    matchers: [...without('service_name', 'service', 'pod'), withLabel('job')],
    wrap: withJobName,
  },
];

/**
 * Matchers of a namespace for metrics that may or may not have the label. Next to `service_name` the label
 * `namespace` may be that of the collector that was scraped, so that only the OpenTelemetry name counts.
 */
export function looseNamespace(scope: FeatureScope, mode: IdentityMode['id']): readonly Matcher[] {
  if (!scope.namespace) {
    return [];
  }
  const oneOf = [scope.namespace, ''];
  const openTelemetry: Matcher = { label: 'k8s_namespace_name', oneOf };
  return mode === 'service_name' ? [openTelemetry] : [openTelemetry, { label: 'namespace', oneOf }];
}

/** Labels by which a probe tells owners apart. */
const PROBE_LABELS = ['service_name', 'service', WORKLOAD, JOB_NAME, 'k8s_namespace_name', 'namespace'];

/** Instant query with one series per way in which a metric names its services, now or an hour ago. */
export function identityProbe(select: (offset: string) => string): string {
  const named = (offset: string): string => withJobName(withWorkload(select(offset)));
  return `group by (${PROBE_LABELS.join(', ')}) (${named('')} or ${named(' offset 1h')})`;
}

/** The mode and name of a probe's row; undefined when it names nobody or lies in another namespace. */
export function identify(
  row: Labels,
  scope: FeatureScope,
  filtered: boolean
): { readonly mode: IdentityMode; readonly name: string } | undefined {
  const mode = IDENTITY_MODES.find(({ id, label }) => (id === 'pod' ? row[WORKLOAD] : row[label]));
  const name = mode && row[mode.label];
  if (!mode || !name || (filtered && !liesIn(row, scope, mode))) {
    return undefined;
  }
  return { mode, name };
}

function liesIn(row: Labels, scope: FeatureScope, mode: IdentityMode): boolean {
  const allowed = (label: string): boolean => !row[label] || !scope.namespace || row[label] === scope.namespace;
  return allowed('k8s_namespace_name') && (mode.id === 'service_name' || allowed('namespace'));
}

/** Matchers of containers of workloads: cAdvisor also reports the pod as a whole and its pause container. */
export function podContainers(scope: FeatureScope): readonly Matcher[] {
  return [...inNamespace(scope.namespace), withLabel('container'), { label: 'container', notEquals: 'POD' }];
}

/**
 * The service that an address of a store or its exporter stands for: `redis://redis:6379`, `orders-db.shop.svc:5432`
 * and `orders-db-exporter:9187` are `redis` and `orders-db` where such a service is known.
 */
export function storeName(address: string, known: ReadonlySet<string>): string {
  const host = toHostName(address);
  const isAddress = /^[\d.]+$|:/.test(host);
  const first = isAddress ? host : (host.split('.')[0] ?? host);
  const candidates = [host, first, first.replace(/[-_]exporter$/, '')];
  const found = candidates.find((name) => name !== '' && known.has(name));
  return found ?? (/\.svc(?:\.|$)/.test(host) ? first : host);
}
