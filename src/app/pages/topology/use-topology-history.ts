import { useCallback, useMemo } from 'react';
import type { SourceProblem, TopologyAnswer } from '#contracts';
import type { TopologyDiff } from '#model';
import type { Problem } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { usePolling } from '../../use-polling.ts';
import { STEPS, type TimeStep, toStepIndex, toStepStates, toTimeSteps } from './time-steps.ts';
import { useAtInstant } from './use-at-instant.ts';

/** The graph at the shown instant, the steps of the slider, and the differences from another time. */
export interface TopologyHistory {
  readonly shown: TopologyAnswer;
  readonly steps: readonly TimeStep[];
  readonly index: number;
  /** Whether the calls of the shown instant are still being read; its states are those of the step until then. */
  readonly pending: boolean;
  readonly diff: TopologyDiff | undefined;
  readonly problems: readonly Problem[];
  readonly diffProblems: readonly SourceProblem[];
}

const POLL_MS = 60_000;
/** Instants of a comparison with the newest state are kept on a raster, so that not every refresh reads two graphs. */
const RASTER_MS = 60_000;
/** A graph is made of what was seen in a stretch before its instant. */
const LOOK_BACK_MS = 3_600_000;

/** Reads what the page shows of the past. `newest` is what is shown while no instant is chosen. */
export function useTopologyHistory(input: {
  readonly backend: BackendClient;
  readonly newest: TopologyAnswer;
  readonly fromMs: number;
  readonly toMs: number;
  readonly live: boolean;
  readonly atMs: number | undefined;
  readonly compareMs: number | undefined;
}): TopologyHistory {
  const { backend, newest, fromMs, toMs, live, atMs, compareMs } = input;
  const loadSteps = useCallback(
    (signal: AbortSignal) => {
      const end = live ? Date.now() : toMs;
      return backend.anomalies({ fromMs: end - (toMs - fromMs), toMs: end }, STEPS, signal);
    },
    [backend, fromMs, toMs, live]
  );
  const cells = usePolling(loadSteps, POLL_MS);
  const steps = useMemo(() => (cells.data ? toTimeSteps(cells.data) : []), [cells.data]);
  const index = toStepIndex(steps, atMs);
  const loadGraph = useCallback(
    (key: string, signal: AbortSignal) =>
      backend.topology({ fromMs: Number(key) - LOOK_BACK_MS, toMs: Number(key) }, signal),
    [backend]
  );
  const past = useAtInstant(atMs === undefined ? undefined : String(atMs), loadGraph);
  const shown = useMemo((): TopologyAnswer => {
    if (atMs === undefined) {
      return newest;
    }
    if (past.data && !past.pending && !past.problem) {
      return past.data;
    }
    const states = cells.data ? toStepStates(cells.data, index, atMs) : [];
    return { ...(past.data ?? newest), services: states };
  }, [newest, atMs, past.data, past.pending, past.problem, cells.data, index]);
  const diff = useDiff(backend, atMs ?? Math.floor(newest.graph.generatedAtMs / RASTER_MS) * RASTER_MS, compareMs);
  return {
    shown,
    steps,
    index,
    pending: past.pending,
    diff: diff.data?.diff,
    problems: [past.problem, diff.problem, cells.problem].flatMap((problem) => problem ?? []),
    diffProblems: diff.data?.problems ?? [],
  };
}

function useDiff(backend: BackendClient, atMs: number, compareMs: number | undefined) {
  const load = useCallback(
    (key: string, signal: AbortSignal) => {
      const [fromMs = 0, toMs = 0] = key.split(' ').map(Number);
      return backend.topologyDiff({ fromMs, toMs }, signal);
    },
    [backend]
  );
  const answer = useAtInstant(compareMs === undefined ? undefined : `${atMs - compareMs} ${atMs}`, load);
  // Differences of another pair of times would be wrong, not old.
  return { data: answer.pending ? undefined : answer.data, problem: answer.problem };
}
