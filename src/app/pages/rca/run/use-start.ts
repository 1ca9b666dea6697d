import { useCallback, useEffect, useRef, useState } from 'react';
import type { RunRequest, StartedRun } from '#contracts';
import type { Problem } from '#ui';
import type { BackendClient } from '../../../api/backend-client.ts';
import type { RunStart } from '../../../api/run-client.ts';
import { isCancelled, toProblem } from '../../../errors.ts';

/** How far the start of a run is. */
export type StartState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting'; readonly sinceMs: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** What to start; the depth follows from whether there is a language model. */
export type Question = Omit<RunStart, 'request'> & { readonly request: Omit<RunRequest, 'depth'> };

/** Starts runs one at a time; leaving the page forgets a start that has not been answered. */
export function useStart(
  backend: BackendClient | undefined,
  onStarted: (started: StartedRun) => void
): {
  readonly state: StartState;
  readonly start: (question: Question) => void;
  readonly cancel: () => void;
} {
  const [state, setState] = useState<StartState>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  const start = useCallback(
    (question: Question) => {
      running.current?.abort();
      if (!backend) {
        return;
      }
      const controller = new AbortController();
      running.current = controller;
      const set = (next: StartState) => {
        if (running.current === controller) {
          setState(next);
        }
      };
      set({ kind: 'starting', sinceMs: performance.now() });
      startRun(backend, question, controller.signal).then(
        (started) => {
          if (!controller.signal.aborted) {
            set({ kind: 'idle' });
            onStarted(started);
          }
        },
        (error: unknown) =>
          set(isCancelled(error) ? { kind: 'cancelled' } : { kind: 'failed', problem: toProblem(error) })
      );
    },
    [backend, onStarted]
  );
  const cancel = useCallback(() => running.current?.abort(), []);
  useEffect(
    () => () => {
      const last = running.current;
      running.current = undefined;
      last?.abort();
    },
    []
  );
  return { state, start, cancel };
}

/** Where there is a language model it words what was found. */
async function startRun(backend: BackendClient, question: Question, signal: AbortSignal): Promise<StartedRun> {
  const budget = await backend.model.budget(undefined, signal).catch((error: unknown) => {
    if (isCancelled(error)) {
      throw error;
    }
    return undefined;
  });
  const depth = budget?.kind === 'on' ? 'explain' : 'engine';
  return backend.runs.start({ ...question, request: { ...question.request, depth } }, signal);
}
