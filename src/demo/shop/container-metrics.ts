import type { EpochMs } from '#model';
import type { Cache } from './cache.ts';
import type { Database } from './database.ts';
import type { Deployment } from './deployment.ts';
import type { MetricRegistry } from './metric-registry.ts';
import type { Pod } from './pod.ts';
import type { Random } from './random.ts';
import { need, type ShopComponents } from './shop-components.ts';
import { CACHE, NAMESPACE } from './topology.ts';
import { WorkloadMetrics } from './workload-metrics.ts';

const CFS_PERIODS_PER_SECOND = 10;
const IDLE_CORES = 0.004;
/** Utilisation of the CPU limit from which the kernel begins to throttle. */
const THROTTLED_FROM = 0.65;
const MEMORY_NOISE = 0.002;
/** Share of a warm pod's working set that a garbage collection frees, and roughly how often it runs. */
const COLLECTED_SHARE = 0.08;
const COLLECTION_SECONDS = 240;

/** CPU, memory and restarts of every pod, as cAdvisor and kube-state-metrics report them. */
export class ContainerMetrics {
  readonly #shop: ShopComponents;
  readonly #random: Random;
  readonly #hashes: ReadonlyMap<string, string>;
  readonly #workloads = new WorkloadMetrics();
  readonly #doneSeconds = new Map<string, number>();
  readonly #stores = new Map<string, { cpuSeconds: number; periods: number; throttled: number; restarts: number }>();

  constructor(shop: ShopComponents, random: Random) {
    this.#shop = shop;
    this.#random = random;
    this.#hashes = new Map([...shop.databases.keys(), CACHE.name].map((name) => [name, random.hex(7)]));
  }

  /**
   * Reports one scrape.
   * @param seconds wall time since the last scrape
   * @param simulatedSeconds how much of it was simulated
   */
  report(registry: MetricRegistry, atMs: EpochMs, seconds: number, simulatedSeconds: number): void {
    const scale = seconds / simulatedSeconds;
    for (const deployment of this.#shop.deployments.values()) {
      this.#reportDeployment(registry, deployment, atMs, seconds, scale);
      this.#workloads.reportDeployment(registry, deployment);
    }
    for (const database of this.#shop.databases.values()) {
      const used = this.#delta(database.spec.name, database.cpu.doneSeconds) * scale;
      const memory = database.spec.memoryLimitBytes * 0.62;
      this.#reportStore(registry, database, used, seconds, { cores: database.spec.cores, memory });
      this.#reportVolume(registry, database);
    }
    const cache = this.#shop.cache;
    const used = this.#delta(CACHE.name, cache.cpuSeconds);
    const limit = { cores: 2, memory: cache.usedBytes * 1.06 };
    this.#reportStore(registry, cache, used, seconds, limit);
  }

