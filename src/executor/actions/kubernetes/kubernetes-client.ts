import type { JsonObject, JsonValue } from '#contracts';
import type { Permission } from '../action.ts';
import { at, isObject, listAt, textAt } from './json.ts';
import type { KubernetesCall, KubernetesTransport } from './kubernetes-call.ts';
import { KubernetesError } from './kubernetes-error.ts';
import type { ObjectRef, ResourceKind } from './resources.ts';
import { collectionPath, objectPath } from './resources.ts';

/** How a patch is to be understood; the client has no default, since the wrong one is refused or, worse, understood. */
export type Patch =
  | { readonly type: 'json'; readonly body: readonly JsonObject[] }
  | { readonly type: 'merge' | 'strategic'; readonly body: JsonObject };

/** How a change is sent. */
export interface WriteOptions {
  /** Everything but the writing; admission and validation included. */
  readonly dryRun?: boolean;
}

/** What a deletion insists on. */
export interface DeleteOptions extends WriteOptions {
  readonly uid: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
}

/** The calls of the API that the actions need. Every method throws {@link KubernetesError}. */
export interface KubernetesClient {
  /** Id of the cluster in targets. */
  readonly cluster: string;
  /** Undefined when there is no such object, or no such kind. */
  get(ref: ObjectRef, signal: AbortSignal): Promise<JsonObject | undefined>;
  /** All objects, over as many pages as it takes; at most 10 000. Empty when the kind is not installed. */
  list(
    kind: ResourceKind,
    namespace: string,
    labelSelector: string | undefined,
    signal: AbortSignal
  ): Promise<readonly JsonObject[]>;
  patch(ref: ObjectRef, patch: Patch, options: WriteOptions, signal: AbortSignal): Promise<JsonObject>;
  create(ref: ObjectRef, body: JsonObject, options: WriteOptions, signal: AbortSignal): Promise<JsonObject>;
  remove(ref: ObjectRef, options: DeleteOptions, signal: AbortSignal): Promise<void>;
  /** Deletes a pod if the disruption budgets allow it. */
  evict(ref: ObjectRef, options: DeleteOptions, signal: AbortSignal): Promise<void>;
  /** Whether the credential has a right, by SelfSubjectAccessReview. */
  mayI(permission: Permission, signal: AbortSignal): Promise<{ readonly allowed: boolean; readonly reason: string }>;
}

const CONTENT_TYPES: Readonly<Record<Patch['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};
const FIELD_MANAGER = 'causeway-executor';
const PAGE_SIZE = 500;
const MAX_PAGES = 20;

/** {@link KubernetesClient} of one cluster. */
export function kubernetesClient(cluster: string, transport: KubernetesTransport): KubernetesClient {
  const send = async (call: KubernetesCall, signal: AbortSignal) => requireObject(await transport.send(call, signal));
  return {
    cluster,
    get: (ref, signal) => orUndefined(send({ method: 'GET', path: objectPath(ref) }, signal)),
    list: (kind, namespace, labelSelector, signal) =>
      listAll((query) => orUndefined(send({ method: 'GET', path: collectionPath(kind, namespace), query }, signal)), {
        labelSelector,
      }),
    patch: (ref, patch, options, signal) =>
      send(
        {
          method: 'PATCH',
          path: objectPath(ref),
          query: writeQuery(options),
          body: patch.body,
          contentType: CONTENT_TYPES[patch.type],
        },
        signal
      ),
    create: (ref, body, options, signal) =>
      send({ method: 'POST', path: collectionPath(ref.kind, ref.namespace), query: writeQuery(options), body }, signal),
    remove: async (ref, options, signal) => {
      await send({ method: 'DELETE', path: objectPath(ref), body: deleteOptions(options) }, signal);
    },
    evict: async (ref, options, signal) => {
      await evictPod(send, ref, options, signal);
    },
    mayI: (permission, signal) => reviewAccess(send, permission, signal),
  };
}

type Send = (call: KubernetesCall, signal: AbortSignal) => Promise<JsonObject>;

async function listAll(
  page: (query: Readonly<Record<string, string | undefined>>) => Promise<JsonObject | undefined>,
  query: Readonly<Record<string, string | undefined>>
): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = [];
  let next: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const answer = await page({ ...query, limit: String(PAGE_SIZE), continue: next });
    items.push(...listAt(answer, 'items').filter((item) => isObject(item)));
    next = textAt(answer, 'metadata', 'continue') || undefined;
    if (next === undefined) {
      return items;
    }
  }
  throw new KubernetesError(`there are more than ${PAGE_SIZE * MAX_PAGES} objects`, { phase: 'answered' });
}

async function evictPod(send: Send, ref: ObjectRef, options: DeleteOptions, signal: AbortSignal): Promise<void> {
  const eviction = (version: string): JsonObject => ({
    apiVersion: `policy/${version}`,
    kind: 'Eviction',
    metadata: { name: ref.name, namespace: ref.namespace },
    deleteOptions: deleteOptions(options),
  });
  const call = { method: 'POST', path: `${objectPath(ref)}/eviction` } as const;
  try {
    await send({ ...call, body: eviction('v1') }, signal);
  } catch (error) {
    // Servers before 1.22 know policy/v1beta1 only, and refuse the body before they look at the pod.
    if (!(error instanceof KubernetesError) || error.httpStatus !== 400) {
      throw error;
    }
    await send({ ...call, body: eviction('v1beta1') }, signal);
  }
}

async function reviewAccess(send: Send, permission: Permission, signal: AbortSignal) {
  const { apiGroup, resource, subresource, verb, namespace, resourceName } = permission;
  const resourceAttributes: JsonObject = {
    group: apiGroup,
    resource,
    verb,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(resourceName === undefined ? {} : { name: resourceName }),
  };
  const kind = 'SelfSubjectAccessReview';
  const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec: { resourceAttributes } };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const answer = await send({ method: 'POST', path, body }, signal);
  return { allowed: at(answer, 'status', 'allowed') === true, reason: textAt(answer, 'status', 'reason') };
}

function writeQuery({ dryRun = false }: WriteOptions): Readonly<Record<string, string | undefined>> {
  return { fieldManager: FIELD_MANAGER, dryRun: dryRun ? 'All' : undefined };
}

function deleteOptions({ uid, resourceVersion, gracePeriodSeconds, dryRun = false }: DeleteOptions): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    preconditions: { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    propagationPolicy: 'Background',
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(dryRun ? { dryRun: ['All'] } : {}),
  };
}

async function orUndefined(answer: Promise<JsonObject>): Promise<JsonObject | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubernetesError && error.httpStatus === 404) {
      return undefined;
    }
    throw error;
  }
}

function requireObject(value: unknown): JsonObject {
  if (!isObject(value as JsonValue)) {
    throw new KubernetesError('the answer is no JSON object', { phase: 'perhaps-sent' });
  }
  return value as JsonObject;
}
