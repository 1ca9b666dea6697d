import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { withDefaults } from './admission.ts';
import type { KubeObject, ObjectStore } from './object-store.ts';
import { resourceOf } from './resource-table.ts';

const HASH = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';
/** Images with this in their name can never be pulled. */
const MISSING_IMAGE = 'does-not-exist';

/**
 * What makes a cluster move: deployments to replica sets, replica sets to pods, pods to running containers. One pass does a
 * little of everything; passes follow until nothing changes. Answers whether a rollout waits, so that time alone can make it
 * late.
 */
export function reconcile(store: ObjectStore, nowMs: number): boolean {
  for (const deployment of store.list('Deployment')) {
    reconcileDeployment(store, deployment, nowMs);
  }
  for (const set of store.list('ReplicaSet')) {
    reconcileReplicaSet(store, set);
  }
  for (const pod of store.list('Pod')) {
    runPod(store, pod);
  }
  for (const set of store.list('ReplicaSet')) {
    const pods = podsOf(store, set);
    const ready = pods.filter(isReady).length;
    setStatus(store, set, { replicas: pods.length, readyReplicas: ready, availableReplicas: ready });
  }
  return store.list('Deployment').some(({ status }) => {
    const conditions = (status?.conditions ?? []) as { reason?: string }[];
    return !conditions.some(
      ({ reason }) => reason === 'NewReplicaSetAvailable' || reason === 'ProgressDeadlineExceeded'
    );
  });
}

function reconcileDeployment(store: ObjectStore, deployment: KubeObject, nowMs: number): void {
  const sets = store.list('ReplicaSet', deployment.metadata.namespace, (set) => owns(deployment, set));
  let current = sets.find((set) =>
    isDeepStrictEqual(withoutHash(set.spec.template), withoutHash(deployment.spec.template))
  );
  if (deployment.spec.paused) {
    return;
  }
  const highest = Math.max(0, ...sets.map(revisionOf));
  if (!current) {
    current = createReplicaSet(store, deployment, highest + 1);
    sets.push(current);
  } else if (revisionOf(current) < highest) {
    current.metadata.annotations = { ...current.metadata.annotations, [REVISION]: String(highest + 1) };
    current = store.update(resourceOf('ReplicaSet'), current, 'object');
  }
  roll(store, deployment, current, sets);
  setDeploymentStatus(store, deployment, current, nowMs);
}

/** One step of a rolling update: one pod more of the new version, then as many fewer of the old as are not missed. */
function roll(store: ObjectStore, deployment: KubeObject, current: KubeObject, sets: readonly KubeObject[]): void {
  const wanted = Number(deployment.spec.replicas);
  const others = sets.filter((set) => set.metadata.uid !== current.metadata.uid && set.spec.replicas > 0);
  const total = others.reduce((sum, set) => sum + Number(set.spec.replicas), Number(current.spec.replicas));
  const surge = Math.max(1, Math.ceil(wanted / 4));
  const room =
    others.length === 0 ? wanted : Math.min(wanted, current.spec.replicas + Math.max(0, wanted + surge - total));
  if (room !== current.spec.replicas) {
    scaleSet(store, current, room);
  }
  const available = sets.reduce((sum, set) => sum + podsOf(store, set).filter(isReady).length, 0);
  let spare = available - Math.max(0, wanted - Math.floor(wanted / 4));
  for (const set of others) {
    const fewer = Math.min(Math.max(0, spare), Number(set.spec.replicas));
    const unready = Number(set.spec.replicas) - podsOf(store, set).filter(isReady).length;
    if (fewer > 0 || unready > 0) {
      scaleSet(store, set, set.spec.replicas - Math.max(fewer, unready));
      spare -= fewer;
    }
  }
}

function createReplicaSet(store: ObjectStore, deployment: KubeObject, revision: number): KubeObject {
  const hash = createHash('sha256').update(JSON.stringify(deployment.spec.template)).digest('hex').slice(0, 10);
  const template = structuredClone(deployment.spec.template);
  template.metadata.labels = { ...template.metadata.labels, [HASH]: hash };
  const { name, namespace, uid } = deployment.metadata;
  return store.create(resourceOf('ReplicaSet'), {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: template.metadata.labels,
      annotations: { ...deployment.metadata.annotations, [REVISION]: String(revision) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true }],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, [HASH]: hash } },
      template,
    },
    status: { replicas: 0 },
  });
}

