import { Worker } from 'node:worker_threads';
import type { CelContext, CelOutcome, CelScope, CelVerdict } from './cel-expression.ts';
import { CEL_WORKER, type CelJob, type CelReply } from './cel-thread.ts';

/** Judges and computes expressions of runbooks where they cannot hold anything up. */
export interface CelRunner {
  /** Whether an expression is well-formed, within limits, well-typed and of type bool. */
  check(expression: string, scope: CelScope): Promise<CelVerdict>;
  /** True, false, or neither: an expression that fails or takes too long decides nothing. */
  evaluate(expression: string, scope: CelScope, context: CelContext): Promise<CelOutcome>;
  close(): Promise<void>;
}

export interface CelThreadOptions {
  /** File that loads `cel-thread.ts`; in the bundle the executor's own file. */
  readonly file: string;
  /** For one expression. Default 50. */
  readonly deadlineMs?: number;
  /** For starting the thread. Default 10 000. */
  readonly startMs?: number;
}

const MAX_QUEUE = 1000;
/** Far more than any expression within the limits needs: a thread whose heap is full can take the process with it. */
const MAX_HEAP_MB = 256;
const TRIES = 2;

interface Pending {
  readonly job: CelJob;
  readonly settle: (reply: CelReply | undefined, reason: string) => void;
  tries: number;
}

/**
 * One thread. An expression that is not done within its deadline ends the thread; it is tried once more in a
 * new one, since a busy machine can keep a thread waiting, and then given up.
 */
export class CelThread implements CelRunner {
  private readonly options: Required<CelThreadOptions>;
  private readonly queue: Pending[] = [];
  private worker: Worker | undefined;
  private isReady = false;
  private current: Pending | undefined;
  private timer: NodeJS.Timeout | undefined;
  private nextId = 1;
  private closed = false;

  constructor({ file, deadlineMs = 50, startMs = 10_000 }: CelThreadOptions) {
    this.options = { file, deadlineMs, startMs };
  }

  async check(expression: string, scope: CelScope): Promise<CelVerdict> {
    const [reply, reason] = await this.ask({ expression, scope });
    return reply && 'verdict' in reply ? reply.verdict : { ok: false, reason };
  }

  async evaluate(expression: string, scope: CelScope, context: CelContext): Promise<CelOutcome> {
    const [reply, reason] = await this.ask({ expression, scope, context });
    return reply && 'outcome' in reply ? reply.outcome : { kind: 'timeout', reason };
  }

  async close(): Promise<void> {
    this.closed = true;
    const waiting = this.current ? [this.current, ...this.queue.splice(0)] : this.queue.splice(0);
    this.current = undefined;
    waiting.forEach(({ settle }) => settle(undefined, 'the executor stops'));
    await this.drop();
  }

  private ask(question: Omit<CelJob, 'id'>): Promise<readonly [CelReply | undefined, string]> {
    return new Promise((resolve) => {
      const job = { id: this.nextId, ...question };
      this.nextId += 1;
      const pending: Pending = { job, tries: 0, settle: (reply, reason) => resolve([reply, reason]) };
      if (this.closed || this.queue.length >= MAX_QUEUE) {
        pending.settle(undefined, 'no more expressions are taken');
      } else {
        this.queue.push(pending);
        this.advance();
      }
    });
  }

  private advance(): void {
    if (this.current || this.queue.length === 0) {
      return;
    }
    if (!this.worker) {
      this.start();
    } else if (this.isReady) {
      const next = this.queue.shift();
      if (next) {
        this.current = next;
        next.tries += 1;
        this.worker.postMessage(next.job);
        this.arm(this.options.deadlineMs, `it takes more than ${this.options.deadlineMs} ms`);
      }
    }
  }

  private start(): void {
    const worker = new Worker(this.options.file, {
      workerData: CEL_WORKER,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      env: {},
    });
    worker.unref();
    this.worker = worker;
    const guard =
      <Args extends readonly unknown[]>(act: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.worker === worker) {
          act(...args);
        }
      };
    worker.on('message', guard((reply: CelReply) => this.receive(reply))); // prettier-ignore
    worker.on('error', guard(() => this.fail('it breaks the evaluator'))); // prettier-ignore
    worker.on('exit', guard(() => this.fail('its thread ended'))); // prettier-ignore
    this.arm(this.options.startMs, 'the thread for expressions does not start');
  }

  private receive(reply: CelReply): void {
    if ('ready' in reply) {
      this.disarm();
      this.isReady = true;
    } else if (reply.id === this.current?.job.id) {
      this.disarm();
      const { settle } = this.current;
      this.current = undefined;
      settle(reply, '');
    }
    this.advance();
  }

  /** The event loop may be late itself: an answer that has arrived meanwhile is taken before the timer counts. */
  private arm(afterMs: number, reason: string): void {
    this.disarm();
    const id = this.current?.job.id;
    this.timer = setTimeout(() => {
      setImmediate(() => {
        if (this.timer !== undefined && this.current?.job.id === id) {
          this.fail(reason);
        }
      });
    }, afterMs);
  }

  private disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private fail(reason: string): void {
    this.disarm();
    void this.drop();
    const failed = this.current ?? this.queue.shift();
    this.current = undefined;
    if (failed && failed.tries > 0 && failed.tries < TRIES && !this.closed) {
      this.queue.unshift(failed);
    } else {
      failed?.settle(undefined, reason);
    }
    this.advance();
  }

  private async drop(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    this.isReady = false;
    this.disarm();
    await worker?.terminate();
  }
}
