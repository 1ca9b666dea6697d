import { runTask } from './run-task.ts';
import type { AnalysisPool } from './tasks.ts';

/** Runs tasks on the caller's own thread: for tests and for runtimes without threads. Blocks while a task runs. */
export function createInProcessPool(): AnalysisPool {
  return {
    run: async (name, input, signal) => {
      signal?.throwIfAborted();
      return runTask(name, input);
    },
    close: async () => undefined,
  };
}
