import type { SourceProblem } from '#contracts';
import type { EpochMs } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import { describeThrown, type Log } from '../grpc/hclog.ts';
import { logWatchOf } from '../logs/log-watch-of.ts';
import { toProblem, toProblems } from '../problems.ts';
import { raceAbort } from '../signals/single-flight.ts';
import { IncidentDesk } from './incident-desk.ts';
import type { StartIncidentRun } from './incident-runs.ts';
import { Leadership } from './leadership.ts';
import { WatchState } from './watch-state.ts';

/** A tick that takes longer, in real time, is given up and reported. */
const TICK_LIMIT_MS = 120_000;

/** Log templates are counted in bins of minutes; reading lines more often shows nothing sooner. */
const LOG_INTERVAL_MS = 60_000;

/** The always-on loop of one datasource. */
export interface Watch {
  readonly state: WatchState;
  /** Whether this backend does what only one may do; one that does not watch has nobody beside it that it knows of. */
  leads(): boolean;
  /** Ends the loop; a tick that runs is aborted. */
  stop(): void;
}

/** What one tick works with. */
interface TickParts {
  readonly datasource: Datasource;
  readonly desk: IncidentDesk | undefined;
  readonly leadership: Leadership | undefined;
  readonly state: WatchState;
  readonly log: Log;
}

/**
 * Starts the loop: every collect interval of the settings, on the datasource's clock, reads new points; every detect
 * interval judges all services and handles incidents. One tick at a time; what a long tick misses is counted as skipped,
 * never made up for.
 * @param ready  resolves when the clock is known
 * @param startRun  told which incident needs a run
 */
export function startWatch(datasource: Datasource, log: Log, ready: Promise<void>, startRun?: StartIncidentRun): Watch {
  const { enabled, collectSeconds } = datasource.settings.watch;
  const state = new WatchState(datasource.settings.watch);
  const stopping = new AbortController();
  if (!enabled) {
    return { state, leads: () => true, stop: () => undefined };
  }
  const { executor } = datasource.upstreams;
  const onError = (error: unknown): void => log('debug', 'the lease was not renewed', { error: describeThrown(error) });
  const leadership = executor && new Leadership(executor, datasource.uid, onError);
  const desk = executor && new IncidentDesk(datasource, executor, log, startRun);
  const parts: TickParts = { datasource, desk, leadership, state, log };
  const loop = async (): Promise<void> => {
    await ready;
    await runLoop(datasource, state, collectSeconds * 1000, stopping.signal, (signal) => tick(parts, signal));
  };
  loop().catch((error: unknown) => {
    if (!stopping.signal.aborted) {
      state.problems = [toProblem('prometheus', error)];
      log('error', 'the watch ended', { datasource: datasource.uid, error: describeThrown(error) });
    }
  });
  const stop = (): void => {
    leadership?.stop();
    stopping.abort(new DOMException('the watch stops', 'AbortError'));
  };
  return { state, leads: () => leadership?.current.leader === true, stop };
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

/** Judges when a detect interval has begun since the last judgement, and only reads otherwise. */
async function tick(parts: TickParts, signal: AbortSignal): Promise<void> {
  const { datasource, state, log } = parts;
  const startedMs = performance.now();
  const atMs = datasource.clock.now();
  const problems: SourceProblem[] = [];
  const isDue = isDetectDue(state.lastTickMs, atMs, state.detectSeconds * 1000);
  try {
    if (isDue) {
      problems.push(...(await judge(parts, atMs, signal)));
    } else {
      await raceAbort(datasource.detection.current(), signal);
    }
  } catch (error) {
    state.services = [];
    problems.push(toProblem('prometheus', error));
  }
  if (isDue) {
    problems.push(...(await watchLogs(parts, atMs, signal)));
  }
  const { lastFitMs, nextFitMs, problem } = datasource.detection.status;
  state.lastFitMs = lastFitMs;
  state.nextFitMs = nextFitMs;
  state.collects += 1;
  state.lastCollectMs = atMs;
  if (problem !== undefined) {
    problems.push(toProblem('prometheus', problem));
  }
  if (isDue) {
    state.ticks += 1;
    state.lastTickMs = atMs;
    state.lastTickDurationMs = Math.round(performance.now() - startedMs);
  }
  if (isDue || problems.length > 0) {
    report(state, problems, datasource.uid, log);
  }
}

/** Whether an interval boundary lies between the last judgement and now. A clock that went back starts anew. */
export function isDetectDue(lastMs: EpochMs | null, nowMs: EpochMs, intervalMs: number): boolean {
  return lastMs === null || nowMs < lastMs || Math.floor(nowMs / intervalMs) > Math.floor(lastMs / intervalMs);
}

/** After the incidents: what logs say is shown, it opens nothing. */
async function watchLogs(
  { datasource, state }: TickParts,
  atMs: EpochMs,
  signal: AbortSignal
): Promise<readonly SourceProblem[]> {
  const logs = logWatchOf(datasource);
  if (!logs) {
    return [];
  }
  if (Math.abs(atMs - (logs.state.readUntilMs ?? 0)) < LOG_INTERVAL_MS) {
    return logs.state.problems;
  }
  try {
    await logs.tick(atMs, signal);
    state.logAnomalies = logs.anomalies();
    return logs.state.problems;
  } catch (error) {
    return [toProblem('loki', error)];
  }
}

async function judge(
  { datasource, desk, leadership, state }: TickParts,
  atMs: EpochMs,
  signal: AbortSignal
): Promise<readonly SourceProblem[]> {
  const assessment = await datasource.assess(atMs, signal);
  state.services = assessment.judgement.services;
  const problems = [...toProblems(assessment.gaps)];
  if (assessment.graphError) {
    return [...problems, toProblem('prometheus', assessment.graphError)];
  }
  if (!desk || !leadership) {
    return problems;
  }
  const { leader, leaderName, token } = await leadership.read();
  state.leader = leader;
  state.leaderName = leaderName;
  state.leaderToken = token;
  const outcome = await desk.handle(assessment, leader === true, signal);
  state.openIncidentId = outcome.openIncidentId;
  state.incidentsOpened += outcome.opened;
  state.plansProposed += outcome.proposed;
  return [...problems, ...outcome.problems];
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
