/** Admits `ratePerSecond` events per second on average, with bursts of up to `burst` events. */
export class TokenBucket {
  readonly ratePerSecond: number;
  readonly burst: number;
  #tokens: number;
  #atSeconds: number;

  /** The bucket starts full at `nowSeconds`. */
  constructor(ratePerSecond: number, burst: number, nowSeconds: number) {
    this.ratePerSecond = ratePerSecond;
    this.burst = burst;
    this.#tokens = burst;
    this.#atSeconds = nowSeconds;
  }

  /** Takes one token. False when there is none, and then nothing is taken. */
  take(nowSeconds: number): boolean {
    if (nowSeconds > this.#atSeconds) {
      this.#tokens = Math.min(this.burst, this.#tokens + (nowSeconds - this.#atSeconds) * this.ratePerSecond);
      this.#atSeconds = nowSeconds;
    }
    if (this.#tokens < 1) {
      return false;
    }
    this.#tokens -= 1;
    return true;
  }
}
