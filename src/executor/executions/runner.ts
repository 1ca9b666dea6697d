import type { ExecutorContext } from '../context.ts';
import { describeError } from '../log.ts';
import { runSaga } from '../saga/run-saga.ts';

/** Keeps executions going, each once at a time in this process. */
export interface ExecutionRunner {
  /** Starts every execution in the ledger that is not over and not running here: after approval, restart or a full disk. */
  resume(): Promise<void>;
  /** Stops waiting work and waits for effects in flight, at most as long as a platform call may take. */
  stop(): Promise<void>;
}

export function executionRunner(context: ExecutorContext): ExecutionRunner {
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const start = (id: string): void => {
    if (running.has(id) || stopping.signal.aborted) {
      return;
    }
    const task = runSaga(context, id, stopping.signal)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) {
          context.log.error('an execution was interrupted and will be resumed', { id, error: describeError(error) });
        }
      })
      .finally(() => running.delete(id));
    running.set(id, task);
  };
  return {
    async resume() {
      if (!context.audit.ok()) {
        return;
      }
      for (const { id } of await context.ledger.read.executions.active()) {
        start(id);
      }
    },
    async stop() {
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}