function reconcileReplicaSet(store: ObjectStore, set: KubeObject): void {
  const pods = podsOf(store, set);
  const { name, namespace, uid } = set.metadata;
  for (let missing = set.spec.replicas - pods.length; missing > 0; missing -= 1) {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels: set.spec.template.metadata.labels,
        annotations: set.spec.template.metadata.annotations ?? {},
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
      },
      spec: { ...set.spec.template.spec },
    };
    store.create(resourceOf('Pod'), withDefaults(pod as unknown as KubeObject));
  }
  const byReadiness = [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
  for (const pod of byReadiness.slice(0, Math.max(0, pods.length - set.spec.replicas))) {
    store.remove('Pod', namespace ?? '', pod.metadata.name, { graceSeconds: 0 });
  }
}

/** The node: binds, pulls, starts, and ends what is to be deleted. */
function runPod(store: ObjectStore, pod: KubeObject): void {
  const { name, namespace = '' } = pod.metadata;
  if (pod.metadata.deletionTimestamp) {
    store.remove('Pod', namespace, name, { graceSeconds: 0 });
  } else if (!pod.spec.nodeName) {
    pod.spec.nodeName = 'fake-node';
    store.update(resourceOf('Pod'), pod, 'object');
  } else if (pod.status?.containerStatuses === undefined) {
    store.update(resourceOf('Pod'), { ...pod, status: podStatus(pod) }, 'status');
  }
}

/** Status of a pod right after its containers were started, or could not be. */
export function podStatus(pod: { readonly spec?: any }): Record<string, unknown> {
  const containers = pod.spec.containers as { name: string; image: string }[];
  const bad = containers.some(({ image }) => image.includes(MISSING_IMAGE));
  const state = bad ? { waiting: { reason: 'ImagePullBackOff' } } : { running: { startedAt: '2026-01-01T00:00:00Z' } };
  const status = bad ? 'False' : 'True';
  return {
    phase: bad ? 'Pending' : 'Running',
    conditions: ['Initialized', 'ContainersReady', 'Ready', 'PodScheduled'].map((type) => ({ type, status })),
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      restartCount: 0,
      ready: !bad,
      started: !bad,
      state,
    })),
  };
}

function setDeploymentStatus(store: ObjectStore, deployment: KubeObject, current: KubeObject, nowMs: number): void {
  const fresh = store.get('Deployment', deployment.metadata.namespace ?? '', deployment.metadata.name);
  const sets = store.list('ReplicaSet', deployment.metadata.namespace, (set) => owns(deployment, set));
  const pods = sets.flatMap((set) => podsOf(store, set));
  const updated = podsOf(store, current);
  const ready = pods.filter(isReady).length;
  const wanted = Number(fresh.spec.replicas);
  const done = updated.length === wanted && pods.length === wanted && ready === wanted;
  const late = !done && isLate(fresh, current, nowMs);
  const progressing = late
    ? { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }
    : { type: 'Progressing', status: 'True', reason: done ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated' };
  const available = { type: 'Available', status: ready >= wanted - Math.floor(wanted / 4) ? 'True' : 'False' };
  fresh.metadata.annotations = {
    ...fresh.metadata.annotations,
    [REVISION]: String(revisionOf(store.get('ReplicaSet', current.metadata.namespace ?? '', current.metadata.name))),
  };
  setStatus(store, fresh, {
    observedGeneration: fresh.metadata.generation,
    replicas: pods.length,
    updatedReplicas: updated.length,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted - ready),
    conditions: [available, progressing],
  });
}

function isLate(deployment: KubeObject, current: KubeObject, nowMs: number): boolean {
  const sinceMs = nowMs - Date.parse(String(current.metadata['creationTimestamp']));
  return sinceMs > Number(deployment.spec.progressDeadlineSeconds) * 1000;
}

function setStatus(store: ObjectStore, object: KubeObject, status: Record<string, unknown>): void {
  const present = store.find(object.kind, object.metadata.namespace ?? '', object.metadata.name);
  if (present) {
    const annotations = object.metadata.annotations;
    const metadata = { ...present.metadata, ...(annotations ? { annotations } : {}) };
    store.update(resourceOf(object.kind), { ...present, metadata, status }, 'status');
  }
}

function scaleSet(store: ObjectStore, set: KubeObject, replicas: number): void {
  const present = store.get('ReplicaSet', set.metadata.namespace ?? '', set.metadata.name);
  set.spec.replicas = replicas;
  store.update(resourceOf('ReplicaSet'), { ...present, spec: { ...present.spec, replicas } }, 'object');
}

function podsOf(store: ObjectStore, set: KubeObject): KubeObject[] {
  return store.list('Pod', set.metadata.namespace, (pod) => owns(set, pod) && !pod.metadata.deletionTimestamp);
}

function owns(owner: KubeObject, object: KubeObject): boolean {
  return object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/** Whether the pod serves. */
export function isReady(pod: KubeObject): boolean {
  const conditions = (pod.status?.conditions ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function revisionOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}

function withoutHash(template: any): unknown {
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
