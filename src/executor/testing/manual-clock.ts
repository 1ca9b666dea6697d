import type { Clock } from '../clock.ts';

/** A clock that only a test moves. */
export interface ManualClock extends Clock {
  /** Moves time and lets everything that waited for it run. */
  advance(seconds: number): Promise<void>;
  set(atMs: number): void;
  /** How many sleepers wait. */
  sleepers(): number;
}

/** Lets promises and I/O callbacks run to where they wait for time again. */
export async function settle(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function manualClock(startMs = Date.UTC(2026, 0, 5, 3, 0, 0)): ManualClock {
  let nowMs = startMs;
  const waiting = new Set<{ atMs: number; wake: () => void }>();
  const wakeDue = () => {
    for (const sleeper of waiting) {
      if (sleeper.atMs <= nowMs) {
        waiting.delete(sleeper);
        sleeper.wake();
      }
    }
  };
  return {
    now: () => nowMs,
    sleepers: () => waiting.size,
    set(atMs) {
      nowMs = atMs;
      wakeDue();
    },
    sleepUntil(atMs, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        if (atMs <= nowMs) {
          resolve();
          return;
        }
        const sleeper = { atMs, wake: resolve };
        waiting.add(sleeper);
        signal?.addEventListener('abort', () => {
          waiting.delete(sleeper);
          reject(signal.reason as Error);
        });
      });
    },
    async advance(seconds) {
      nowMs += seconds * 1000;
      wakeDue();
      await settle();
    },
  };
}
