import type { Deployment } from './deployment.ts';
import type { MetricRegistry } from './metric-registry.ts';
import type { Pod } from './pod.ts';
import { NAMESPACE, TEAMS } from './topology.ts';

const NAMESPACED = { namespace: NAMESPACE } as const;

/** Owners, labels, images and generations of workloads, as kube-state-metrics reports them. */
export class WorkloadMetrics {
  readonly #generations = new Map<string, { readonly spec: string; readonly generation: number }>();

  /** Reports a deployment with its replica sets and pods. */
  reportDeployment(registry: MetricRegistry, deployment: Deployment): void {
    const { name } = deployment.spec;
    const generation = this.#generation(deployment);
    registry.gauge('kube_deployment_metadata_generation', { ...NAMESPACED, deployment: name }, generation);
    registry.gauge('kube_deployment_status_observed_generation', { ...NAMESPACED, deployment: name }, generation);
    for (const hash of new Set(deployment.pods.map((pod) => pod.hash))) {
      const owner = { owner_kind: 'Deployment', owner_name: name };
      registry.gauge('kube_replicaset_owner', { ...NAMESPACED, replicaset: `${name}-${hash}`, ...owner }, 1);
    }
    for (const pod of deployment.pods) {
      this.#reportPod(registry, name, pod);
    }
  }

  /** Reports the one pod of a stateful set. */
  reportStore(registry: MetricRegistry, name: string, pod: string, image: string): void {
    registry.gauge('kube_pod_owner', { ...NAMESPACED, pod, owner_kind: 'StatefulSet', owner_name: name }, 1);
    reportDescription(registry, name, pod, image);
  }

  #reportPod(registry: MetricRegistry, service: string, { name: pod, hash, version }: Pod): void {
    const owner = { owner_kind: 'ReplicaSet', owner_name: `${service}-${hash}` };
    registry.gauge('kube_pod_owner', { ...NAMESPACED, pod, ...owner }, 1);
    reportDescription(registry, service, pod, `registry.shop.local/${service}:${version}`);
  }

  /** Kubernetes counts changes of the specification; those of what the pods do at run time are none. */
  #generation({ spec: { name }, state, pods }: Deployment): number {
    const spec = JSON.stringify([state.replicas, state.memoryLimitBytes, state.version, pods[0]?.hash]);
    const known = this.#generations.get(name);
    const generation = known === undefined ? 1 : known.generation + Number(known.spec !== spec);
    this.#generations.set(name, { spec, generation });
    return generation;
  }
}

function reportDescription(registry: MetricRegistry, service: string, pod: string, image: string): void {
  const labels = { label_app_kubernetes_io_name: service, label_team: TEAMS[service] ?? 'platform' };
  registry.gauge('kube_pod_labels', { ...NAMESPACED, pod, ...labels }, 1);
  registry.gauge('kube_pod_container_info', { ...NAMESPACED, pod, container: service, image }, 1);
}
