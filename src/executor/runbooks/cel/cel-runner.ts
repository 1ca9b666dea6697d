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
  /** `cel-thread.ts`, or a bundle of it. */
  readonly file: string;
  /** Time that the thread may compute for one expression. Default 50. */
  readonly deadlineMs?: number;
  /** For one expression by the clock on the wall, and for starting the thread. Default 10 000. */
  readonly patienceMs?: number;
}

const MAX_QUEUE = 1000;
/** Far more than any expression within the limits needs: a thread whose heap is full can take the process with it. */
const MAX_HEAP_MB = 256;

interface Pending {
  readonly job: CelJob;
  readonly settle: (reply: CelReply | undefined, reason: string) => void;
}

/**
 * One thread. An expression for which it computes longer than the deadline ends the thread. What counts is the time that the
 * thread was running: a busy machine that keeps it waiting makes no expression fail.
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

  constructor({ file, deadlineMs = 50, patienceMs = 10_000 }: CelThreadOptions) {
    this.options = { file, deadlineMs, patienceMs };
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
      const pending: Pending = { job, settle: (reply, reason) => resolve([reply, reason]) };
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
      this.current = this.queue.shift();
      void this.run(this.worker, this.current);
    }
  }

  private async run(worker: Worker, pending: Pending | undefined): Promise<void> {
    const before = await this.cpuOf(worker);
    if (this.worker === worker && pending && this.current === pending) {
      worker.postMessage(pending.job);
      this.watch(worker, pending, before, performance.now());
    }
  }

  private watch(worker: Worker, pending: Pending, before: number, startedMs: number): void {
    const { deadlineMs, patienceMs } = this.options;
    const look = (): void => void this.look(worker, pending, before, startedMs);
    this.timer = setTimeout(look, Math.min(deadlineMs, patienceMs));
  }

  private async look(worker: Worker, pending: Pending, before: number, startedMs: number): Promise<void> {
    const { deadlineMs, patienceMs } = this.options;
    const usedMs = (await this.cpuOf(worker)) - before;
    // The event loop may be late itself: an answer that has arrived meanwhile is taken.
    await new Promise(setImmediate);
    if (this.worker !== worker || this.current !== pending) {
      return;
    }
    if (usedMs >= deadlineMs) {
      this.fail(`it takes more than ${deadlineMs} ms`);
    } else if (performance.now() - startedMs >= patienceMs) {
      this.fail(`it has no answer after ${patienceMs} ms`);
    } else {
      this.watch(worker, pending, before, startedMs);
    }
  }

  /** Milliseconds that a thread has been running. */
  private async cpuOf(worker: Worker): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<number>((resolve) => {
      timer = setTimeout(() => resolve(Number.POSITIVE_INFINITY), this.options.patienceMs);
    });
    // Missing before Node 24.6: there only patience counts.
    const usage = Promise.resolve()
      .then(() => worker.cpuUsage())
      .then(
        ({ user, system }) => (user + system) / 1000,
        () => Number.POSITIVE_INFINITY
      );
    const used = await Promise.race([usage, patience]);
    clearTimeout(timer);
    return used;
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
    this.timer = setTimeout(() => this.fail('the thread for expressions does not start'), this.options.patienceMs);
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

  private disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private fail(reason: string): void {
    this.disarm();
    void this.drop();
    const failed = this.current ?? this.queue.shift();
    this.current = undefined;
    failed?.settle(undefined, reason);
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
