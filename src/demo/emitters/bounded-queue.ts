/** Sends one batch; rejects when it was not taken. */
export type SendBatch<T> = (batch: readonly T[]) => Promise<void>;

/** How a queue behaves. */
export interface QueueLimits {
  /** Items that wait at most; the oldest are dropped beyond that. */
  readonly capacity: number;
  /** Items per request at most. */
  readonly batchSize: number;
}

/**
 * Sends items in batches, one request at a time, without ever making the producer wait. What does not fit is dropped and
 * counted; a batch that was refused is dropped and counted too, so that a receiver that is down costs no memory.
 */
export class BoundedQueue<T> {
  readonly #send: SendBatch<T>;
  readonly #limits: QueueLimits;
  #items: T[] = [];
  #sending: Promise<void> | undefined;
  #sent = 0;
  #dropped = 0;
  #failedRequests = 0;

  constructor(send: SendBatch<T>, limits: QueueLimits) {
    this.#send = send;
    this.#limits = limits;
  }

  get sent(): number {
    return this.#sent;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get failedRequests(): number {
    return this.#failedRequests;
  }

  /** Queues items and returns at once. */
  push(items: readonly T[]): void {
    this.#items.push(...items);
    const excess = this.#items.length - this.#limits.capacity;
    if (excess > 0) {
      this.#items.splice(0, excess);
      this.#dropped += excess;
    }
    this.#sending ??= this.#drain();
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    await this.#sending;
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#items.length > 0) {
      const batch = this.#items.splice(0, this.#limits.batchSize);
      try {
        await this.#send(batch);
        this.#sent += batch.length;
      } catch {
        this.#failedRequests++;
        this.#dropped += batch.length;
      }
    }
    this.#sending = undefined;
  }
}
