import type { EpochMs } from '#model';
import type { DeploymentSpec } from './topology.ts';
import { Pod } from './pod.ts';
import type { Random } from './random.ts';
import { Station } from './station.ts';
import { TokenBucket } from './token-bucket.ts';

/** Seconds until a new pod is ready. */
const START_SECONDS = 15;
/** Median CPU time of one request: what is in service makes nobody wait. */
const CPU_RESIDUAL_SECONDS = 0.005;
/** Work per request slot up to which slots are taken to be free. */
const WORKER_RESIDUAL_SECONDS = 1;

/** What people asked the platform for. */
export interface DeploymentState {
  replicas: number;
  memoryLimitBytes: number;
  version: string;
  previousVersion: string;
}

/** What a bad version does: self time in seconds that it adds, and the share of its requests that fail. */
export interface Defect {
  readonly extraSelfSeconds: number;
  readonly failureRatio: number;
}

/** A replicated service: its pods, and the queues that its requests pass. */
export class Deployment {
  readonly spec: DeploymentSpec;
  readonly state: DeploymentState;
  /** CPU of all ready pods. */
  readonly cpu: Station;
  /** Request slots of all ready pods. */
  readonly workers: Station;
  pods: readonly Pod[] = [];
  /** Counts what people and faults changed. */
  revision = 1;
  limiter: TokenBucket | undefined;

  /** Connections held, and requests that waited for one, in seconds since the last reading; time-outs in total. */
  poolHeldSeconds = 0;
  poolPendingSeconds = 0;
  poolTimeouts = 0;

  /** What is wrong with a version, by version. */
  readonly defects = new Map<string, Defect>();
  /** Working set of a warm pod. */
  memoryDemandBytes: number;
  /** Share of its CPU time that a pod gets on the nodes of today's pods, and how much longer the same work takes there. */
  nodeShare = 1;
  cacheContention = 1;

  ready: readonly Pod[] = [];
  /** CPU seconds per CPU second of a healthy, warm pod, over all ready pods. */
  cpuFactor = 1;
  /** CPU share over all ready pods, 0 to 1. */
  speed = 1;
  /** Share of calls that meet a pod that has just died. */
  refusedRatio = 0;
  readonly #random: Random;

  constructor(spec: DeploymentSpec, random: Random) {
    this.spec = spec;
    this.#random = random;
    this.memoryDemandBytes = spec.memoryDemandBytes;
    this.state = {
      replicas: spec.replicas,
      memoryLimitBytes: spec.memoryLimitBytes,
      version: spec.version,
      previousVersion: spec.version,
    };
    this.cpu = new Station(0, CPU_RESIDUAL_SECONDS);
    this.workers = new Station(0, WORKER_RESIDUAL_SECONDS);
  }

  /** Starts the pods of a shop that has been running for long. */
  boot(atMs: EpochMs): void {
    const hash = this.#random.hex(7);
    this.pods = Array.from({ length: this.state.replicas }, (_, ordinal) => {
      const pod = this.#createPod(hash, ordinal, atMs);
      pod.warmUp(this.memoryDemandBytes);
      return pod;
    });
    this.ready = this.pods;
  }

  /** Adds or removes pods. New ones run on other nodes than those that a neighbour loads. */
  scale(replicas: number, atMs: EpochMs): void {
    const hash = this.pods[0]?.hash ?? this.#random.hex(7);
    const kept = this.pods.slice(0, replicas);
    const first = 1 + Math.max(-1, ...this.pods.map((pod) => pod.ordinal));
    const added = Array.from({ length: Math.max(0, replicas - kept.length) }, (_, i) =>
      this.#createPod(hash, first + i, atMs)
    );
    this.pods = [...kept, ...added];
  }

  /** Replaces half of the pods at once, as a rolling update does; `second` says which half. */
  replaceHalf(second: boolean, hash: string, atMs: EpochMs): void {
    const middle = Math.ceil(this.pods.length / 2);
    this.pods = this.pods.map((pod, i) => {
      if (i >= middle !== second) {
        return pod;
      }
      const next = this.#createPod(hash, i, atMs);
      next.sharesLoadedNode = pod.sharesLoadedNode;
      return next;
    });
  }

  newHash(): string {
    return this.#random.hex(7);
  }

  /** Puts everything back to how it was at the beginning, with new, warm pods where something had been changed. */
  reset(atMs: EpochMs): void {
    this.limiter = undefined;
    this.nodeShare = 1;
    this.cacheContention = 1;
    this.memoryDemandBytes = this.spec.memoryDemandBytes;
    this.defects.clear();
    const changed =
      this.state.replicas !== this.spec.replicas || this.state.memoryLimitBytes !== this.spec.memoryLimitBytes;
    this.state.replicas = this.spec.replicas;
    this.state.memoryLimitBytes = this.spec.memoryLimitBytes;
    if (changed || this.pods.length !== this.spec.replicas || this.pods.some((pod) => !pod.isSound(atMs))) {
      this.cpu.clear();
      this.workers.clear();
      this.revision++;
      this.boot(atMs);
    }
  }

  limit(requestsPerSecond: number, nowSeconds: number): void {
    this.limiter = new TokenBucket(requestsPerSecond, Math.max(1, requestsPerSecond / 2), nowSeconds);
  }

  /**
   * Lets memory grow and pods die and come back over `seconds`, then measures capacity anew.
   * @returns how many containers were killed
   */
  tick(nowSeconds: number, atMs: EpochMs, seconds: number): number {
    let killed = 0;
    for (const pod of this.pods) {
      if (pod.tick(atMs, seconds, this.memoryDemandBytes)) {
        killed++;
      }
    }
    this.refresh(nowSeconds, atMs);
    this.refusedRatio = killed === 0 ? 0 : (0.4 * killed) / this.pods.length;
    return killed;
  }

  /** Measures capacity from the pods that are ready. */
  refresh(nowSeconds: number, atMs: EpochMs): void {
    this.ready = this.pods.filter((pod) => pod.isReady(atMs));
    const count = Math.max(1, this.ready.length);
    let share = 0;
    let factor = 0;
    for (const pod of this.ready) {
      const loaded = pod.sharesLoadedNode && this.nodeShare < 1;
      share += loaded ? this.nodeShare : 1;
      factor += pod.cpuFactor(atMs) * (loaded ? this.cacheContention : 1);
    }
    this.speed = Math.max(0.01, share / count);
    this.cpuFactor = this.ready.length === 0 ? 1 : factor / count;
    this.cpu.resize(nowSeconds, share * this.spec.coresPerPod);
    this.workers.resize(nowSeconds, this.ready.length * this.spec.workersPerPod);
  }

  #createPod(hash: string, ordinal: number, atMs: EpochMs): Pod {
    return new Pod(this.spec.name, hash, ordinal, {
      startedAtMs: atMs,
      readyAtMs: atMs + START_SECONDS * 1000,
      memoryLimitBytes: this.state.memoryLimitBytes,
      memoryJitter: 0.94 + 0.12 * this.#random.uniform(),
      version: this.state.version,
      defect: this.defects.get(this.state.version),
    });
  }
}
