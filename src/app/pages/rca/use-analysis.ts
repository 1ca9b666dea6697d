import { useCallback, useEffect, useRef, useState } from 'react';
import type { AnalysisRequest } from '#contracts';
import type { RcaReport } from '#model';
import type { Problem } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { isCancelled, toProblem } from '../../errors.ts';
import type { BegunStage } from './stage-times.ts';

/** What is known of the course of an analysis that is over. */
export interface AnalysisCourse {
  readonly begun: readonly BegunStage[];
  readonly tookMs: number;
}

/** The state of one analysis. `startedMs` is of `performance.now()`. */
export type AnalysisState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly startedMs: number; readonly begun: readonly BegunStage[] }
  | { readonly kind: 'done'; readonly report: RcaReport; readonly course: AnalysisCourse }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly course: AnalysisCourse }
  | { readonly kind: 'cancelled'; readonly course: AnalysisCourse };

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
      const set = (next: (old: AnalysisState) => AnalysisState) => {
        if (!controller.signal.aborted) {
          setState(next);
        }
      };
      const startedMs = performance.now();
      set(() => ({ kind: 'running', startedMs, begun: [] }));
      backend
        .analyse(
          request,
          ({ stage, elapsedMs }) => set((old) => withBegun(old, { stage, atMs: elapsedMs })),
          controller.signal
        )
        .then(
          (report) => set((old) => ({ kind: 'done', report, course: toCourse(old) })),
          (error: unknown) =>
            set((old) =>
              isCancelled(error)
                ? { kind: 'cancelled', course: toCourse(old) }
                : { kind: 'failed', problem: toProblem(error), course: toCourse(old) }
            )
        );
    },
    [backend]
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState((old) => ({ kind: 'cancelled', course: toCourse(old) }));
  }, []);
  useEffect(() => () => running.current?.abort(), []);
  return { state, start, cancel };
}

function withBegun(old: AnalysisState, stage: BegunStage): AnalysisState {
  return old.kind === 'running' ? { ...old, begun: [...old.begun, stage] } : old;
}

function toCourse(old: AnalysisState): AnalysisCourse {
  return old.kind === 'running'
    ? { begun: old.begun, tookMs: performance.now() - old.startedMs }
    : { begun: [], tookMs: 0 };
}
