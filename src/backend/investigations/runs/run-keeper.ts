import { createHash } from 'node:crypto';
import type { RunRecord, RunRequest, StartedRun } from '#contracts';
import type { DataGap, EpochMs } from '#model';
import type { Datasource } from '../../datasource/datasource.ts';
import { BackendError, toFailure } from '../../errors.ts';
import { describeThrown, type Log } from '../../grpc/hclog.ts';
import type { investigate } from '../investigate.ts';
import { LiveRun, type RunEnd } from './live-run.ts';
import { OrphanWatch } from './orphan-watch.ts';
import { performRun, type RunInvestigator } from './perform-run.ts';
import { RunJournal } from './run-journal.ts';
import { newRunId } from './run-id.ts';

const MAX_WAITING = 20;
/** Runs that are over and written stay in memory so long and so many: watchers read their end from here. */
const KEEP_MS = 120_000;
const KEEP_RUNS = 10;
/** Runs that are over and not written: the oldest go first when there are more. */
const KEEP_UNWRITTEN = 30;
const SWEEP_MS = 5000;
/** The first write decides whether the question was asked before; the person does not wait longer for it. */
const START_MS = 3000;

/** What to start. */
export interface RunStart {
  readonly request: RunRequest;
  readonly origin: RunRecord['origin'];
  readonly startedBy: string;
  readonly incidentId: string | null;
  /** Of the question, where there is no incident. */
  readonly fingerprint?: string;
  readonly startsAtMs?: EpochMs;
  /** Beside the run of the same question that is there. */
  readonly again?: boolean;
}

/** What a keeper works with beside its datasource. */
export interface KeeperOptions {
  readonly log: Log;
  /** Whether runs that nobody works on are this backend's to go on with. */
  readonly leads: () => boolean;
  readonly investigator?: RunInvestigator | undefined;
  /** Told once of every run that ended here. */
  readonly onEnd?: (run: RunRecord) => void;
  /** Of the engine when missing. */
  readonly analyse?: typeof investigate;
  /** Real milliseconds that a run may stand still before the leader takes it. */
  readonly orphanMs?: number;
  readonly sweepMs?: number;
}

/** Does runs whoever watches: a few at a time, each within its time, written to the ledger as they go. */
export class RunKeeper {
  private datasource: Datasource;
  private readonly options: KeeperOptions;
  private readonly live = new Map<string, LiveRun>();
  private readonly endedMs = new Map<string, number>();
  private readonly waitingMs = new Map<string, number>();
  private readonly queue: LiveRun[] = [];
  private readonly starting = new Map<string, Promise<StartedRun>>();
  private readonly journal: RunJournal;
  private readonly orphans: OrphanWatch;
  private readonly timer: NodeJS.Timeout;
  private readonly closing = new AbortController();
  private running = 0;
  private sweeping = false;

  constructor(datasource: Datasource, options: KeeperOptions) {
    this.datasource = datasource;
    this.options = options;
    const ledger = () => this.datasource.upstreams.runs;
    this.journal = new RunJournal({ ledger, log: options.log, onSame: (run) => this.release(run) });
    this.orphans = new OrphanWatch(options.orphanMs);
    this.timer = setInterval(() => void this.sweep(), options.sweepMs ?? SWEEP_MS);
    this.timer.unref();
  }

  /** The same datasource with other settings; runs that have begun end with those they began with. */
  follow(datasource: Datasource): void {
    this.datasource = datasource;
  }

  /** A run that this backend has in memory. */
  find(id: string): LiveRun | undefined {
    return this.live.get(id);
  }

