import type { FailureKind } from './failure.ts';
import type { Random } from './random.ts';
import { DecayingRate } from './decaying-rate.ts';
import { TokenBucket } from './token-bucket.ts';
import { PROVIDER } from './topology.ts';

const CHARGE_SECONDS = 0.008;
const REJECT_SECONDS = 0.003;
const UNAVAILABLE_RATIO = 0.0004;

/** The external payment provider: a quota of calls per second, beyond which it answers 429. */
export class Provider {
  #quota = new TokenBucket(PROVIDER.quotaPerSecond, PROVIDER.quotaPerSecond, 0);
  /** Charges that customers asked for, retries left out. */
  readonly demand = new DecayingRate(120);
  /** Duration of the last call. */
  lastSeconds = 0;

  get quotaPerSecond(): number {
    return this.#quota.ratePerSecond;
  }

  /** Sets how many calls per second are answered, with bursts of one second's worth. */
  setQuota(perSecond: number, nowSeconds: number): void {
    this.#quota = new TokenBucket(perSecond, Math.max(1, perSecond), nowSeconds);
  }

  /** Charges once; the duration is in `lastSeconds` afterwards. */
  charge(random: Random, nowSeconds: number): FailureKind | undefined {
    if (!this.#quota.take(nowSeconds)) {
      this.lastSeconds = REJECT_SECONDS * random.lognormal(0.2);
      return 'providerRateLimit';
    }
    this.lastSeconds = CHARGE_SECONDS * random.lognormal(0.25);
    return random.uniform() < UNAVAILABLE_RATIO ? 'providerUnavailable' : undefined;
  }
}
