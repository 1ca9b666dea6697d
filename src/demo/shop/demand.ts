import type { EpochMs } from '#model';
import type { Random } from './random.ts';

const DAY_MS = 86_400_000;
const REQUESTS_PER_SECOND = 120;
const DAILY_SWING = 0.15;
const WEEKEND_FACTOR = 0.97;
const NOISE_TAU_SECONDS = 180;
const NOISE_SIGMA = 0.012;

/** How many requests people send: a daily cycle with its peak at 19:00 UTC, quieter weekends, slow noise. */
export class Demand {
  /** Multiplies all of it; 1 is usual. */
  factor = 1;
  readonly #random: Random;
  #noise = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Requests per second at `atMs`; moves the noise (an Ornstein-Uhlenbeck process) on by `seconds`. */
  next(atMs: EpochMs, seconds: number): number {
    const keep = Math.exp(-seconds / NOISE_TAU_SECONDS);
    this.#noise = this.#noise * keep + NOISE_SIGMA * Math.sqrt(1 - keep * keep) * this.#random.normal();
    return usualRequestsPerSecond(atMs) * this.factor * (1 + this.#noise);
  }
}

/** The daily and weekly cycle without noise, in requests per second. */
export function usualRequestsPerSecond(atMs: EpochMs): number {
  const hour = (2 * Math.PI * (atMs % DAY_MS)) / DAY_MS;
  const daily = 1 + DAILY_SWING * Math.cos(hour - (2 * Math.PI * 19) / 24);
  const days = atMs / DAY_MS + 4;
  return REQUESTS_PER_SECOND * daily * (days % 7 < 1 || days % 7 >= 6 ? WEEKEND_FACTOR : 1);
}
