import type { Named } from './api-error.ts';

/** A kind that the fake API server keeps. */
export interface FakeResource extends Named {
  readonly version: string;
  readonly namespaced: boolean;
  /** Custom resources take no strategic merge patch. */
  readonly custom: boolean;
  /** What raises `metadata.generation`: the spec, spec and annotations, or nothing (the kind has no generation). */
  readonly generation: 'spec' | 'spec and annotations' | 'none';
}

type Row = readonly [group: string, version: string, plural: string, kind: string, flags?: Partial<FakeResource>];

const ROWS: readonly Row[] = [
  ['', 'v1', 'namespaces', 'Namespace', { namespaced: false, generation: 'none' }],
  ['', 'v1', 'nodes', 'Node', { namespaced: false, generation: 'none' }],
  ['', 'v1', 'pods', 'Pod', { generation: 'none' }],
  ['', 'v1', 'serviceaccounts', 'ServiceAccount', { generation: 'none' }],
  ['apps', 'v1', 'deployments', 'Deployment', { generation: 'spec and annotations' }],
  ['apps', 'v1', 'statefulsets', 'StatefulSet'],
  ['apps', 'v1', 'daemonsets', 'DaemonSet'],
  ['apps', 'v1', 'replicasets', 'ReplicaSet'],
  ['autoscaling', 'v1', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', { generation: 'none' }],
  ['policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget'],
  ['rbac.authorization.k8s.io', 'v1', 'roles', 'Role', { generation: 'none' }],
  ['rbac.authorization.k8s.io', 'v1', 'rolebindings', 'RoleBinding', { generation: 'none' }],
  ['apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition', { namespaced: false }],
  ['keda.sh', 'v1alpha1', 'scaledobjects', 'ScaledObject', { custom: true }],
  ['networking.istio.io', 'v1beta1', 'destinationrules', 'DestinationRule', { custom: true }],
  ['networking.istio.io', 'v1alpha3', 'envoyfilters', 'EnvoyFilter', { custom: true }],
];

const RESOURCES: readonly FakeResource[] = ROWS.map(([group, version, plural, kind, flags]) => ({
  group,
  version,
  plural,
  kind,
  namespaced: true,
  custom: false,
  generation: 'spec' as const,
  ...flags,
}));

/** A path of the API, taken apart. */
export interface ApiPath {
  readonly resource: FakeResource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** Undefined for paths of kinds that are not kept. */
export function parsePath(pathname: string): ApiPath | undefined {
  const parts = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const [root, ...rest] = parts;
  const [group, version, ...tail] = root === 'api' ? ['', ...rest] : rest;
  const [first, namespace, ...more] = tail;
  const scoped = first === 'namespaces' && more.length > 0;
  const [plural, name = '', subresource = ''] = scoped ? more : tail;
  const resource = RESOURCES.find(
    (one) =>
      one.group === group && one.version === version && one.plural === plural && (root === 'api') === (one.group === '')
  );
  return resource && { resource, namespace: scoped ? (namespace ?? '') : '', name, subresource };
}

/** The resource of a kind. @throws Error for kinds that are not kept */
export function resourceOf(kind: string): FakeResource {
  const found = RESOURCES.find((one) => one.kind === kind);
  if (!found) {
    throw new Error(`the fake API server keeps no ${kind}`);
  }
  return found;
}
