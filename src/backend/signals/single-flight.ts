/** Waits for a promise, or for the signal to abort; the work behind the promise goes on for others. */
export async function raceAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) {
    return work;
  }
  work.catch(() => undefined);
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * A small cache of promises: callers with the same key share one piece of work, and its result for a while. Failures
 * are shared while the work runs, but never kept.
 */
export class SharedWork<T> {
  private readonly entries = new Map<string, Promise<T>>();
  private readonly limit: number;
  private readonly keepMs: number;
  private readonly isKept: (result: T) => boolean;

  /**
   * @param limit  entries kept
   * @param keepMs  how long a result is served and held, real milliseconds
   * @param isKept  whether a result is worth keeping; every one when missing
   */
  constructor(limit: number, keepMs: number, isKept: (result: T) => boolean = () => true) {
    this.limit = limit;
    this.keepMs = keepMs;
    this.isKept = isKept;
  }

  get(key: string, start: () => Promise<T>): Promise<T> {
    const known = this.entries.get(key);
    if (known) {
      return known;
    }
    const work = start();
    this.entries.set(key, work);
    const drop = (): void => {
      if (this.entries.get(key) === work) {
        this.entries.delete(key);
      }
    };
    work.then((result) => (this.isKept(result) ? setTimeout(drop, this.keepMs).unref() : drop()), drop);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.limit) {
        break;
      }
      this.entries.delete(oldest);
    }
    return work;
  }
}
