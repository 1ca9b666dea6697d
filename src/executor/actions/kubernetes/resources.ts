/** Kinds that the actions read or change, with the version of the API that we speak. */
export const RESOURCES = {
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments' },
  StatefulSet: { group: 'apps', version: 'v1', plural: 'statefulsets' },
  DaemonSet: { group: 'apps', version: 'v1', plural: 'daemonsets' },
  ReplicaSet: { group: 'apps', version: 'v1', plural: 'replicasets' },
  Pod: { group: '', version: 'v1', plural: 'pods' },
  HorizontalPodAutoscaler: { group: 'autoscaling', version: 'v1', plural: 'horizontalpodautoscalers' },
  ScaledObject: { group: 'keda.sh', version: 'v1alpha1', plural: 'scaledobjects' },
  DestinationRule: { group: 'networking.istio.io', version: 'v1beta1', plural: 'destinationrules' },
  EnvoyFilter: { group: 'networking.istio.io', version: 'v1alpha3', plural: 'envoyfilters' },
} as const;

/** Name of a kind in {@link RESOURCES}. */
export type ResourceKind = keyof typeof RESOURCES;

/** One object of a cluster. */
export interface ObjectRef {
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly name: string;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(kind: ResourceKind): string {
  const { group, version } = RESOURCES[kind];
  return group === '' ? version : `${group}/${version}`;
}

/** Path of all objects of a kind in a namespace. */
export function collectionPath(kind: ResourceKind, namespace: string): string {
  const { group, version, plural } = RESOURCES[kind];
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Path of one object. */
export function objectPath(ref: ObjectRef): string {
  return `${collectionPath(ref.kind, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}

/** For people: `Deployment shop/orders`. */
export function describeRef({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace}/${name}`;
}
