import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '#ui';
import { isCancelled, toProblem } from '../../../errors.ts';

/** How far one call is. */
export type CallState<T> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'done'; readonly value: T };

/** One call at a time, started by a person; leaving the page or a new call ends the one before. */
export function useCall<T>(): {
  readonly state: CallState<T>;
  readonly start: (call: (signal: AbortSignal) => Promise<T>) => void;
  readonly stop: () => void;
} {
  const [state, setState] = useState<CallState<T>>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  const start = useCallback((call: (signal: AbortSignal) => Promise<T>) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const set = (next: CallState<T>) => {
      if (running.current === controller) {
        setState(next);
      }
    };
    set({ kind: 'running' });
    call(controller.signal).then(
      (value) => set({ kind: 'done', value }),
      (error: unknown) => set(isCancelled(error) ? { kind: 'stopped' } : { kind: 'failed', problem: toProblem(error) })
    );
  }, []);
  const stop = useCallback(() => running.current?.abort(), []);
  useEffect(
    () => () => {
      const last = running.current;
      running.current = undefined;
      last?.abort();
    },
    []
  );
  return { state, start, stop };
}
