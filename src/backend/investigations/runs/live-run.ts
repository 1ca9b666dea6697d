import {
  type FinishRun,
  MAX_RUN_EVENTS,
  type RunCost,
  type RunEvent,
  type RunEventBody,
  runEventSchema,
  type RunRecord,
} from '#contracts';
import type { EpochMs } from '#model';
import { cut } from './report-events.ts';

/** Queries beyond these are counted, not kept: what comes after them must fit. */
const MAX_QUERY_EVENTS = 500;
const MAX_QUERY_CHARACTERS = 800_000;
/** Characters of a query event beside its text. */
const ENVELOPE = 200;

const NO_COST: RunCost = {
  queries: 0,
  rows: 0,
  bytes: 0,
  ms: 0,
  modelCalls: 0,
  tokensIn: 0,
  tokensOut: 0,
  money: null,
};

/** How a run ended. */
export type RunEnd = Pick<FinishRun, 'status' | 'reason' | 'verdict' | 'decision' | 'cause'>;

/** A run that this backend works on or has ended: its events in memory, and who wants to know of new ones. */
export class LiveRun {
  readonly abort = new AbortController();
  readonly events: RunEvent[];
  private current: RunRecord;
  private readonly now: () => EpochMs;
  private readonly listeners = new Set<() => void>();
  private readonly startedMs: number;
  private cost: RunCost = NO_COST;
  private queryEvents: number;
  private queryCharacters: number;
  private invalid = 0;

  /** @param events  those of an earlier process, which the run goes on from */
  constructor(record: RunRecord, now: () => EpochMs, events: readonly RunEvent[] = []) {
    this.current = record;
    this.now = now;
    this.events = [...events];
    const queries = events.flatMap((event) => (event.type === 'query' ? [event] : []));
    this.queryEvents = queries.length;
    this.queryCharacters = queries.reduce((sum, { text }) => sum + text.length + ENVELOPE, 0);
    this.startedMs = performance.now() - (events.at(-1)?.elapsedMs ?? 0);
  }

  get id(): string {
    return this.current.id;
  }

  get record(): RunRecord {
    return { ...this.current, lastSeq: this.events.length };
  }

  get isOver(): boolean {
    return this.current.status !== 'running';
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.startedMs);
  }

  /** Adds an event. What the contract does not allow is left out, and the run says so; after the end nothing is added. */
  emit(body: RunEventBody): void {
    if (this.isOver || this.count(body)) {
      return;
    }
    const seq = this.events.length + 1;
    const atMs = Math.max(0, Math.round(this.now()));
    const event = runEventSchema.safeParse({ ...body, seq, atMs, elapsedMs: this.elapsedMs });
    if (event.success && seq <= MAX_RUN_EVENTS) {
      this.events.push(event.data);
      this.tell();
    } else if (!event.success && (this.invalid += 1) === 1) {
      const text = cut(`A part of kind ${body.type} could not be kept: ${event.error.issues[0]?.message ?? ''}`, 1000);
      this.emit({ type: 'note', level: 'warning', text });
    }
  }

  /** @returns whether the event is only counted */
  private count(body: RunEventBody): boolean {
    if (body.type === 'cost') {
      const { modelCalls, tokensIn, tokensOut, money } = body.cost;
      this.cost = {
        ...this.cost,
        modelCalls: this.cost.modelCalls + modelCalls,
        tokensIn: this.cost.tokensIn + tokensIn,
        tokensOut: this.cost.tokensOut + tokensOut,
        money: money === null ? this.cost.money : (this.cost.money ?? 0) + money,
      };
      return true;
    }
    if (body.type !== 'query') {
      return false;
    }
    const { queries, rows, bytes } = this.cost;
    this.cost = { ...this.cost, queries: queries + 1, rows: rows + body.rows, bytes: bytes + body.bytes };
    this.queryEvents += 1;
    this.queryCharacters += body.text.length + ENVELOPE;
    return this.queryEvents > MAX_QUERY_EVENTS || this.queryCharacters > MAX_QUERY_CHARACTERS;
  }

  /** Ends it, once: the cost is its last event. */
  end(end: RunEnd): void {
    if (this.isOver) {
      return;
    }
    const cost = { ...this.cost, ms: this.elapsedMs };
    const seq = this.events.length + 1;
    if (seq <= MAX_RUN_EVENTS) {
      this.events.push({ type: 'cost', cost, seq, atMs: Math.max(0, Math.round(this.now())), elapsedMs: cost.ms });
    }
    this.current = { ...this.current, ...end, cost, finishedMs: Math.round(this.now()) };
    this.abort.abort(new DOMException('the run is over', 'AbortError'));
    this.tell();
  }

  /** Ends it as it ended elsewhere; what was not stored there is not part of it. */
  replace(record: RunRecord): void {
    this.events.splice(record.lastSeq);
    this.current = record;
    this.abort.abort(new DOMException('the run is over', 'AbortError'));
    this.tell();
  }

  /** Resolves at the next event or at the end; at once when the signal has aborted. */
  async next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.listeners.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** Wakes everybody who waits. */
  tell(): void {
    [...this.listeners].forEach((listener) => listener());
  }
}
