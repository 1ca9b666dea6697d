import type { EpochMs } from '#model';
import type { Defect } from './deployment.ts';
import { ConnectionPool } from './connection-pool.ts';
import { POOL_SIZE_PER_POD } from './topology.ts';

/** Seconds after which a pod that was killed is started again, by number of kills in a row. */
const BACKOFF_SECONDS = [10, 20, 40, 80, 120];
const MEMORY_TAU_SECONDS = 20;
const COLD_SECONDS = 20;
const COLD_CPU_FACTOR = 3;
/** Share of the memory limit above which the garbage collector runs hot. */
const COLLECTOR_PRESSURE_RATIO = 0.88;

/** How a pod begins. `memoryJitter` multiplies what its working set grows to. */
export interface PodStart {
  readonly startedAtMs: EpochMs;
  readonly readyAtMs: EpochMs;
  readonly memoryLimitBytes: number;
  readonly memoryJitter: number;
  /** Version of the image that it runs. */
  readonly version: string;
  readonly defect: Defect | undefined;
}

/** One pod with its container and its connection pool. Counters restart from zero when the container does. */
export class Pod {
  readonly name: string;
  readonly hash: string;
  readonly ordinal: number;
  readonly version: string;
  readonly memoryLimitBytes: number;
  readonly #memoryJitter: number;
  /** What is wrong with the version that the pod runs. */
  readonly defect: Defect | undefined;
  startedAtMs: EpochMs;
  readyAtMs: EpochMs;
  memoryBytes = 0;
  restarts = 0;
  lastTerminatedReason: string | undefined;
  /** Whether the pod runs on a node that others can load. */
  sharesLoadedNode = false;
  cpuSeconds = 0;
  cfsPeriods = 0;
  cfsThrottledPeriods = 0;
  readonly pool = new ConnectionPool(POOL_SIZE_PER_POD);
  #dead = false;
  #killsInARow = 0;

  constructor(service: string, hash: string, ordinal: number, start: PodStart) {
    this.name = `${service}-${hash}-${ordinal}`;
    this.hash = hash;
    this.version = start.version;
    this.ordinal = ordinal;
    this.startedAtMs = start.startedAtMs;
    this.readyAtMs = start.readyAtMs;
    this.memoryLimitBytes = start.memoryLimitBytes;
    this.#memoryJitter = start.memoryJitter;
    this.defect = start.defect;
  }

  /** Makes the pod one that has run for long, on a node of its own generation. */
  warmUp(demandBytes: number): void {
    this.startedAtMs -= 86_400_000;
    this.readyAtMs = this.startedAtMs;
    this.memoryBytes = demandBytes * this.#memoryJitter;
    this.sharesLoadedNode = true;
  }

  isReady(atMs: EpochMs): boolean {
    return !this.#dead && atMs >= this.readyAtMs;
  }

  /** Whether the pod is ready, never died, runs a good version and leaks nothing. */
  isSound(atMs: EpochMs): boolean {
    return this.isReady(atMs) && this.restarts === 0 && this.pool.leaked === 0 && this.defect === undefined;
  }

  /** Whether its container runs at all, ready or not. */
  isRunning(): boolean {
    return !this.#dead;
  }

  /** CPU time per request against a warm, healthy pod. */
  cpuFactor(atMs: EpochMs): number {
    const cold = atMs < this.readyAtMs + COLD_SECONDS * 1000 ? COLD_CPU_FACTOR : 1;
    const pressure =
      (this.memoryBytes / this.memoryLimitBytes - COLLECTOR_PRESSURE_RATIO) / (1 - COLLECTOR_PRESSURE_RATIO);
    return pressure > 0 ? cold * (1 + 3 * Math.min(1, pressure)) : cold;
  }

  /**
   * Lets the working set grow towards `demandBytes`; the kernel kills the container that exceeds its limit.
   * @returns true when the container was killed in this stretch
   */
  tick(atMs: EpochMs, seconds: number, demandBytes: number): boolean {
    if (this.#dead) {
      this.#restartWhenDue(atMs);
      return false;
    }
    const target = demandBytes * this.#memoryJitter;
    if (this.memoryBytes === 0) {
      this.memoryBytes = 0.35 * target;
    }
    this.memoryBytes += (target - this.memoryBytes) * (1 - Math.exp(-seconds / MEMORY_TAU_SECONDS));
    if (this.memoryBytes <= this.memoryLimitBytes) {
      if (atMs > this.readyAtMs + 300_000) {
        this.#killsInARow = 0;
      }
      return false;
    }
    this.#kill(atMs);
    return true;
  }

  #kill(atMs: EpochMs): void {
    const backoff = BACKOFF_SECONDS[Math.min(this.#killsInARow, BACKOFF_SECONDS.length - 1)] ?? 120;
    this.#dead = true;
    this.#killsInARow++;
    this.lastTerminatedReason = 'OOMKilled';
    this.startedAtMs = atMs + backoff * 1000;
    this.memoryBytes = 0;
  }

  #restartWhenDue(atMs: EpochMs): void {
    if (atMs < this.startedAtMs) {
      return;
    }
    this.#dead = false;
    this.restarts++;
    this.readyAtMs = this.startedAtMs + 5000;
    this.cpuSeconds = 0;
    this.cfsPeriods = 0;
    this.cfsThrottledPeriods = 0;
    this.pool.clear();
  }
}