  #reportDeployment(
    registry: MetricRegistry,
    deployment: Deployment,
    atMs: EpochMs,
    seconds: number,
    scale: number
  ): void {
    const { name } = deployment.spec;
    const used = this.#delta(name, deployment.cpu.doneSeconds) * scale;
    const share = used / Math.max(1, deployment.ready.length);
    const utilisation = share / seconds / Math.max(1e-9, deployment.spec.coresPerPod * deployment.speed);
    for (const pod of deployment.pods) {
      if (pod.isReady(atMs)) {
        pod.cpuSeconds += share * (1 + 0.03 * this.#random.normal());
      }
      if (pod.isRunning()) {
        pod.cpuSeconds += IDLE_CORES * seconds;
        pod.cfsPeriods += CFS_PERIODS_PER_SECOND * seconds;
        pod.cfsThrottledPeriods += CFS_PERIODS_PER_SECOND * seconds * this.#throttledRatio(utilisation);
      }
      this.#reportPod(registry, name, pod, atMs);
    }
    registry.gauge(
      'kube_deployment_spec_replicas',
      { namespace: NAMESPACE, deployment: name },
      deployment.state.replicas
    );
    registry.gauge(
      'kube_deployment_status_replicas_available',
      { namespace: NAMESPACE, deployment: name },
      deployment.ready.length
    );
  }

  #reportPod(registry: MetricRegistry, service: string, pod: Pod, atMs: EpochMs): void {
    const labels = { namespace: NAMESPACE, pod: pod.name, container: service };
    if (pod.isRunning()) {
      registry.counter('container_cpu_usage_seconds_total', labels, pod.cpuSeconds);
      registry.counter('container_cpu_cfs_periods_total', labels, pod.cfsPeriods);
      registry.counter('container_cpu_cfs_throttled_periods_total', labels, Math.round(pod.cfsThrottledPeriods));
      registry.gauge('container_memory_working_set_bytes', labels, this.#noisy(pod.memoryBytes * collected(pod, atMs)));
    }
    registry.gauge('container_spec_memory_limit_bytes', labels, pod.memoryLimitBytes);
    registry.counter('kube_pod_container_status_restarts_total', labels, pod.restarts);
    const pods = { namespace: NAMESPACE, pod: pod.name };
    registry.gauge('kube_pod_status_phase', { ...pods, phase: 'Running' }, 1);
    registry.gauge('kube_pod_status_ready', { ...pods, condition: 'true' }, Number(pod.isReady(atMs)));
    if (!pod.isRunning()) {
      registry.gauge('kube_pod_container_status_waiting_reason', { ...labels, reason: 'CrashLoopBackOff' }, 1);
    }
    if (pod.lastTerminatedReason !== undefined) {
      const reason = { ...labels, reason: pod.lastTerminatedReason };
      registry.gauge('kube_pod_container_status_last_terminated_reason', reason, 1);
    }
  }

  #reportStore(
    registry: MetricRegistry,
    store: Database | Cache,
    usedSeconds: number,
    seconds: number,
    limit: { readonly cores: number; readonly memory: number }
  ): void {
    const isCache = 'maxMemoryBytes' in store;
    const name = isCache ? CACHE.name : store.spec.name;
    const state = this.#stores.get(name) ?? { cpuSeconds: 0, periods: 0, throttled: 0, restarts: 0 };
    this.#stores.set(name, state);
    if (store.restarts !== state.restarts) {
      Object.assign(state, { cpuSeconds: 0, periods: 0, throttled: 0, restarts: store.restarts });
    }
    state.cpuSeconds += usedSeconds * (1 + 0.02 * this.#random.normal()) + 2 * IDLE_CORES * seconds;
    state.periods += CFS_PERIODS_PER_SECOND * seconds;
    state.throttled += CFS_PERIODS_PER_SECOND * seconds * this.#throttledRatio(usedSeconds / seconds / limit.cores);
    const labels = { namespace: NAMESPACE, pod: `${name}-${need(this.#hashes, name)}-0`, container: name };
    registry.counter('container_cpu_usage_seconds_total', labels, state.cpuSeconds);
    registry.counter('container_cpu_cfs_periods_total', labels, state.periods);
    registry.counter('container_cpu_cfs_throttled_periods_total', labels, Math.round(state.throttled));
    registry.gauge('container_memory_working_set_bytes', labels, this.#noisy(limit.memory));
    const memoryLimit = isCache ? store.maxMemoryBytes * 1.25 : store.spec.memoryLimitBytes;
    registry.gauge('container_spec_memory_limit_bytes', labels, memoryLimit);
    registry.counter('kube_pod_container_status_restarts_total', labels, 0);
    this.#workloads.reportStore(registry, name, labels.pod, isCache ? 'redis:7.4.1' : 'postgres:16.4');
  }

  /** The volume of a database as the kubelet and kube-state-metrics report it. */
  #reportVolume(registry: MetricRegistry, { spec: { name }, volume }: Database): void {
    const claim = { namespace: NAMESPACE, persistentvolumeclaim: `data-${name}-0` };
    const pod = `${name}-${need(this.#hashes, name)}-0`;
    registry.gauge('kubelet_volume_stats_used_bytes', claim, volume.usedBytes);
    registry.gauge('kubelet_volume_stats_capacity_bytes', claim, volume.capacityBytes);
    registry.gauge('kube_pod_spec_volumes_persistentvolumeclaims_info', { ...claim, pod, volume: 'data' }, 1);
  }

  #throttledRatio(utilisation: number): number {
    const over = Math.min(1, Math.max(0, (utilisation - THROTTLED_FROM) / (1 - THROTTLED_FROM)));
    return Math.min(1, over * over + 0.003 * this.#random.uniform());
  }

  #noisy(bytes: number): number {
    return Math.round((bytes * (1 + MEMORY_NOISE * this.#random.normal())) / 4096) * 4096;
  }

  #delta(name: string, total: number): number {
    const used = total - (this.#doneSeconds.get(name) ?? 0);
    this.#doneSeconds.set(name, total);
    return Math.max(0, used);
  }
}

/** Sawtooth of the garbage collector: what is left of the working set, 0.92 to 1. Every pod has its own beat. */
function collected(pod: Pod, atMs: EpochMs): number {
  const beatSeconds = COLLECTION_SECONDS * (1 + 0.13 * (parseInt(pod.hash.slice(-2), 16) % 7) + 0.21 * pod.ordinal);
  const phase = ((atMs - pod.startedAtMs) / 1000 / beatSeconds) % 1;
  return 1 - COLLECTED_SHARE * (1 - phase);
}