  /** Runs in memory, newest first. */
  list(): readonly RunRecord[] {
    return [...this.live.values()].map(({ record }) => record).toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** How many go before a run; 0 when it does not wait. */
  ahead(id: string): number {
    return this.queue.findIndex((run) => run.id === id) + 1;
  }

  /** Whether the ledger does not have all of a run yet. */
  isUnwritten(id: string): boolean {
    return this.journal.isPending(id);
  }

  /** What the ledger lacks. */
  get problem(): DataGap | null {
    return this.journal.problem;
  }

  /**
   * Starts a run, or answers the one of the same question.
   * @throws BackendError CAUSEWAY_TOO_MANY_ANALYSES
   */
  start(start: RunStart): Promise<StartedRun> {
    const id = newRunId(Date.now());
    const fingerprint = start.fingerprint ?? fingerprintOf(start.request, start.again ? id : '');
    const startsAtMs = Math.round(start.startsAtMs ?? start.request.window.fromMs);
    const key = `${fingerprint}@${startsAtMs}`;
    const pending = this.starting.get(key);
    if (pending) {
      return pending.then((started) => ({ ...started, created: false }));
    }
    const now = Math.round(this.datasource.clock.now());
    const record = toRecord({ ...start, fingerprint, startsAtMs }, id, now);
    const begun = this.startOnce(record).finally(() => this.starting.delete(key));
    this.starting.set(key, begun);
    return begun;
  }

  private async startOnce(record: RunRecord): Promise<StartedRun> {
    const same = [...this.live.values()].find((run) => isSame(run.record, record));
    if (same) {
      return { run: same.record, created: false, waiting: this.ahead(same.id) };
    }
    if (this.queue.length >= MAX_WAITING) {
      throw new BackendError('CAUSEWAY_TOO_MANY_ANALYSES', `${this.queue.length} investigations wait.`);
    }
    const { kept, opened } = await this.open(record);
    if (kept.id !== record.id) {
      const run = this.live.get(kept.id)?.record ?? kept;
      return { run, created: false, waiting: this.ahead(kept.id) };
    }
    const run = new LiveRun({ ...record, incidentId: kept.incidentId }, () => this.datasource.clock.now());
    this.enqueue(run);
    this.journal.add(run, opened ? 0 : undefined);
    return { run: run.record, created: true, waiting: this.ahead(run.id) };
  }

  /** Asks the ledger; while it is away the run begins without it. */
  private async open(record: RunRecord): Promise<{ readonly kept: RunRecord; readonly opened: boolean }> {
    const { id, fingerprint, startsAtMs, request, origin, startedBy, incidentId } = record;
    const ledger = this.datasource.upstreams.runs;
    if (!ledger) {
      return { kept: record, opened: false };
    }
    try {
      const start = { id, fingerprint, startsAtMs, request, origin, startedBy, incidentId };
      return { kept: await ledger.start(start, AbortSignal.timeout(START_MS)), opened: true };
    } catch (error) {
      if (error instanceof BackendError && error.code === 'CAUSEWAY_EXECUTOR_REFUSED') {
        throw error;
      }
      this.options.log('warn', 'a run begins without the ledger', { run: id, error: describeThrown(error) });
      return { kept: record, opened: false };
    }
  }

  private enqueue(run: LiveRun): void {
    this.live.set(run.id, run);
    this.queue.push(run);
    if (this.running >= this.datasource.settings.investigations.concurrent) {
      const text = `${this.queue.length} in line`;
      run.emit({ type: 'step', step: 'queue', phase: 'began', ms: null, text });
      this.waitingMs.set(run.id, performance.now());
    }
    this.pump();
  }

  private pump(): void {
    while (this.running < this.datasource.settings.investigations.concurrent) {
      const run = this.queue.shift();
      if (!run) {
        break;
      }
      if (!run.isOver) {
        this.running += 1;
        void this.perform(run).finally(() => {
          this.running -= 1;
          this.pump();
        });
      }
    }
    this.queue.forEach((run) => run.tell());
  }

  private async perform(run: LiveRun): Promise<void> {
    const { datasource } = this;
    const { seconds } = datasource.settings.investigations;
    const stop = AbortSignal.any([run.abort.signal, this.closing.signal]);
    const budget = AbortSignal.timeout(seconds * 1000);
    const waitedMs = this.waitingMs.get(run.id);
    if (waitedMs !== undefined && this.waitingMs.delete(run.id)) {
      const ms = Math.round(performance.now() - waitedMs);
      run.emit({ type: 'step', step: 'queue', phase: 'ended', ms, text: '' });
    }
    try {
      const end = await performRun(run, {
        datasource,
        signal: AbortSignal.any([stop, budget]),
        modelSignal: AbortSignal.any([stop, AbortSignal.timeout((seconds + modelSeconds(datasource)) * 1000)]),
        investigator: this.options.investigator,
        ...(this.options.analyse ? { analyse: this.options.analyse } : {}),
      });
      run.end(end);
    } catch (error) {
      if (this.closing.signal.aborted || run.isOver) {
        return;
      }
      this.fail(run, error, budget.aborted ? seconds : undefined);
    } finally {
      this.endedMs.set(run.id, performance.now());
      if (run.isOver) {
        this.options.onEnd?.(run.record);
      }
    }
  }

  private fail(run: LiveRun, error: unknown, limitSeconds: number | undefined): void {
    const failure =
      limitSeconds === undefined
        ? toFailure(error)
        : new BackendError('CAUSEWAY_DEADLINE', `The investigation took longer than ${limitSeconds} s.`);
    const { code, message, remedy } = failure;
    this.options.log('warn', 'investigation failed', { run: run.id, code, error: describeThrown(error) });
    run.emit({ type: 'error', code, message, remedy });
    run.end(ended('failed', `${code}: ${message}`));
  }

  /**
   * Ends a run of this backend.
   * @returns false when it is not here, or over
   */
  cancel(id: string, by: string): boolean {
    const run = this.live.get(id);
    if (!run || run.isOver) {
      return false;
    }
    const at = this.queue.indexOf(run);
    if (at >= 0) {
      this.queue.splice(at, 1);
      this.waitingMs.delete(id);
    }
    run.end(ended('cancelled', `Cancelled by ${by}.`));
    this.endedMs.set(id, performance.now());
    if (at >= 0) {
      this.options.onEnd?.(run.record);
    }
    void this.journal.write();
    return true;
  }

  /** Another run answers the question, or another backend works on this one: watchers read on from the ledger. */
  private release(run: LiveRun): void {
    this.live.delete(run.id);
    run.abort.abort(new DOMException('the run goes on elsewhere', 'AbortError'));
    run.tell();
  }

  /** Forgets what is over, and goes on with what nobody works on. Never throws. */
  private async sweep(): Promise<void> {
    this.dropEnded();
    const ledger = this.datasource.upstreams.runs;
    if (!ledger || !this.options.leads()) {
      this.orphans.clear();
      return;
    }
    if (this.sweeping) {
      return;
    }
    this.sweeping = true;
    try {
      const { items } = await ledger.list({ status: 'running', limit: 50 }, AbortSignal.timeout(SWEEP_MS));
      for (const record of this.orphans.find(items.filter(({ id }) => !this.live.has(id)))) {
        const { run, stored } = await this.orphans.adopt(ledger, record, () => this.datasource.clock.now());
        if (this.closing.signal.aborted || this.live.has(run.id)) {
          return;
        }
        this.journal.add(run, stored);
        if (run.isOver) {
          this.live.set(run.id, run);
          this.endedMs.set(run.id, performance.now());
        } else {
          this.enqueue(run);
        }
      }
    } catch (error) {
      this.options.log('debug', 'runs could not be looked through', { error: describeThrown(error) });
    } finally {
      this.sweeping = false;
    }
  }

  private dropEnded(): void {
    const over = [...this.live.values()].filter((run) => run.isOver);
    const written = over.filter((run) => !this.journal.isPending(run.id));
    const hasLedger = this.datasource.upstreams.runs !== undefined;
    const old = (run: LiveRun): boolean => performance.now() - (this.endedMs.get(run.id) ?? 0) > KEEP_MS;
    const drop = hasLedger
      ? written.filter((run, index) => old(run) || index < written.length - KEEP_RUNS)
      : over.slice(0, Math.max(0, over.length - KEEP_UNWRITTEN));
    const unwritten = hasLedger ? over.filter((run) => this.journal.isPending(run.id)) : [];
    const lost = unwritten.slice(0, Math.max(0, unwritten.length - KEEP_UNWRITTEN));
    for (const { id } of lost) {
      this.options.log('error', 'a run was lost: the ledger is away for too long', { run: id });
      this.journal.forget(id);
    }
    for (const { id } of [...drop, ...lost]) {
      this.live.delete(id);
      this.endedMs.delete(id);
    }
  }

  /** Stops all work; what runs is left to who comes next. */
  close(): void {
    clearInterval(this.timer);
    this.closing.abort(new DOMException('the backend stops', 'AbortError'));
    this.journal.close();
  }
}

function ended(status: 'failed' | 'cancelled', reason: string): RunEnd {
  return { status, reason: reason.slice(0, 1000), verdict: null, decision: null, cause: null };
}

function modelSeconds({ settings }: Datasource): number {
  return settings.llm.enabled ? settings.llm.investigation.seconds : 0;
}

function isSame({ fingerprint, startsAtMs, status }: RunRecord, other: RunRecord): boolean {
  return (
    fingerprint === other.fingerprint &&
    startsAtMs === other.startsAtMs &&
    (status === 'running' || status === 'finished')
  );
}

/** Equal for equal questions. */
function fingerprintOf({ service, symptom, window, onsetMs, depth }: RunRequest, salt: string): string {
  const parts = [service, symptom ?? '', window.fromMs, window.toMs, onsetMs ?? '', depth, salt];
  return `question:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

function toRecord(
  start: RunStart & { readonly fingerprint: string; readonly startsAtMs: EpochMs },
  id: string,
  createdMs: EpochMs
): RunRecord {
  const { fingerprint, startsAtMs, request, origin, startedBy, incidentId } = start;
  return {
    id,
    fingerprint,
    startsAtMs,
    request,
    origin,
    startedBy: startedBy.slice(0, 200),
    incidentId,
    status: 'running',
    reason: '',
    createdMs,
    finishedMs: null,
    verdict: null,
    decision: null,
    cause: null,
    cost: null,
    lastSeq: 0,
    revision: 0,
  };
}
