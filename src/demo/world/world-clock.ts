import type { EpochMs } from '#model';

/** Simulated time as a function of real time: `now` moves `speed` times as fast. It never goes backwards. */
export class WorldClock {
  readonly #realNow: () => number;
  #speed: number;
  #baseMs: EpochMs;
  #realBaseMs: number;

  /** @param realNow a monotonic clock in milliseconds */
  constructor(startMs: EpochMs, speed: number, realNow: () => number) {
    this.#realNow = realNow;
    this.#speed = speed;
    this.#baseMs = startMs;
    this.#realBaseMs = realNow();
  }

  get speed(): number {
    return this.#speed;
  }

  /** Simulated milliseconds per real millisecond, 0 to 600. */
  setSpeed(speed: number): void {
    this.#rebase(this.now());
    this.#speed = speed;
  }

  now(): EpochMs {
    return Math.floor(this.#baseMs + (this.#realNow() - this.#realBaseMs) * this.#speed);
  }

  /** Jumps forward; earlier times are ignored. */
  moveTo(atMs: EpochMs): void {
    this.#rebase(Math.max(atMs, this.now()));
  }

  /** Holds the clock at `atMs` when it has run ahead of it, for a simulation that cannot keep up. */
  holdAt(atMs: EpochMs): void {
    if (this.now() > atMs) {
      this.#rebase(atMs);
    }
  }

  #rebase(atMs: EpochMs): void {
    this.#baseMs = atMs;
    this.#realBaseMs = this.#realNow();
  }
}
