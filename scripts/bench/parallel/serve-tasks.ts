import { parentPort } from 'node:worker_threads';
import type { TaskAnswer } from './task-pool.ts';

/** Answers the tasks that `runTasks` sends to this worker, one at a time. */
export function serveTasks<Task>(run: (task: Task) => unknown): void {
  parentPort?.on('message', (task: Task) => {
    void answer(run, task).then((message) => parentPort?.postMessage(message));
  });
}

async function answer<Task>(run: (task: Task) => unknown, task: Task): Promise<TaskAnswer> {
  try {
    return { result: await run(task) };
  } catch (cause) {
    return { error: { message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) } };
  }
}
