import type { ExecutorContext } from '../context.ts';
import { describeError } from '../log.ts';
import type { DurableEngine } from './durable-engine.ts';
import { runSaga } from '../saga/run-saga.ts';

/** {@link DurableEngine} over the ledger of this process: each execution once at a time. */
export function ledgerEngine(context: ExecutorContext): DurableEngine {
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
