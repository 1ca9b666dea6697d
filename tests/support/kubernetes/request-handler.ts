import { randomUUID } from 'node:crypto';
import type { Attempt, User } from './access.ts';
import { isAllowed } from './access.ts';
import { validate, withDefaults } from './admission.ts';
import { ApiError, badRequest, forbidden, invalid, notFound } from './api-error.ts';
import { requireEvictable } from './eviction.ts';
import type { KubeObject, ObjectStore } from './object-store.ts';
import { requirePreconditions } from './object-store.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patches.ts';
import type { ApiPath } from './resource-table.ts';
import { parsePath, resourceOf } from './resource-table.ts';

/** A request, read and authenticated. */
export interface ApiRequest {
  readonly method: string;
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: any;
  readonly user: User;
}

/** An answer that is no error. */
export interface ApiAnswer {
  readonly code: number;
  readonly body: unknown;
}

/** The state of the server that requests work on. */
export interface ServerState {
  readonly store: ObjectStore;
  /** Bearer token to user; tokens are added by TokenRequest. */
  readonly tokens: Map<string, User>;
}

/** Carries out one request. @throws ApiError */
export function handle(state: ServerState, request: ApiRequest): ApiAnswer {
  if (request.pathname.endsWith('/selfsubjectaccessreviews')) {
    return reviewAccess(state, request);
  }
  const path = parsePath(request.pathname);
  if (!path) {
    throw new ApiError(404, '', '404 page not found');
  }
  requireAccess(state, request, path);
  if (path.subresource !== '') {
    return handleSubresource(state, request, path);
  }
  switch (request.method) {
    case 'GET':
      return { code: 200, body: path.name === '' ? list(state.store, request, path) : get(state.store, path) };
    case 'POST':
      return create(state.store, request, path);
    case 'PATCH':
      return patch(state.store, request, path);
    case 'DELETE':
      return remove(state.store, request, path);
    default:
      throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  }
}

function requireAccess({ store }: ServerState, { method, user, query }: ApiRequest, path: ApiPath): void {
  const { resource, namespace, name, subresource } = path;
  const verbs: Record<string, string> = { POST: 'create', PATCH: 'patch', DELETE: 'delete', PUT: 'update' };
  const verb = verbs[method] ?? (name === '' ? 'list' : query.has('watch') ? 'watch' : 'get');
  const full = subresource === '' ? resource.plural : `${resource.plural}/${subresource}`;
  const attempt: Attempt = { verb, group: resource.group, resource: full, namespace, name };
  if (!isAllowed(store, user, attempt)) {
    throw forbidden({ ...resource, plural: full }, name, user.name, verb, namespace);
  }
}

function reviewAccess({ store }: ServerState, { body, user }: ApiRequest): ApiAnswer {
  const {
    group = '',
    resource = '',
    subresource,
    verb = '',
    namespace = '',
    name = '',
  } = body.spec?.resourceAttributes ?? {};
  const full = subresource ? `${resource}/${subresource}` : resource;
  const allowed = isAllowed(store, user, { verb, group, resource: full, namespace, name });
  return { code: 201, body: { ...body, status: { allowed, ...(allowed ? {} : { reason: '' }) } } };
}

function get(store: ObjectStore, { resource, namespace, name }: ApiPath): KubeObject {
  return store.get(resource.kind, namespace, name);
}

function list(store: ObjectStore, { query }: ApiRequest, { resource, namespace }: ApiPath): unknown {
  const wanted = parseSelector(query.get('labelSelector') ?? '');
  const all = store.list(resource.kind, namespace).filter(({ metadata }) => wanted(metadata.labels ?? {}));
  const limit = Number(query.get('limit') ?? 0) || all.length;
  const from = Number(query.get('continue') ?? 0);
  const items = all.slice(from, from + limit);
  const next = from + limit < all.length ? { continue: String(from + limit) } : {};
  return {
    kind: `${resource.kind}List`,
    apiVersion: 'v1',
    metadata: { resourceVersion: store.resourceVersion, ...next },
    items,
  };
}

/** Equality and set terms, as label selectors have them. */
function parseSelector(text: string): (labels: Record<string, string>) => boolean {
  const terms = text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter(Boolean);
  return (labels) =>
    terms.every((term) => {
      const sets = /^(\S+) (in|notin) \((.*)\)$/.exec(term);
      if (sets) {
        const [, key = '', operator, values = ''] = sets;
        return values.split(',').includes(labels[key] ?? '') === (operator === 'in');
      }
      const [key = '', value] = term.split(/==?/);
      return value === undefined
        ? key.startsWith('!')
          ? !(key.slice(1) in labels)
          : key in labels
        : labels[key] === value;
    });
}

