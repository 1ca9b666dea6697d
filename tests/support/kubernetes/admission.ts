import { isDeepStrictEqual } from 'node:util';
import { ApiError, invalid } from './api-error.ts';
import type { KubeObject } from './object-store.ts';
import type { FakeResource } from './resource-table.ts';

const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/** Fills in what the API server would; only fields that anybody here looks at. */
export function withDefaults(object: KubeObject): KubeObject {
  if (!WORKLOADS.has(object.kind) && object.kind !== 'Pod') {
    return object;
  }
  const spec = { ...object.spec };
  const podSpec = object.kind === 'Pod' ? spec : { ...spec.template?.spec };
  podSpec.containers = ((podSpec.containers ?? []) as any[]).map((container) => ({
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: /:(?!latest$)[^/:]+$/.test(String(container.image)) ? 'IfNotPresent' : 'Always',
    ...container,
  }));
  const pod = {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...podSpec,
  };
  if (object.kind === 'Pod') {
    return { ...object, spec: pod, status: object.status ?? { phase: 'Pending' } };
  }
  const template = { metadata: {}, ...spec.template, spec: pod };
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } };
  const deployment = { strategy, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 };
  return {
    ...object,
    status: object.status ?? {},
    spec: {
      ...(object.kind === 'DaemonSet' ? {} : { replicas: 1 }),
      ...(object.kind === 'Deployment' ? deployment : {}),
      ...spec,
      template,
    },
  };
}

/** @throws ApiError 422 as the API server would. `before` is undefined for a new object */
export function validate(resource: FakeResource, object: KubeObject, before?: KubeObject): void {
  if (resource.custom || !WORKLOADS.has(resource.kind)) {
    return;
  }
  validateReplicas(resource, object);
  validateSelector(resource, object, before);
  for (const container of (object.spec?.template?.spec?.containers ?? []) as any[]) {
    validateContainer(resource, object, container);
  }
}

function validateReplicas(resource: FakeResource, object: KubeObject): void {
  const { replicas } = object.spec ?? {};
  if (replicas === undefined || (Number.isInteger(replicas) && replicas >= 0)) {
    return;
  }
  const why = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`;
  throw typeof replicas === 'number'
    ? invalid(resource, object.metadata.name, 'spec.replicas', why)
    : undecodable(object);
}

function validateSelector(resource: FakeResource, { metadata: { name }, spec }: KubeObject, before?: KubeObject): void {
  const { selector, template } = spec ?? {};
  if (before && !isDeepStrictEqual(selector, before.spec?.selector)) {
    throw invalid(resource, name, 'spec.selector', `Invalid value: ${JSON.stringify(selector)}: field is immutable`);
  }
  const labels = template?.metadata?.labels ?? {};
  if (Object.entries(selector?.matchLabels ?? {}).some(([key, value]) => labels[key] !== value)) {
    const why = `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
    throw invalid(resource, name, 'spec.template.metadata.labels', why);
  }
}

function validateContainer(resource: FakeResource, object: KubeObject, container: any): void {
  const { limits = {}, requests = {} } = container.resources ?? {};
  if (
    [...Object.values(limits), ...Object.values(requests)].some(
      (value) => !QUANTITY.test(String(value)) || /x/.test(String(value))
    )
  ) {
    throw undecodable(object);
  }
  if (!container.image) {
    throw invalid(resource, object.metadata.name, 'spec.template.spec.containers[0].image', 'Required value');
  }
}

/** The server quotes the whole object when a patch leads to one that it cannot read, environment and all. */
function undecodable(object: KubeObject): ApiError {
  const value = JSON.stringify(JSON.stringify(object));
  const message = `Invalid value: ${value}: quantities must match the regular expression '${QUANTITY.source}'`;
  const causes = [{ reason: 'FieldValueInvalid', message, field: 'patch' }];
  return new ApiError(422, 'Invalid', ` "" is invalid: patch: ${message}`, { causes });
}
