import type { Random } from './random.ts';

const SLOW_SECONDS = 1;
const FAILED_PER_STEP = 12;
const SLOW_PER_STEP = 5;
const USUAL_PER_STEP = 5;

/** Keeps at most `limit` per step, spread over the step by what the step before saw. */
class Quota {
  limit: number;
  #seen = 0;
  #kept = 0;
  #ratio = 1;

  constructor(limit: number) {
    this.limit = limit;
  }

  begin(): void {
    this.#ratio = Math.min(1, (1.3 * this.limit) / Math.max(1, this.#seen));
    this.#seen = 0;
    this.#kept = 0;
  }

  take(random: Random): boolean {
    this.#seen++;
    if (this.#kept >= this.limit || (this.#ratio < 1 && random.uniform() >= this.#ratio)) {
      return false;
    }
    this.#kept++;
    return true;
  }
}

/** Tail sampling, as a collector does it: some failed requests, some slow ones and a few usual ones per scrape step. */
export class TraceSampler {
  readonly #random: Random;
  readonly #failed = new Quota(FAILED_PER_STEP);
  readonly #slow = new Quota(SLOW_PER_STEP);
  readonly #usual = new Quota(USUAL_PER_STEP);

  constructor(random: Random) {
    this.#random = random;
  }

  /** Begins a step. @param share scales what is kept of the usual requests */
  begin(share: number): void {
    this.#usual.limit = Math.max(1, Math.round(USUAL_PER_STEP * share));
    this.#failed.begin();
    this.#slow.begin();
    this.#usual.begin();
  }

  /** Whether to keep a request. */
  keep(seconds: number, failed: boolean): boolean {
    const quota = failed ? this.#failed : seconds > SLOW_SECONDS ? this.#slow : this.#usual;
    return quota.take(this.#random);
  }
}
