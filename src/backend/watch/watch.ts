import type { SourceProblem } from '#contracts';
import type { EpochMs } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import { describeThrown, type Log } from '../grpc/hclog.ts';
import { toProblem, toProblems } from '../problems.ts';
import { IncidentDesk } from './incident-desk.ts';
import { WatchState } from './watch-state.ts';

/** A tick that takes longer, in real time, is given up and reported. */
const TICK_LIMIT_MS = 120_000;

/** The always-on loop of one datasource. */
export interface Watch {
  readonly state: WatchState;
  /** Ends the loop; a tick that runs is aborted. */
  stop(): void;
}

/**
 * Starts the loop: every interval of the settings, on the datasource's clock, reads signals, judges all services and
 * handles incidents. One tick at a time; what a long tick misses is counted as skipped, never made up for.
 * @param ready  resolves when the clock is known
 */
export function startWatch(datasource: Datasource, log: Log, ready: Promise<void>): Watch {
  const { enabled, detectSeconds } = datasource.settings.watch;
  const state = new WatchState(datasource.settings.watch);
  const stopping = new AbortController();
  if (enabled) {
    const { executor } = datasource.upstreams;
    const desk = executor && new IncidentDesk(datasource, executor, log);
    const loop = async (): Promise<void> => {
      await ready;
      await runLoop(datasource, state, detectSeconds * 1000, stopping.signal, (signal) =>
        tick(datasource, desk, state, log, signal)
      );
    };
    loop().catch((error: unknown) => {
      if (!stopping.signal.aborted) {
        state.problems = [toProblem('prometheus', error)];
        log('error', 'the watch ended', { datasource: datasource.uid, error: describeThrown(error) });
      }
    });
  }
  return { state, stop: () => stopping.abort(new DOMException('the watch stops', 'AbortError')) };
}

async function runLoop(
  { clock }: Pick<Datasource, 'clock'>,
  state: WatchState,
  intervalMs: number,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>
): Promise<void> {
  let dueMs = clock.now();
  while (!stopping.aborted) {
    await work(AbortSignal.any([stopping, AbortSignal.timeout(TICK_LIMIT_MS)]));
    const next = nextTick(dueMs, clock.now(), intervalMs);
    state.skipped += next.skipped;
    dueMs = next.dueMs;
    await clock.sleepUntil(dueMs, stopping);
  }
}

/** When the next tick is due, and how many were missed. A clock that went back starts a new rhythm. */
export function nextTick(
  dueMs: EpochMs,
  nowMs: EpochMs,
  intervalMs: number
): { readonly dueMs: EpochMs; readonly skipped: number } {
  if (nowMs < dueMs - intervalMs) {
    return { dueMs: nowMs + intervalMs, skipped: 0 };
  }
  const skipped = Math.max(0, Math.floor((nowMs - dueMs) / intervalMs) - 1);
  return { dueMs: dueMs + (skipped + 1) * intervalMs, skipped };
}

async function tick(
  datasource: Datasource,
  desk: IncidentDesk | undefined,
  state: WatchState,
  log: Log,
  signal: AbortSignal
): Promise<void> {
  const startedMs = performance.now();
  const problems: SourceProblem[] = [];
  const atMs = datasource.clock.now();
  try {
    const assessment = await datasource.assess(atMs, signal);
    state.services = assessment.judgement.services;
    problems.push(...toProblems(assessment.gaps));
    if (assessment.graphError) {
      problems.push(toProblem('prometheus', assessment.graphError));
    } else if (desk) {
      const outcome = await desk.handle(assessment, signal);
      problems.push(...outcome.problems);
      state.openIncidentId = outcome.openIncidentId;
      state.incidentsOpened += outcome.opened;
      state.plansProposed += outcome.proposed;
    }
  } catch (error) {
    state.services = [];
    problems.push(toProblem('prometheus', error));
  }
  state.ticks += 1;
  state.lastTickMs = atMs;
  state.lastTickDurationMs = Math.round(performance.now() - startedMs);
  report(state, problems, datasource.uid, log);
}

/** Logs a problem when it appears and when all is well again, not at every tick. */
function report(state: WatchState, problems: readonly SourceProblem[], uid: string, log: Log): void {
  const before = new Set(state.problems.map((problem) => problem.code));
  for (const { source, code, message } of problems.filter((problem) => !before.has(problem.code))) {
    log('warn', 'watch has a problem', { datasource: uid, source, code, problem: message });
  }
  if (before.size > 0 && problems.length === 0) {
    log('info', 'watch is well again', { datasource: uid });
  }
  state.failures += problems.length > 0 ? 1 : 0;
  state.problems = problems;
}
