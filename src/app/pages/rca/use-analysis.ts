import { useCallback, useEffect, useRef, useState } from 'react';
import type { AnalysisRequest, AnalysisStage } from '#contracts';
import type { RcaReport } from '#model';
import type { Problem } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { isCancelled, toProblem } from '../../errors.ts';

/** The state of one analysis. */
export type AnalysisState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: readonly AnalysisStage[] }
  | { readonly kind: 'done'; readonly report: RcaReport }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'cancelled' };

/** Runs analyses one at a time; a new one, or leaving the page, cancels the one under way. */
export function useAnalysis(backend: BackendClient): {
  readonly state: AnalysisState;
  readonly start: (request: AnalysisRequest) => void;
  readonly cancel: () => void;
} {
  const [state, setState] = useState<AnalysisState>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  const start = useCallback(
    (request: AnalysisRequest) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const set = (next: AnalysisState | ((old: AnalysisState) => AnalysisState)) => {
        if (!controller.signal.aborted) {
          setState(next);
        }
      };
      set({ kind: 'running', done: [] });
      backend
        .analyse(
          request,
          ({ stage }) => set((old) => (old.kind === 'running' ? { kind: 'running', done: [...old.done, stage] } : old)),
          controller.signal
        )
        .then(
          (report) => set({ kind: 'done', report }),
          (error: unknown) =>
            set(isCancelled(error) ? { kind: 'cancelled' } : { kind: 'failed', problem: toProblem(error) })
        );
    },
    [backend]
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState({ kind: 'cancelled' });
  }, []);
  useEffect(() => () => running.current?.abort(), []);
  return { state, start, cancel };
}