function create(store: ObjectStore, request: ApiRequest, { resource, namespace }: ApiPath): ApiAnswer {
  const body = request.body as KubeObject;
  if (resource.namespaced && !store.find('Namespace', '', namespace)) {
    throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, namespace);
  }
  const metadata = { ...body.metadata, ...(resource.namespaced ? { namespace } : {}) };
  const object = withDefaults({ ...body, kind: resource.kind, metadata });
  validate(resource, object);
  return { code: 201, body: store.create(resource, object, isDryRun(request)) };
}

function patch(store: ObjectStore, request: ApiRequest, path: ApiPath): ApiAnswer {
  const { resource, namespace, name, subresource } = path;
  const present = store.find(resource.kind, namespace, name);
  if (!present && request.contentType === 'application/apply-patch+yaml') {
    return create(store, request, path);
  }
  if (!present) {
    throw notFound(resource, name);
  }
  const next = applyPatch(request, resource.custom, present) as KubeObject;
  const object = withDefaults(next);
  if (object.metadata.name !== name) {
    throw invalid(resource, name, 'metadata.name', `Invalid value: "${object.metadata.name}": field is immutable`);
  }
  validate(resource, object, present);
  const part = subresource === 'status' ? 'status' : 'object';
  return { code: 200, body: store.update(resource, object, part, isDryRun(request)) };
}

function applyPatch({ contentType, body }: ApiRequest, custom: boolean, target: unknown): unknown {
  switch (contentType) {
    case 'application/json-patch+json':
      return jsonPatch(target, body);
    case 'application/merge-patch+json':
      return mergePatch(target, body);
    case 'application/apply-patch+yaml':
      return strategicMergePatch(target, body);
    case 'application/strategic-merge-patch+json':
      if (!custom) {
        return strategicMergePatch(target, body);
      }
  }
  throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

function remove(store: ObjectStore, { body, query }: ApiRequest, { resource, namespace, name }: ApiPath): ApiAnswer {
  const { preconditions = {}, gracePeriodSeconds, dryRun } = body ?? {};
  const demand = { ...preconditions, dryRun: dryRun?.includes('All') || query.get('dryRun') === 'All' };
  const grace = gracePeriodSeconds === undefined ? {} : { graceSeconds: Number(gracePeriodSeconds) };
  return { code: 200, body: store.remove(resource.kind, namespace, name, { ...demand, ...grace }) };
}

function handleSubresource(state: ServerState, request: ApiRequest, path: ApiPath): ApiAnswer {
  const { resource, namespace, name, subresource } = path;
  switch (`${request.method} ${resource.plural}/${subresource}`) {
    case 'POST pods/eviction':
      return evict(state.store, request, path);
    case 'POST serviceaccounts/token': {
      get(state.store, path);
      const token = `fake-token-${randomUUID()}`;
      state.tokens.set(token, { name: `system:serviceaccount:${namespace}:${name}`, admin: false });
      return { code: 201, body: { ...request.body, status: { token } } };
    }
    case 'GET deployments/scale':
    case 'PATCH deployments/scale':
      return scale(state.store, request, path);
    default:
      if (subresource === 'status' && request.method === 'PATCH') {
        return patch(state.store, request, path);
      }
      throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
  }
}

function evict(store: ObjectStore, { body }: ApiRequest, path: ApiPath): ApiAnswer {
  const pod = get(store, path);
  const options = body.deleteOptions ?? {};
  requirePreconditions(resourceOf('Pod'), pod, options.preconditions ?? {});
  requireEvictable(store, pod);
  if (!options.dryRun?.includes('All')) {
    store.remove('Pod', path.namespace, path.name, {});
  }
  return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}

function scale(store: ObjectStore, request: ApiRequest, path: ApiPath): ApiAnswer {
  const object = get(store, path);
  const view = ({ metadata, spec }: KubeObject) => {
    const { name, namespace, uid, resourceVersion } = metadata;
    const ids = { name, namespace, uid, resourceVersion };
    return { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: ids, spec: { replicas: spec.replicas } };
  };
  if (request.method === 'GET') {
    return { code: 200, body: view(object) };
  }
  const next = applyPatch(request, false, view(object)) as KubeObject;
  if (!Number.isInteger(next.spec?.replicas)) {
    throw badRequest('replicas must be a whole number');
  }
  const metadata = { ...object.metadata, resourceVersion: next.metadata.resourceVersion };
  const updated = { ...object, metadata, spec: { ...object.spec, replicas: next.spec.replicas } };
  return { code: 200, body: view(store.update(path.resource, updated, 'object', isDryRun(request))) };
}

function isDryRun({ query }: ApiRequest): boolean {
  return query.get('dryRun') === 'All';
}
