import { Worker } from 'node:worker_threads';
import { BackendError } from '../errors.ts';
import { describeThrown, type Log } from '../grpc/hclog.ts';
import {
  type ForecastJobInputs,
  type ForecastJobName,
  type ForecastJobOutputs,
  ForecastJobs,
} from './forecast-jobs.ts';
import { FORECAST_WORKER, type ForecastMessage, type ForecastReply } from './forecast-thread.ts';

/** A job may wait behind all others: nobody waits for it. */
export interface JobOptions {
  readonly background?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Runs forecast jobs, off the event loop where a process serves calls. */
export interface ForecastRunner {
  /** @throws BackendError `CAUSEWAY_WORKER_FAILED`; the reason of the signal when it aborts first */
  run<Name extends ForecastJobName>(
    name: Name,
    input: ForecastJobInputs[Name],
    options?: JobOptions
  ): Promise<ForecastJobOutputs[Name]>;
  close(): Promise<void>;
}

const JOB_LIMIT_MS = 120_000;
const MAX_QUEUE = 5000;
const MAX_HEAP_MB = 256;

/** Runs jobs on the caller's own thread: for tests and for runtimes without threads. Blocks while a job runs. */
export function createInProcessRunner(jobs: ForecastJobs = new ForecastJobs(() => undefined)): ForecastRunner {
  return {
    run: async (name, input, options) => {
      options?.signal?.throwIfAborted();
      return jobs.run(name, input);
    },
    close: async () => undefined,
  };
}

interface Job {
  readonly message: ForecastMessage;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A thread of its own for forecasts, so that a backtest of seconds delays no verdict. It starts with the first job; one
 * that dies or hangs fails its job and is replaced. Jobs in the background run when no other waits.
 */
export class ForecastThread implements ForecastRunner {
  private readonly options: { readonly file: string; readonly log: Log };
  private readonly queues: { readonly urgent: Job[]; readonly background: Job[] } = { urgent: [], background: [] };
  private worker: Worker | undefined;
  private current: Job | undefined;
  private timer: NodeJS.Timeout | undefined;
  private nextId = 1;
  private closed = false;

  /** @param options.file file that serves jobs when started with `workerData` `FORECAST_WORKER` */
  constructor(options: { readonly file: string; readonly log: Log }) {
    this.options = options;
  }

  run<Name extends ForecastJobName>(
    name: Name,
    input: ForecastJobInputs[Name],
    { background = false, signal }: JobOptions = {}
  ): Promise<ForecastJobOutputs[Name]> {
    return new Promise<unknown>((resolve, reject) => {
      signal?.throwIfAborted();
      const queue = background ? this.queues.background : this.queues.urgent;
      if (this.closed || queue.length >= MAX_QUEUE) {
        throw new BackendError('CAUSEWAY_WORKER_FAILED', 'The forecast thread takes no more work.');
      }
      const job: Job = { message: { id: this.nextId, name, input }, resolve, reject };
      this.nextId += 1;
      queue.push(job);
      signal?.addEventListener('abort', () => this.abandon(queue, job, signal), { once: true });
      this.dispatch();
    }) as Promise<ForecastJobOutputs[Name]>;
  }

  async close(): Promise<void> {
    this.closed = true;
    const waiting = [...this.queues.urgent.splice(0), ...this.queues.background.splice(0)];
    waiting.forEach((job) => job.reject(new BackendError('CAUSEWAY_WORKER_FAILED', 'The backend stops.')));
    await this.worker?.terminate();
  }

  /** A waiting job is dropped; a running one runs on and its answer is ignored. */
  private abandon(queue: Job[], job: Job, signal: AbortSignal): void {
    const at = queue.indexOf(job);
    if (at >= 0) {
      queue.splice(at, 1);
    }
    job.reject(signal.reason);
  }

  private dispatch(): void {
    const job = this.current ? undefined : (this.queues.urgent.shift() ?? this.queues.background.shift());
    if (job) {
      this.worker ??= this.start();
      this.current = job;
      this.timer = setTimeout(() => this.fail('took too long'), JOB_LIMIT_MS);
      this.timer.unref();
      this.worker.postMessage(job.message);
    }
  }

  private start(): Worker {
    const worker = new Worker(this.options.file, {
      workerData: FORECAST_WORKER,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.unref();
    const guard =
      <Args extends readonly unknown[]>(act: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.worker === worker) {
          act(...args);
        }
      };
    worker.on('message', guard((reply: ForecastReply) => this.settle(reply))); // prettier-ignore
    worker.on('error', guard((error: unknown) => this.fail(describeThrown(error)))); // prettier-ignore
    worker.on('exit', guard(() => this.fail('ended'))); // prettier-ignore
    return worker;
  }

  private settle(reply: ForecastReply): void {
    if ('missing' in reply) {
      this.options.log('warn', 'MSTL cannot be loaded; forecasts go on with two of three models', {
        error: reply.missing,
      });
      return;
    }
    const job = this.current;
    clearTimeout(this.timer);
    this.current = undefined;
    if ('error' in reply) {
      this.options.log('error', 'forecast job failed', { job: job?.message.name ?? '', error: reply.error });
      job?.reject(new BackendError('CAUSEWAY_WORKER_FAILED', `The ${job.message.name} job failed.`));
    } else {
      job?.resolve(reply.output);
    }
    this.dispatch();
  }

  private fail(why: string): void {
    const job = this.current;
    clearTimeout(this.timer);
    void this.worker?.terminate();
    this.worker = undefined;
    this.current = undefined;
    job?.reject(new BackendError('CAUSEWAY_WORKER_FAILED', `The forecast thread ${why}.`));
    if (!this.closed) {
      this.options.log('error', 'forecast thread replaced', { why, job: job?.message.name ?? '' });
      this.dispatch();
    }
  }
}
