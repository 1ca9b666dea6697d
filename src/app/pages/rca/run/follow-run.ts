import type { RunEvent, RunRecord } from '#contracts';
import type { DataGap } from '#model';
import type { Problem } from '#ui';
import type { RunClient } from '../../../api/run-client.ts';
import { ApiError, isCancelled, toProblem } from '../../../errors.ts';

/** How the page hears of a run now. `retrying` says why nothing came. */
export type RunConnection =
  { readonly kind: 'stream' } | { readonly kind: 'polling' } | { readonly kind: 'retrying'; readonly problem: Problem };

/** What is told of a run while it is followed. */
export interface RunListener {
  readonly onEvents: (events: readonly RunEvent[]) => void;
  readonly onRun: (run: RunRecord) => void;
  readonly onWaiting: (ahead: number) => void;
  readonly onProblem: (problem: DataGap) => void;
  readonly onConnection: (connection: RunConnection) => void;
}

/** Times of the followers, real ms. */
export interface FollowTimes {
  readonly retryMs: number;
  readonly pollMs: number;
  readonly mostRetryMs: number;
}

const TIMES: FollowTimes = { retryMs: 500, pollMs: 1500, mostRetryMs: 10_000 };
/** After so many streams in a row that told nothing, the events are polled for. */
const EMPTY_STREAMS = 2;

/**
 * Tells every event of a run once and in order, until it is over. A stream that is cut is attached again after the last
 * number; where streams do not come through, the events are polled for. Goes on trying while the backend is away.
 * @throws ApiError when the run is not there or may not be read; AbortError when `signal` fires
 */
export async function followRun(
  client: Pick<RunClient, 'stream' | 'events'>,
  id: string,
  listener: RunListener,
  signal: AbortSignal,
  times: FollowTimes = TIMES
): Promise<void> {
  let after = 0;
  const onEvents = (events: readonly RunEvent[]): void => {
    const fresh = events.filter(({ seq }) => seq > after);
    after = fresh.at(-1)?.seq ?? after;
    if (fresh.length > 0) {
      listener.onEvents(fresh);
    }
  };
  const progress = { ...listener, onEvents };
  let empty = 0;
  while (empty < EMPTY_STREAMS) {
    const before = after;
    if (await streamOnce(client, id, after, progress, signal)) {
      return;
    }
    empty = after > before ? 0 : empty + 1;
    await pause(times.retryMs, signal);
  }
  listener.onConnection({ kind: 'polling' });
  let failures = 0;
  for (;;) {
    try {
      const { run, events, more } = await client.events(id, after, signal);
      failures = 0;
      listener.onConnection({ kind: 'polling' });
      onEvents(events);
      if (run.status !== 'running' && !more) {
        listener.onRun(run);
        return;
      }
      await pause(more ? 0 : times.pollMs, signal);
    } catch (error) {
      throwIfFinal(error, signal);
      failures += 1;
      listener.onConnection({ kind: 'retrying', problem: toProblem(error) });
      await pause(Math.min(times.mostRetryMs, times.pollMs * 2 ** Math.min(failures, 10)), signal);
    }
  }
}

/** @returns whether the run is over */
async function streamOnce(
  client: Pick<RunClient, 'stream'>,
  id: string,
  after: number,
  listener: RunListener,
  signal: AbortSignal
): Promise<boolean> {
  let over = false;
  try {
    await client.stream(
      id,
      after,
      (line) => {
        listener.onConnection({ kind: 'stream' });
        switch (line.kind) {
          case 'event':
            return listener.onEvents([line.event]);
          case 'waiting':
            return listener.onWaiting(line.ahead);
          case 'problem':
            return listener.onProblem(line.problem);
          case 'run':
            over = true;
            return listener.onRun(line.run);
        }
      },
      signal
    );
  } catch (error) {
    throwIfFinal(error, signal);
    if (!over) {
      listener.onConnection({ kind: 'retrying', problem: toProblem(error) });
    }
  }
  return over;
}

/** What asking again would not change. */
function throwIfFinal(error: unknown, signal: AbortSignal): void {
  const status = error instanceof ApiError ? error.status : undefined;
  if (
    signal.aborted ||
    isCancelled(error) ||
    (status !== undefined && status >= 400 && status < 500 && status !== 429)
  ) {
    throw error;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException('Nobody follows the run any more.', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) {
      stop();
    }
    signal.addEventListener('abort', stop, { once: true });
  });
}
