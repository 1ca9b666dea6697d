import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { alreadyExists, conflict, invalid, notFound } from './api-error.ts';
import type { FakeResource } from './resource-table.ts';
import { resourceOf } from './resource-table.ts';

/** Fields that every stored object has. */
export interface Metadata {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { uid: string; controller?: boolean; kind: string; name: string }[];
  deletionTimestamp?: string;
  [key: string]: unknown;
}
/** An object of the cluster. Loosely typed: it is whatever a client sent. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec?: any;
  status?: any;
  [key: string]: any;
}

/** What a write insists on. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** Objects with the server's rules: versions that only rise, generations, uids, optimistic concurrency, cascading deletion. */
export class ObjectStore {
  private readonly objects = new Map<string, KubeObject>();
  private version = 1000;
  private readonly onChange: () => void;

  /** @param onChange called after every write, for controllers */
  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  find(kind: string, namespace: string, name: string): KubeObject | undefined {
    return structuredClone(this.objects.get(keyOf(kind, namespace, name)));
  }

  get(kind: string, namespace: string, name: string): KubeObject {
    const found = this.find(kind, namespace, name);
    if (!found) {
      throw notFound(resourceOf(kind), name);
    }
    return found;
  }

  /** @param matches asked before objects are copied; must not change them */
  list(kind: string, namespace = '', matches: (object: KubeObject) => boolean = () => true): KubeObject[] {
    const found = [];
    for (const one of this.objects.values()) {
      if (one.kind === kind && (namespace === '' || one.metadata.namespace === namespace) && matches(one)) {
        found.push(structuredClone(one));
      }
    }
    return found;
  }

  get resourceVersion(): string {
    return String(this.version);
  }

  create(resource: FakeResource, body: Record<string, any>, dryRun = false): KubeObject {
    const { namespace = '', ...metadata } = { ...body['metadata'] } as Metadata;
    metadata.name ??= `${String(metadata['generateName'])}${randomUUID().slice(0, 5)}`;
    const key = keyOf(resource.kind, namespace, metadata.name);
    if (this.objects.has(key)) {
      throw alreadyExists(resource, metadata.name);
    }
    const object: KubeObject = structuredClone({
      ...body,
      apiVersion: resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
      kind: resource.kind,
      metadata: {
        ...metadata,
        ...(namespace === '' ? {} : { namespace }),
        uid: randomUUID(),
        resourceVersion: '',
        creationTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
        ...(resource.generation === 'none' ? {} : { generation: 1 }),
      },
    });
    return dryRun ? object : this.store(key, object);
  }

  /**
   * Replaces an object under the rules of an update.
   * @param part which part the caller may change: the object without its status, or the status and the annotations
   */
  update(resource: FakeResource, next: KubeObject, part: 'object' | 'status', dryRun = false): KubeObject {
    const { name, namespace = '' } = next.metadata;
    const present = this.get(resource.kind, namespace, name);
    if (next.metadata.resourceVersion !== '' && next.metadata.resourceVersion !== present.metadata.resourceVersion) {
      throw conflict(resource, name);
    }
    if (next.metadata.uid !== present.metadata.uid) {
      throw invalid(resource, name, 'metadata.uid', `Invalid value: "${next.metadata.uid}": field is immutable`);
    }
    const merged: KubeObject =
      part === 'status'
        ? { ...present, status: next.status, metadata: next.metadata }
        : { ...next, status: present.status };
    const same = (field: (object: KubeObject) => unknown) => isDeepStrictEqual(field(merged), field(present));
    const specChanged = !same((one) => ({ ...one, metadata: 0, status: 0 }));
    const annotationsChanged =
      resource.generation === 'spec and annotations' && !same((one) => one.metadata.annotations);
    const bump = part === 'object' && resource.generation !== 'none' && (specChanged || annotationsChanged);
    merged.metadata = {
      ...merged.metadata,
      resourceVersion: present.metadata.resourceVersion,
      ...(present.metadata.generation === undefined
        ? {}
        : { generation: present.metadata.generation + (bump ? 1 : 0) }),
    };
    if (dryRun || isDeepStrictEqual(merged, present)) {
      return merged;
    }
    return this.store(keyOf(resource.kind, namespace, name), merged);
  }

  /** Deletes at once, with everything that the object owns; a pod with a grace period is only marked. */
  remove(
    kind: string,
    namespace: string,
    name: string,
    demand: Preconditions & { readonly graceSeconds?: number; readonly dryRun?: boolean }
  ): KubeObject {
    const present = this.get(kind, namespace, name);
    requirePreconditions(resourceOf(kind), present, demand);
    if (demand.dryRun) {
      return present;
    }
    const key = keyOf(kind, namespace, name);
    if (kind === 'Pod' && (demand.graceSeconds ?? 30) > 0 && present.spec?.nodeName) {
      present.metadata.deletionTimestamp ??= new Date().toISOString();
      return this.store(key, present);
    }
    this.objects.delete(key);
    this.version += 1;
    for (const one of this.objects.values()) {
      if (one.metadata.ownerReferences?.some(({ uid }) => uid === present.metadata.uid)) {
        this.remove(one.kind, one.metadata.namespace ?? '', one.metadata.name, { graceSeconds: 0 });
      }
    }
    this.onChange();
    return present;
  }

  private store(key: string, object: KubeObject): KubeObject {
    this.version += 1;
    object.metadata.resourceVersion = String(this.version);
    this.objects.set(key, structuredClone(object));
    this.onChange();
    return structuredClone(object);
  }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** @throws ApiError 409 when the object is another one than the caller means */
export function requirePreconditions(resource: FakeResource, { metadata }: KubeObject, demand: Preconditions): void {
  if (demand.uid !== undefined && demand.uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${demand.uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(resource, metadata.name, why);
  }
  if (demand.resourceVersion !== undefined && demand.resourceVersion !== metadata.resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${demand.resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(resource, metadata.name, why);
  }
}
