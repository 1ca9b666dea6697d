import { describeThrown } from '../grpc/hclog.ts';
import { runTask } from './run-task.ts';
import type { TaskInputs, TaskName } from './tasks.ts';

const MARK = 'CAUSEWAY_ANALYSIS_WORKER';

/** Environment that marks a process of the analysis pool: it runs the same file as the plugin. */
export const ANALYSIS_ENVIRONMENT: Readonly<Record<string, string>> = { [MARK]: '1' };

/** One task for a worker. */
export interface TaskMessage {
  readonly id: number;
  readonly name: TaskName;
  readonly input: TaskInputs[TaskName];
}

/** Answer of a worker. */
export type TaskReply =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string };

/** Whether this process belongs to the pool. */
export function isAnalysisWorker(): boolean {
  return process.env[MARK] === '1' && process.send !== undefined;
}

/** Serves tasks until the pool ends the process, or is gone itself. */
export function serveAnalysisWorker(): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: TaskMessage) => {
    process.send?.(answer(message));
  });
}

function answer({ id, name, input }: TaskMessage): TaskReply {
  try {
    return { id, ok: true, output: runTask(name, input) };
  } catch (error) {
    return { id, ok: false, error: describeThrown(error) };
  }
}
