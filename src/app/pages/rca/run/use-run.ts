import { useCallback, useEffect, useMemo, useState } from 'react';
import type { RunFeedbackRecord, RunRecord } from '#contracts';
import type { Problem } from '#ui';
import type { RunClient } from '../../../api/run-client.ts';
import { isCancelled, toProblem } from '../../../errors.ts';
import { followRun, type RunConnection } from './follow-run.ts';
import { EMPTY_RUN, type RunView, withEvents } from './run-view.ts';

/** A run as the page knows it. */
export interface FollowedRun {
  readonly id: string;
  readonly view: RunView;
  readonly connection: RunConnection;
  /** What persons said about it. */
  readonly feedback: readonly RunFeedbackRecord[];
  /** Why it cannot be read at all. */
  readonly problem: Problem | undefined;
  /** When the newest event came, of `performance.now()`. */
  readonly heardMs: number;
}

/** What can be done with a followed run. */
export interface RunHandle {
  /** Undefined without an id. */
  readonly run: FollowedRun | undefined;
  /** Ends the run for everybody. */
  readonly cancel: () => void;
  /** Why it could not be cancelled. */
  readonly cancelProblem: Problem | undefined;
  readonly addFeedback: (feedback: RunFeedbackRecord) => void;
  /** Attaches anew. */
  readonly retry: () => void;
}

function newRun(id: string): FollowedRun {
  return {
    id,
    view: EMPTY_RUN,
    connection: { kind: 'stream' },
    feedback: [],
    problem: undefined,
    heardMs: performance.now(),
  };
}

/** Follows a run for as long as it is shown; leaving the page detaches and lets it go on. */
export function useRun(client: RunClient | undefined, id: string | undefined): RunHandle {
  const [state, setState] = useState<FollowedRun>();
  const [refused, setRefused] = useState<{ readonly id: string; readonly problem: Problem }>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!client || id === undefined) {
      return undefined;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const update = (change: (old: FollowedRun) => FollowedRun) => {
      if (!signal.aborted) {
        setState((old) => change(old?.id === id ? old : newRun(id)));
      }
    };
    const withView = (change: (view: RunView) => RunView) =>
      update((old) => ({ ...old, view: change(old.view), heardMs: performance.now() }));
    const listener = {
      onEvents: (events: Parameters<typeof withEvents>[1]) => withView((view) => withEvents(view, events)),
      onRun: (record: RunRecord) =>
        withView((view) => ({ ...view, record, isOver: true, ahead: 0, problem: undefined })),
      onWaiting: (ahead: number) => withView((view) => ({ ...view, ahead })),
      onProblem: (problem: RunView['problem']) => withView((view) => ({ ...view, problem })),
      onConnection: (connection: RunConnection) =>
        update((old) =>
          old.connection.kind === connection.kind && connection.kind !== 'retrying' ? old : { ...old, connection }
        ),
    };
    client.find(id, signal).then(
      ({ feedback, ...record }) =>
        update((old) => ({ ...old, feedback, view: { ...old.view, record: old.view.record ?? record } })),
      // What people said is an addition; whether the run can be read is told by following it.
      () => undefined
    );
    followRun(client, id, listener, signal).catch((error: unknown) => {
      if (!isCancelled(error)) {
        update((old) => ({ ...old, problem: toProblem(error) }));
      }
    });
    return () => controller.abort();
  }, [client, id, attempt]);
  const cancel = useCallback(() => {
    if (client && id !== undefined) {
      client.cancel(id).then(
        (record) => setState((old) => (old?.id === id ? { ...old, view: { ...old.view, record } } : old)),
        (error: unknown) => setRefused({ id, problem: toProblem(error) })
      );
    }
  }, [client, id]);
  const addFeedback = useCallback(
    (item: RunFeedbackRecord) => setState((old) => old && { ...old, feedback: [...old.feedback, item] }),
    []
  );
  const retry = useCallback(() => {
    setState(undefined);
    setAttempt((count) => count + 1);
  }, []);
  // Before anything was heard of it.
  const silent = useMemo(() => (client && id !== undefined ? newRun(id) : undefined), [client, id]);
  return {
    run: id !== undefined && state?.id === id ? state : silent,
    cancel,
    cancelProblem: refused?.id === id ? refused?.problem : undefined,
    addFeedback,
    retry,
  };
}
