/** Exponentially weighted amount per second, with time constant `tauSeconds`. */
export class DecayingRate {
  readonly tauSeconds: number;
  #value = 0;
  #atSeconds = 0;

  constructor(tauSeconds: number) {
    this.tauSeconds = tauSeconds;
  }

  /** Adds an amount at `nowSeconds`, which must not lie before the last one. */
  add(nowSeconds: number, amount: number): void {
    this.#value = this.at(nowSeconds) + amount / this.tauSeconds;
    this.#atSeconds = nowSeconds;
  }

  /** Like `at`, corrected for a count that began at time 0 from nothing. */
  meanSinceStart(nowSeconds: number): number {
    return this.at(nowSeconds) / Math.max(1e-6, 1 - Math.exp(-nowSeconds / this.tauSeconds));
  }

  /** The amount per second as of `nowSeconds`. */
  at(nowSeconds: number): number {
    return this.#value * Math.exp(-Math.max(0, nowSeconds - this.#atSeconds) / this.tauSeconds);
  }
}
