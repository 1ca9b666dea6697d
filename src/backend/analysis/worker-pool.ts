import { type ChildProcess, fork } from 'node:child_process';
import { BackendError } from '../errors.ts';
import type { Log } from '../grpc/hclog.ts';
import type { AnalysisPool, TaskInputs, TaskName, TaskOutputs } from './tasks.ts';
import { ANALYSIS_ENVIRONMENT, type TaskMessage, type TaskReply } from './worker-thread.ts';

/** A task that takes longer is taken as hung; its process is replaced. */
const TASK_LIMIT_MS = 60_000;
const MAX_QUEUE = 2000;
/** A process without work ends after this: its memory is given back. */
const IDLE_MS = 10_000;
/** Tasks that nobody waits for: they give way to all others. */
const PATIENT: ReadonlySet<TaskName> = new Set<TaskName>(['rebuild']);
/** Old-space limit of one process. */
const MAX_HEAP_MB = 512;
/** A small new space: readings die young, and memory once taken is not given back soon. */
const SEMI_SPACE_MB = 8;

interface Job {
  readonly message: TaskMessage;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

interface Slot {
  readonly worker: ChildProcess;
  job: Job | undefined;
  /** Of the task, or while there is none of the time without work. */
  timer: NodeJS.Timeout | undefined;
}

/** What the pool needs. */
export interface WorkerPoolOptions {
  /** File that serves tasks when started with `ANALYSIS_ENVIRONMENT`. */
  readonly file: string;
  readonly log: Log;
  /** Processes at most; they start when first needed. */
  readonly size: number;
  /** A process without work ends after this; 10 s when missing. */
  readonly idleMs?: number;
}

/**
 * A pool of processes for analysis. One that dies fails its task and is replaced; one without work ends. They are
 * processes, not threads: what a rebuild allocates would stay with the process of the plugin after its thread.
 */
export function createWorkerPool(options: WorkerPoolOptions): AnalysisPool {
  const pool = new WorkerPool(options);
  return {
    run: <Name extends TaskName>(name: Name, input: TaskInputs[Name], signal?: AbortSignal) =>
      pool.run(name, input, signal) as Promise<TaskOutputs[Name]>,
    close: () => pool.close(),
  };
}

class WorkerPool {
  private readonly options: WorkerPoolOptions;
  private readonly slots: Slot[] = [];
  private readonly queue: Job[] = [];
  private nextId = 1;
  private closed = false;

  constructor(options: WorkerPoolOptions) {
    this.options = options;
  }

  run(name: TaskName, input: TaskInputs[TaskName], signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      if (this.closed || this.queue.length >= MAX_QUEUE) {
        reject(new BackendError('CAUSEWAY_WORKER_FAILED', 'The analysis processes take no more work.'));
        return;
      }
      const abandon = (): void => this.abandon(job);
      // The signal often outlives the task by far: it must not hold on to what the task was given.
      const release = (): void => signal?.removeEventListener('abort', abandon);
      const job: Job = {
        message: { id: this.nextId, name, input },
        resolve: (output) => {
          release();
          resolve(output);
        },
        reject: (error) => {
          release();
          reject(error as Error);
        },
        signal,
      };
      this.nextId += 1;
      signal?.addEventListener('abort', abandon, { once: true });
      this.enqueue(job);
      this.dispatch();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.queue.splice(0)) {
      job.reject(new BackendError('CAUSEWAY_WORKER_FAILED', 'The backend stops.'));
    }
    for (const { worker } of this.slots) {
      worker.kill('SIGKILL');
    }
  }

  /** Rebuilds have time; everything else is waited for. */
  private enqueue(job: Job): void {
    const patient = this.queue.findIndex(({ message }) => PATIENT.has(message.name));
    const at = PATIENT.has(job.message.name) || patient === -1 ? this.queue.length : patient;
    this.queue.splice(at, 0, job);
  }

  /** A queued task is dropped; a running one runs on and its answer is ignored. */
  private abandon(job: Job): void {
    const at = this.queue.indexOf(job);
    if (at !== -1) {
      this.queue.splice(at, 1);
    }
    job.reject(job.signal?.reason);
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      const slot = this.slots.find((candidate) => !candidate.job) ?? this.addSlot();
      const job = slot && this.queue.shift();
      if (!slot || !job) {
        return;
      }
      clearTimeout(slot.timer);
      slot.job = job;
      slot.timer = setTimeout(() => this.replace(slot, `took longer than ${TASK_LIMIT_MS / 1000} s`), TASK_LIMIT_MS);
      slot.timer.unref();
      slot.worker.send(job.message, (error) => error && this.replace(slot, 'cannot be reached'));
    }
  }

  private addSlot(): Slot | undefined {
    if (this.slots.length >= this.options.size) {
      return undefined;
    }
    const worker = fork(this.options.file, [], {
      env: ANALYSIS_ENVIRONMENT,
      execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`, `--max-semi-space-size=${SEMI_SPACE_MB}`],
      serialization: 'advanced',
      // The output of the plugin is its handshake.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    worker.unref();
    worker.channel?.unref();
    const slot: Slot = { worker, job: undefined, timer: undefined };
    worker.on('message', (reply: TaskReply) => this.settle(slot, reply));
    worker.on('error', (error) => this.replace(slot, error.message));
    worker.on('exit', () => this.replace(slot, 'ended'));
    this.slots.push(slot);
    return slot;
  }

  private settle(slot: Slot, reply: TaskReply): void {
    const job = slot.job;
    clearTimeout(slot.timer);
    slot.job = undefined;
    if (job && reply.id === job.message.id) {
      if (reply.ok) {
        job.resolve(reply.output);
      } else {
        this.options.log('error', 'analysis task failed', { task: job.message.name, error: reply.error });
        job.reject(new BackendError('CAUSEWAY_WORKER_FAILED', `The ${job.message.name} task failed.`));
      }
    }
    this.dispatch();
    if (!slot.job) {
      slot.timer = setTimeout(() => this.retire(slot), this.options.idleMs ?? IDLE_MS);
      slot.timer.unref();
    }
  }

  private retire(slot: Slot): void {
    const at = this.slots.indexOf(slot);
    if (at !== -1 && !slot.job) {
      this.slots.splice(at, 1);
      slot.worker.kill('SIGKILL');
    }
  }

  private replace(slot: Slot, why: string): void {
    const at = this.slots.indexOf(slot);
    if (at === -1) {
      return;
    }
    this.slots.splice(at, 1);
    clearTimeout(slot.timer);
    slot.worker.kill('SIGKILL');
    slot.job?.reject(new BackendError('CAUSEWAY_WORKER_FAILED', `The analysis process ${why}.`));
    if (!this.closed) {
      this.options.log('error', 'analysis process replaced', { why, task: slot.job?.message.name ?? '' });
      this.dispatch();
    }
  }
}
