import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BenchError } from '../packs/bench-error.ts';

/** What a worker answers. */
export type TaskAnswer = { readonly result: unknown } | { readonly error: { readonly message: string } };

/** How to run tasks. */
export interface TaskPoolOptions {
  /** Default: as many as there are cores. */
  readonly workers?: number;
  readonly onDone?: (done: number, total: number) => void;
}

/**
 * Runs tasks in worker threads. The results come in the order of the tasks, whatever order they end in.
 * @param script module that calls `serveTasks`
 * @throws BenchError with the message of the first task that failed; the others are given up
 */
export async function runTasks<Task, Result>(
  script: URL,
  tasks: readonly Task[],
  options: TaskPoolOptions = {}
): Promise<readonly Result[]> {
  const count = Math.min(options.workers ?? availableParallelism(), tasks.length);
  const workers = Array.from({ length: count }, () => new Worker(script));
  const results = new Array<Result>(tasks.length);
  let next = 0;
  let done = 0;
  const drain = async (worker: Worker): Promise<void> => {
    for (let index = next; index < tasks.length; index = next) {
      next += 1;
      results[index] = (await ask(worker, tasks[index])) as Result;
      done += 1;
      options.onDone?.(done, tasks.length);
    }
  };
  try {
    await Promise.all(workers.map(drain));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}

function ask(worker: Worker, task: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (answer: TaskAnswer): void =>
      settle(() => ('error' in answer ? reject(new BenchError(answer.error.message)) : resolve(answer.result)));
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void => settle(() => reject(new Error(`A worker ended with ${code}.`)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(task);
  });
}
