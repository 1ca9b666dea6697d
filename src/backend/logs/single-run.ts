import { raceAbort } from '../signals/single-flight.ts';

/** One run at a time: whoever comes while it runs waits for it. The run is aborted when nobody waits any more. */
export class SingleRun {
  private current: { readonly done: Promise<void>; readonly stop: AbortController } | undefined;
  private waiting = 0;

  /** @throws the signal's reason, or what the work throws */
  async join(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    signal.throwIfAborted();
    if (!this.current) {
      const stop = new AbortController();
      const done = work(stop.signal).finally(() => {
        this.current = undefined;
      });
      done.catch(() => undefined);
      this.current = { done, stop };
    }
    const { done, stop } = this.current;
    this.waiting += 1;
    try {
      await raceAbort(done, signal);
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) {
        stop.abort(signal.reason);
      }
    }
  }
}
