import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '#ui';
import { isCancelled, toProblem } from './errors.ts';

/** What a page knows of data that are read again and again. Old data stay while a new reading fails. */
export interface Polled<T> {
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  /** When `data` were read; 0 before. */
  readonly updatedMs: number;
  readonly refresh: () => void;
}

/**
 * Reads now, then every `intervalMs` while the page is visible, and at once when it becomes visible again.
 * A reading that is still under way is not doubled; leaving the page cancels it.
 * @param load must be stable (useCallback); a new function starts afresh and drops the old data
 */
export function usePolling<T>(load: (signal: AbortSignal) => Promise<T>, intervalMs: number): Polled<T> {
  const [state, setState] = useState<{
    load: typeof load;
    data?: T | undefined;
    problem?: Problem | undefined;
    updatedMs: number;
  }>({ load, updatedMs: 0 });
  const trigger = useRef<() => void>(() => undefined);
  useEffect(() => {
    const controller = new AbortController();
    let busy = false;
    let again = false;
    const read = async () => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      try {
        const data = await load(controller.signal);
        if (!controller.signal.aborted) {
          setState({ load, data, updatedMs: Date.now() });
        }
      } catch (error) {
        if (!controller.signal.aborted && !isCancelled(error)) {
          setState((old) => ({ ...(old.load === load ? old : { load, updatedMs: 0 }), problem: toProblem(error) }));
        }
      }
      busy = false;
      if (again && !controller.signal.aborted) {
        again = false;
        void read();
      }
    };
    const readIfVisible = () => {
      if (document.visibilityState !== 'hidden' && !busy) {
        void read();
      }
    };
    trigger.current = () => void read();
    void read();
    const timer = setInterval(readIfVisible, intervalMs);
    document.addEventListener('visibilitychange', readIfVisible);
    return () => {
      controller.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', readIfVisible);
    };
  }, [load, intervalMs]);
  const refresh = useCallback(() => trigger.current(), []);
  const current = state.load === load;
  return {
    data: current ? state.data : undefined,
    problem: current ? state.problem : undefined,
    updatedMs: current ? state.updatedMs : 0,
    refresh,
  };
}

/** The time, again every second while the page is visible; for countdowns. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
