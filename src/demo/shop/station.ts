/**
 * A queueing station: `capacity` servers that work off a common backlog in the order of arrival, seen as a fluid.
 *
 * The state is the unfinished work (Lindley's recursion, Lindley 1952, eq. 1, with `capacity` in place of one server).
 * An arrival waits `work / capacity - residual`, never less than zero. Time is the station's own, in seconds, and never
 * goes backwards. More work or less capacity never shortens a wait.
 */
export class Station {
  readonly residualSeconds: number;
  #capacity: number;
  #workSeconds = 0;
  #atSeconds = 0;
  #doneSeconds = 0;

  /**
   * @param capacity servers, >= 0, may be fractional; 0 means that nothing is served
   * @param residualSeconds work per server that is in service and so makes nobody wait, >= 0
   */
  constructor(capacity: number, residualSeconds = 0) {
    this.#capacity = capacity;
    this.residualSeconds = residualSeconds;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Work done so far, in server-seconds. */
  get doneSeconds(): number {
    return this.#doneSeconds;
  }

  /** Work that waits or is in service, in server-seconds, as of the last call with a time. */
  get workSeconds(): number {
    return this.#workSeconds;
  }

  /** Sets the number of servers from `nowSeconds` on. */
  resize(nowSeconds: number, capacity: number): void {
    this.#drain(nowSeconds);
    this.#capacity = Math.max(0, capacity);
  }

  /** How long an arrival at `nowSeconds` waits before its service starts; Infinity without capacity. */
  waitSeconds(nowSeconds: number): number {
    this.#drain(nowSeconds);
    if (this.#capacity <= 0) {
      return Infinity;
    }
    const wait = this.#workSeconds / this.#capacity - this.residualSeconds;
    return wait > 0 ? wait : 0;
  }

  /** Accepts work of one arrival. */
  add(serviceSeconds: number): void {
    this.#workSeconds += serviceSeconds;
  }

  /** Drops what is unfinished, as a restart does. */
  clear(): void {
    this.#workSeconds = 0;
  }

  #drain(nowSeconds: number): void {
    if (nowSeconds > this.#atSeconds) {
      const done = Math.min(this.#workSeconds, this.#capacity * (nowSeconds - this.#atSeconds));
      this.#workSeconds -= done;
      this.#doneSeconds += done;
      this.#atSeconds = nowSeconds;
    }
  }
}
