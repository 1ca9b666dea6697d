import type { EpochMs } from '#model';
import type { FailureKind } from './failure.ts';
import type { Random } from './random.ts';
import { CACHE } from './topology.ts';

const COMMAND_SECONDS = 0.00025;
const TIMEOUT_SECONDS = 0.25;
const HIT_RATIO = 0.95;
/** Share of maxmemory at which Redis begins to struggle, and at which it struggles fully. */
const PRESSURE_FROM = 0.9;
const PRESSURE_FULL = 0.97;
const MEMORY_TAU_SECONDS = 25;
const RESTART_SECONDS = 10;
/** Redis evicts before it uses more than this share. */
const EVICTION_RATIO = 0.971;

/** Outcome of one command besides its failure. */
export interface CommandOutcome {
  seconds: number;
  hit: boolean;
}

/** One Redis server. Near maxmemory it evicts, answers late and turns connections away. */
export class Cache {
  maxMemoryBytes: number = CACHE.maxMemoryBytes;
  /** What all keys would take without a limit. */
  memoryDemandBytes: number = CACHE.maxMemoryBytes * CACHE.baselineRatio;
  usedBytes: number = this.memoryDemandBytes;
  evictedKeys = 0;
  rejectedConnections = 0;
  hits = 0;
  misses = 0;
  cpuSeconds = 0;
  restarts = 0;
  /** Counts what people and faults changed. */
  revision = 1;
  readonly outcome: CommandOutcome = { seconds: 0, hit: true };
  #downUntilMs = -Infinity;

  isUp(atMs: EpochMs): boolean {
    return atMs >= this.#downUntilMs;
  }

  /** Empties the cache; it is away for 10 s. */
  restart(atMs: EpochMs): void {
    this.#downUntilMs = atMs + RESTART_SECONDS * 1000;
    this.usedBytes = 0.1 * this.memoryDemandBytes;
    this.restarts++;
  }

  /** Takes every fault and changed limit away. */
  reset(): void {
    this.maxMemoryBytes = CACHE.maxMemoryBytes;
    this.memoryDemandBytes = CACHE.maxMemoryBytes * CACHE.baselineRatio;
    this.usedBytes = Math.min(this.usedBytes, this.memoryDemandBytes);
  }

  /** 0 = relaxed, 1 = at the limit. */
  pressure(): number {
    const ratio = this.usedBytes / this.maxMemoryBytes;
    return Math.min(1, Math.max(0, (ratio - PRESSURE_FROM) / (PRESSURE_FULL - PRESSURE_FROM)));
  }

  /** Lets the keys grow over `seconds`. */
  tick(seconds: number, random: Random): void {
    const demand = this.memoryDemandBytes * (1 + 0.004 * random.normal());
    this.usedBytes += (demand - this.usedBytes) * (1 - Math.exp(-seconds / MEMORY_TAU_SECONDS));
    const limit = EVICTION_RATIO * this.maxMemoryBytes;
    if (this.usedBytes > limit) {
      this.evictedKeys += Math.round((this.usedBytes - limit) / 4096);
      this.usedBytes = limit;
    }
  }

  /** Runs one command; see `outcome` for its duration and whether a lookup found its key. */
  run(random: Random, atMs: EpochMs, weight: number): FailureKind | undefined {
    const pressure = this.pressure();
    this.outcome.hit = false;
    if (!this.isUp(atMs)) {
      this.outcome.seconds = 0.001;
      return 'redisRejected';
    }
    const luck = random.uniform();
    if (luck < 0.12 * pressure) {
      this.rejectedConnections += weight;
      this.outcome.seconds = 0.002;
      return 'redisRejected';
    }
    if (luck < 0.3 * pressure) {
      this.outcome.seconds = TIMEOUT_SECONDS;
      return 'redisTimeout';
    }
    this.cpuSeconds += 0.00004 * (1 + 8 * pressure) * weight;
    this.outcome.seconds = COMMAND_SECONDS * random.lognormal(0.35) * (1 + 8 * pressure);
    const warmth = Math.min(1, this.usedBytes / (0.5 * this.memoryDemandBytes));
    this.outcome.hit = random.uniform() < HIT_RATIO * warmth * (1 - 0.4 * pressure);
    if (this.outcome.hit) {
      this.hits += weight;
    } else {
      this.misses += weight;
    }
    return undefined;
  }
}
