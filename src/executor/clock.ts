import type { EpochMs } from '#model';

/** Domain time: approval expiry, verification, incident times. In the demo it follows the simulated shop. */
export interface Clock {
  now(): EpochMs;
  /** Resolves when `now()` has reached `atMs`; rejects with the signal's reason on abort. */
  sleepUntil(atMs: EpochMs, signal?: AbortSignal): Promise<void>;
}

/**
 * A clock in whole milliseconds that never goes back, not even over a restart, so that no jump can lengthen an approval period.
 * When the underlying clock lags, time goes on from the newest time seen, at the underlying speed.
 * @param floorMs newest time stored in the ledger; 0 for a new ledger
 */
export function steadyClock(clock: Clock, floorMs: EpochMs): Clock {
  let offset = 0;
  let last = floorMs;
  const now = (): EpochMs => {
    const shifted = Math.floor(clock.now()) + offset;
    if (shifted < last) {
      offset += last - shifted;
      return last;
    }
    last = shifted;
    return shifted;
  };
  return {
    now,
    async sleepUntil(atMs, signal) {
      while (now() < atMs) {
        await clock.sleepUntil(atMs - offset, signal);
      }
    },
  };
}

/** Waits in real time; used to bound how often background work runs when domain time is fast. */
export function pauseRealTime(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
