import { DecayingRate } from './decaying-rate.ts';

const OPEN_SECONDS = 10;
const FAILURE_RATIO = 0.5;
const MIN_CALLS_PER_SECOND = 0.2;

/**
 * Opens for 10 s when at least half of the recent calls failed (time constant 5 s), then lets calls through to see
 * whether the callee has recovered.
 */
export class CircuitBreaker {
  readonly #calls = new DecayingRate(5);
  readonly #failures = new DecayingRate(5);
  #openUntilSeconds = -Infinity;

  /** Whether calls fail at once. */
  isOpen(nowSeconds: number): boolean {
    return nowSeconds < this.#openUntilSeconds;
  }

  /** Reports the outcome of a call that was let through. */
  report(nowSeconds: number, failed: boolean): void {
    this.#calls.add(nowSeconds, 1);
    if (failed) {
      this.#failures.add(nowSeconds, 1);
    }
    const calls = this.#calls.at(nowSeconds);
    if (calls > MIN_CALLS_PER_SECOND && this.#failures.at(nowSeconds) > FAILURE_RATIO * calls) {
      this.#openUntilSeconds = nowSeconds + OPEN_SECONDS;
    }
  }
}
