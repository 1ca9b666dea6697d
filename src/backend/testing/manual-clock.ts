import type { Clock } from '#telemetry';

/** A clock that moves only when it is told to. */
export interface ManualClock extends Clock {
  set(ms: number): void;
}

/** Makes a clock that stands at `startMs`. */
export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const waiting = new Set<() => void>();
  return {
    now: () => nowMs,
    set: (ms) => {
      nowMs = ms;
      waiting.forEach((wake) => wake());
    },
    sleepUntil: (atMs, signal) =>
      new Promise((resolve, reject) => {
        const wake = (): void => {
          if (nowMs >= atMs) {
            waiting.delete(wake);
            resolve();
          }
        };
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        waiting.add(wake);
        wake();
      }),
  };
}
