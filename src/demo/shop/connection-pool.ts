/** A pool of connections, first come first served: every connection is free from a time on (Kiefer and Wolfowitz 1955). */
export class ConnectionPool {
  readonly size: number;
  readonly #freeAtSeconds: Float64Array;
  #leaked = 0;
  #next = 0;

  constructor(size: number) {
    this.size = size;
    this.#freeAtSeconds = new Float64Array(size);
  }

  /** Connections that were taken and never given back. */
  get leaked(): number {
    return this.#leaked;
  }

  /** Sets how many connections are lost, at most all. */
  leak(count: number): void {
    this.#leaked = Math.min(this.size, Math.max(0, count));
  }

  /** Frees every connection, leaked ones included. */
  clear(): void {
    this.#leaked = 0;
    this.#freeAtSeconds.fill(0);
  }

  /** How long a request at `nowSeconds` waits for a connection; Infinity when all are leaked. */
  waitSeconds(nowSeconds: number): number {
    const usable = this.size - this.#leaked;
    let earliest = Infinity;
    for (let i = 0; i < usable; i++) {
      const freeAt = this.#freeAtSeconds[i] ?? 0;
      if (freeAt < earliest) {
        earliest = freeAt;
        this.#next = i;
        if (freeAt <= nowSeconds) {
          return 0;
        }
      }
    }
    return earliest - nowSeconds;
  }

  /** Holds the connection that `waitSeconds` has just found, from when it is free. */
  hold(nowSeconds: number, seconds: number): void {
    this.#freeAtSeconds[this.#next] = Math.max(nowSeconds, this.#freeAtSeconds[this.#next] ?? 0) + seconds;
  }
}
