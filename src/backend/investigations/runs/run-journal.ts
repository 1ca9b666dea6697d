import type { DataGap } from '#model';
import { describeThrown, type Log } from '../../grpc/hclog.ts';
import { ExecutorRefusal } from '../../executor/executor-client.ts';
import type { RunLedger } from '../../executor/run-ledger.ts';
import { toFailure } from '../../errors.ts';
import type { LiveRun } from './live-run.ts';

/** Real times: the ledger is reached over a network. */
const WRITE_MS = 400;
const RETRY_MS = 3000;
/** An unchanged run is touched so often, so that others see that somebody works on it. */
const TOUCH_MS = 4000;
const CALL_MS = 15_000;
/** What one call carries: below what the executor takes. */
const BATCH_EVENTS = 200;
const BATCH_BYTES = 220_000;

/** Where a run stands in the ledger. */
interface Entry {
  readonly run: LiveRun;
  /** Whether the ledger knows the run. */
  opened: boolean;
  /** Last event that the ledger has. */
  sent: number;
  /** Whether nothing is left to write. */
  closed: boolean;
  touchedMs: number;
}

/** What the journal needs. `ledger` is asked anew each time: settings change. */
export interface JournalOptions {
  readonly ledger: () => RunLedger | undefined;
  readonly log: Log;
  /** Told when the ledger turned out to have another run for the same question. */
  readonly onSame: (run: LiveRun) => void;
}

/**
 * Writes runs to the ledger behind their backs: in batches, in order, again where a call was lost. While the ledger is
 * away runs go on and are kept in memory.
 */
export class RunJournal {
  private readonly options: JournalOptions;
  private readonly entries = new Map<string, Entry>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private failure: DataGap | null = null;

  constructor(options: JournalOptions) {
    this.options = options;
  }

  /** Why the ledger lacks something that is known here; null when it lacks nothing. */
  get problem(): DataGap | null {
    return this.failure;
  }

  /**
   * Follows a run until everything of it is written.
   * @param sent  events that the ledger has; missing when it does not know the run yet
   */
  add(run: LiveRun, sent?: number): void {
    const touchedMs = performance.now();
    this.entries.set(run.id, { run, opened: sent !== undefined, sent: sent ?? 0, closed: false, touchedMs });
    this.schedule(0);
  }

  /** Whether something of a run is not written yet. */
  isPending(id: string): boolean {
    return this.entries.has(id);
  }

  forget(id: string): void {
    this.entries.delete(id);
  }

  /** Writes what there is, at most once at a time. Never throws. */
  write(): Promise<void> {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  close(): void {
    clearTimeout(this.timer);
    this.entries.clear();
  }

  private schedule(afterMs: number): void {
    if (this.timer === undefined && this.entries.size > 0) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        void this.write().then(() => this.schedule(this.failure ? RETRY_MS : WRITE_MS));
      }, afterMs);
      this.timer.unref();
    }
  }

  private async writeAll(): Promise<void> {
    const ledger = this.options.ledger();
    if (!ledger) {
      this.entries.clear();
      this.failure = null;
      return;
    }
    for (const entry of this.entries.values()) {
      try {
        await this.writeOne(ledger, entry);
        this.failure = null;
      } catch (error) {
        await this.handle(ledger, entry, error);
      }
      if (entry.closed) {
        this.entries.delete(entry.run.id);
      }
    }
  }

  private async writeOne(ledger: RunLedger, entry: Entry): Promise<void> {
    const { run } = entry;
    if (!entry.opened && !(await this.open(ledger, entry))) {
      return;
    }
    for (let batch = nextBatch(entry); batch.length > 0; batch = nextBatch(entry)) {
      entry.sent = await ledger.append(run.id, batch, AbortSignal.timeout(CALL_MS));
      entry.touchedMs = performance.now();
    }
    if (run.isOver) {
      const { status, reason, verdict, decision, cause, cost } = run.record;
      if (status !== 'running') {
        const end = { status, reason, verdict, decision, cause, cost, lastSeq: entry.sent };
        await ledger.finish(run.id, end, AbortSignal.timeout(CALL_MS));
      }
      entry.closed = true;
    } else if (performance.now() - entry.touchedMs >= TOUCH_MS) {
      await ledger.append(run.id, [], AbortSignal.timeout(CALL_MS));
      entry.touchedMs = performance.now();
    }
  }

  private async open(ledger: RunLedger, entry: Entry): Promise<boolean> {
    const { id, fingerprint, startsAtMs, request, origin, startedBy, incidentId } = entry.run.record;
    const start = { id, fingerprint, startsAtMs, request, origin, startedBy, incidentId };
    const kept = await ledger.start(start, AbortSignal.timeout(CALL_MS));
    if (kept.id !== id) {
      entry.closed = true;
      this.options.onSame(entry.run);
      return false;
    }
    entry.opened = true;
    return true;
  }

  /** A person may have ended the run, or another backend may have taken it over: the ledger is right. */
  private async handle(ledger: RunLedger, entry: Entry, error: unknown): Promise<void> {
    const { run } = entry;
    const refusal = error instanceof ExecutorRefusal ? error.refusal : '';
    const { code, message } = toFailure(error);
    if (/_RUN_OVER$|_RUN_SEQUENCE$|_NOT_FOUND$/.test(refusal)) {
      entry.closed = true;
      await this.yieldTo(ledger, run, message);
      return;
    }
    const lasting = /_RUN_TOO_LARGE$|_INVALID_REQUEST$|_BODY_TOO_LARGE$/.test(refusal);
    if (lasting) {
      entry.closed = true;
      await giveUp(ledger, entry, message);
    }
    const reason = lasting
      ? `A run could not be kept in the ledger (${code}: ${message}). It is in memory until the backend stops.`
      : `The ledger cannot be written (${code}: ${message}). Runs are kept in memory until it can.`;
    if (this.failure === null || lasting) {
      this.options.log('warn', 'a run was not written', { run: run.id, code, error: describeThrown(error) });
    }
    this.failure = { source: 'executor', reason };
  }

  private async yieldTo(ledger: RunLedger, run: LiveRun, why: string): Promise<void> {
    try {
      const { feedback: _feedback, ...record } = await ledger.find(run.id, AbortSignal.timeout(CALL_MS));
      if (record.status === 'running') {
        this.options.onSame(run);
      } else {
        run.replace(record);
      }
    } catch {
      run.end({ status: 'failed', reason: why.slice(0, 1000), verdict: null, decision: null, cause: null });
    }
    this.options.log('info', 'a run ended elsewhere', { run: run.id, reason: why });
  }
}

function nextBatch({ run, sent }: Entry): LiveRun['events'] {
  const waiting = run.events.slice(sent, sent + BATCH_EVENTS);
  let bytes = 0;
  const fits = waiting.findIndex((event) => (bytes += Buffer.byteLength(JSON.stringify(event))) > BATCH_BYTES);
  return fits === -1 ? waiting : waiting.slice(0, Math.max(1, fits));
}

/** Ends a run that the ledger does not take on, so that nobody goes on with it. */
async function giveUp(ledger: RunLedger, { run, opened, sent }: Entry, why: string): Promise<void> {
  if (opened) {
    const reason = `Not kept in full: ${why}`.slice(0, 1000);
    const end = { status: 'failed', reason, verdict: null, decision: null, cause: null, cost: null } as const;
    await ledger.finish(run.id, { ...end, lastSeq: sent }, AbortSignal.timeout(CALL_MS)).catch(() => undefined);
  }
}
