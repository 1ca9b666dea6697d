import { isMainThread, parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { describeThrown } from '../grpc/hclog.ts';
import { runTask } from './run-task.ts';
import type { TaskInputs, TaskName, TaskOutputs } from './tasks.ts';
import { buffersOf } from './transferable.ts';

/** `workerData` that marks a thread of the analysis pool: the thread runs the same file as the process. */
export const ANALYSIS_WORKER = 'causeway-analysis-worker';

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

/** Whether this thread belongs to the pool. */
export function isAnalysisWorker(): boolean {
  return !isMainThread && workerData === ANALYSIS_WORKER;
}

/** Serves tasks until the pool ends the thread. */
export function serveAnalysisWorker(port: MessagePort | null = parentPort): void {
  port?.on('message', (message: TaskMessage) => {
    const reply = answer(message);
    port.postMessage(reply, handedOver(message.name, reply));
  });
}

function answer({ id, name, input }: TaskMessage): TaskReply {
  try {
    return { id, ok: true, output: runTask(name, input) };
  } catch (error) {
    return { id, ok: false, error: describeThrown(error) };
  }
}

/** A rebuilt state is made for the reply. */
function handedOver(name: TaskName, reply: TaskReply): ArrayBuffer[] {
  return name === 'rebuild' && reply.ok ? buffersOf((reply.output as TaskOutputs['rebuild']).services) : [];
}
