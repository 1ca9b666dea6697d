import type { Random } from './random.ts';

const SLOW_SECONDS = 1;
const FAILED_PER_STEP = 12;
const SLOW_PER_STEP = 5;
const USUAL_PER_STEP = 5;

/** Tail sampling, as a collector does it: some failed requests, some slow ones and a few usual ones per scrape step. */
export class TraceSampler {
  readonly #random: Random;
  #failed = 0;
  #slow = 0;
  #usual = 0;
  #usualLimit = USUAL_PER_STEP;
  #usualRatio = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Begins a step in which about `requests` requests are expected. @param share scales what is kept of the usual ones */
  begin(requests: number, share: number): void {
    this.#failed = 0;
    this.#slow = 0;
    this.#usual = 0;
    this.#usualLimit = Math.max(1, Math.round(USUAL_PER_STEP * share));
    this.#usualRatio = (1.3 * this.#usualLimit) / Math.max(1, requests);
  }

  /** Whether to keep a request. */
  keep(seconds: number, failed: boolean): boolean {
    if (failed) {
      return this.#failed++ < FAILED_PER_STEP;
    }
    if (seconds > SLOW_SECONDS) {
      return this.#slow++ < SLOW_PER_STEP;
    }
    return this.#random.uniform() < this.#usualRatio && this.#usual++ < this.#usualLimit;
  }
}
