import { setTimeout as delay } from 'node:timers/promises';
import type { RunEventsAnswer, RunStreamLine } from '#contracts';
import { BackendError } from '../../errors.ts';
import { ExecutorRefusal } from '../../executor/executor-client.ts';
import type { RunLedger } from '../../executor/run-ledger.ts';
import type { LiveRun } from './live-run.ts';
import type { RunKeeper } from './run-keeper.ts';

/** Between two looks at a run of another backend, real time. */
const POLL_MS = 1000;
/** After so many looks without change watchers are told that nobody works on it. */
const IDLE_POLLS = 30;
const PAGE = 200;

/** Where runs are found: in memory, else in the ledger. */
export interface RunSources {
  readonly keeper: Pick<RunKeeper, 'find' | 'ahead' | 'problem'>;
  readonly ledger: RunLedger | undefined;
}

/**
 * Events of a run after a number, as far as they are there.
 * @throws BackendError CAUSEWAY_NOT_FOUND, or why the ledger cannot be read
 */
export async function readEvents(
  { keeper, ledger }: RunSources,
  id: string,
  after: number,
  signal: AbortSignal
): Promise<RunEventsAnswer> {
  const live = keeper.find(id);
  if (live) {
    const events = live.events.slice(after, after + PAGE);
    return { run: live.record, events, more: after + events.length < live.events.length };
  }
  return fromLedger(ledger, (it) => it.events(id, after, signal));
}

/**
 * Reads from the ledger.
 * @throws BackendError CAUSEWAY_NOT_FOUND where it does not know the run
 */
export async function fromLedger<T>(
  ledger: RunLedger | undefined,
  read: (ledger: RunLedger) => Promise<T>
): Promise<T> {
  const remedy = 'Look at the list of runs; old ones are dropped after a time.';
  const missing = (cause?: unknown) =>
    new BackendError('CAUSEWAY_NOT_FOUND', 'There is no such run.', { cause, remedy });
  if (!ledger) {
    throw missing();
  }
  try {
    return await read(ledger);
  } catch (error) {
    throw error instanceof ExecutorRefusal && error.refusal.endsWith('_NOT_FOUND') ? missing(error) : error;
  }
}

/**
 * Lines of a run from after a number to its end, whoever works on it: what is stored, then what happens. Ends early, without
 * the last line, when the signal aborts.
 * @throws as {@link readEvents}, before the first line only
 */
export async function* followRun(
  sources: RunSources,
  id: string,
  after: number,
  signal: AbortSignal
): AsyncGenerator<RunStreamLine> {
  let at = after;
  let idle = 0;
  let revision = -1;
  while (!signal.aborted) {
    const live = sources.keeper.find(id);
    if (live) {
      at = yield* followLive(sources, live, at, signal);
      if (live.isOver) {
        return;
      }
      continue;
    }
    const { run, events, more } = await readEvents(sources, id, at, signal);
    for (const event of events) {
      yield { kind: 'event', event };
      at = event.seq;
    }
    if (more) {
      continue;
    }
    if (run.status !== 'running') {
      yield { kind: 'run', run };
      return;
    }
    idle = run.revision === revision ? idle + 1 : 0;
    revision = run.revision;
    if (idle === IDLE_POLLS) {
      const reason = 'Nobody works on this run; a backend that leads goes on with it.';
      yield { kind: 'problem', problem: { source: 'backend', reason } };
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns number of the last event that was given */
async function* followLive(
  { keeper }: RunSources,
  live: LiveRun,
  after: number,
  signal: AbortSignal
): AsyncGenerator<RunStreamLine, number> {
  let at = after;
  let waiting = 0;
  let problem = '';
  while (!signal.aborted && keeper.find(live.id) === live) {
    for (const event of live.events.slice(at)) {
      yield { kind: 'event', event };
      at = event.seq;
    }
    const ahead = keeper.ahead(live.id);
    if (ahead !== waiting) {
      waiting = ahead;
      yield { kind: 'waiting', ahead };
    }
    if (keeper.problem && keeper.problem.reason !== problem) {
      problem = keeper.problem.reason;
      yield { kind: 'problem', problem: keeper.problem };
    }
    if (live.events.length > at) {
      continue;
    }
    if (live.isOver) {
      yield { kind: 'run', run: live.record };
      break;
    }
    await live.next(signal);
  }
  return at;
}
