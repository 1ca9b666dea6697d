import { setTimeout as delay } from 'node:timers/promises';
import type { EpochMs } from '#model';

/** The time of the observed world. Token checks and network deadlines use real time instead. */
export interface Clock {
  now(): EpochMs;
  /** Resolves when the clock has reached `atMs`, at once when it already has; rejects when the signal aborts. */
  sleepUntil(atMs: EpochMs, signal?: AbortSignal): Promise<void>;
}

/** Longest delay of a Node timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleepUntil: async (atMs, signal) => {
      signal?.throwIfAborted();
      for (let left = atMs - Date.now(); left > 0; left = atMs - Date.now()) {
        await delay(Math.min(left, MAX_TIMER_MS), undefined, signal ? { signal } : {});
      }
    },
  };
}
