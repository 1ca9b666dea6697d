import { type AnnouncedChange, buildServiceGraph, mergeChanges, settlingWindows, type SettlingWindow } from '#engine';
import type { DataGap, EpochMs, ServiceGraph, TimeWindow } from '#model';
import { type Clock } from '#telemetry';
import type { Announcements, ChangeSource } from '../changes/change-source.ts';
import type { SignalSource } from './signal-source.ts';

/** Rollouts that may disturb services, and what could not be read. */
export interface RolloutAnswer {
  readonly windows: readonly SettlingWindow[];
  readonly gaps: readonly DataGap[];
}

/** Announcements may be stored late: the newest stretch is read again. */
const OVERLAP_MS = 5 * 60_000;
/** A judgement does not wait longer for announcements. */
const READ_LIMIT_MS = 3000;
/** After a failure it is tried again after so long on the datasource's clock. */
const RETRY_MS = 60_000;
/** The same in real time, whichever comes first: a simulated world may stand still. */
const REAL_RETRY_MS = 15_000;
/** A rollout that began this long before a range may still reach into it. */
const LEAD_MS = 30 * 60_000;
const NOTHING: RolloutAnswer = { windows: [], gaps: [] };

/**
 * The rollouts of one datasource, from the changes of all sources. What cannot be read is a gap, never an error: without
 * announcements a rollout that disturbs is trouble like any other.
 *
 * Who is disturbed is taken from the calls of now: after a restart an old rollout may reach other services than before.
 */
export class RolloutSource {
  private readonly options: {
    readonly changes: Pick<ChangeSource, 'readAnnouncements'>;
    readonly signals: Pick<SignalSource, 'readEdges'>;
    readonly stepSeconds: number;
    /** How far back rollouts are remembered. */
    readonly keepMs: number;
    readonly clock: Clock;
    /** Milliseconds that really passed, from any start. */
    readonly realMs?: () => number;
  };
  private announced: readonly AnnouncedChange[] = [];
  private readMs = -Infinity;
  private retry = { clockMs: -Infinity, realMs: -Infinity };
  private reading: Promise<void> | undefined;
  private answer = NOTHING;

  constructor(options: RolloutSource['options']) {
    this.options = options;
  }

  /** Rollouts up to now, as of the last successful read. */
  async current(signal?: AbortSignal): Promise<RolloutAnswer> {
    const nowMs = this.options.clock.now();
    if (nowMs < this.readMs) {
      // The clock went back, as when a simulated world starts again.
      this.announced = [];
      this.readMs = -Infinity;
      this.retry = { clockMs: -Infinity, realMs: -Infinity };
    }
    // A reading that began earlier, which this call joins, does not know of now.
    while (nowMs > this.readMs && this.mayRead(nowMs)) {
      this.reading ??= this.renew(nowMs, signal).finally(() => {
        this.reading = undefined;
      });
      await this.reading;
    }
    return this.answer;
  }

  /** Rollouts that may disturb a range of the past. */
  async during({ fromMs, toMs }: TimeWindow, stepSeconds: number, signal?: AbortSignal): Promise<RolloutAnswer> {
    const range = { fromMs: Math.max(0, fromMs - LEAD_MS), toMs };
    const { announced, gaps } = await this.read(range, signal);
    return { windows: await this.toWindows(announced, toMs, stepSeconds, signal), gaps };
  }

  private async renew(nowMs: EpochMs, signal: AbortSignal | undefined): Promise<void> {
    const { keepMs, stepSeconds } = this.options;
    const keepFromMs = nowMs - keepMs;
    const fromMs = Math.max(keepFromMs, this.readMs - OVERLAP_MS);
    const { announced, failed, gaps } = await this.read({ fromMs, toMs: nowMs + 1 }, signal);
    // What a source that is away announced before stays known.
    const kept = this.announced.filter(
      ({ atMs, source }) => atMs >= keepFromMs && (atMs < fromMs || failed.has(source))
    );
    this.announced = [...kept, ...announced];
    if (failed.size > 0) {
      this.retry = { clockMs: nowMs + RETRY_MS, realMs: this.realMs() + REAL_RETRY_MS };
    } else {
      this.readMs = nowMs;
    }
    this.answer = { windows: await this.toWindows(this.announced, nowMs, stepSeconds, signal), gaps };
  }

  private mayRead(nowMs: EpochMs): boolean {
    return nowMs >= this.retry.clockMs || this.realMs() >= this.retry.realMs;
  }

  private realMs(): number {
    return (this.options.realMs ?? (() => performance.now()))();
  }

  private read(window: TimeWindow, signal: AbortSignal | undefined): Promise<Announcements> {
    const limit = AbortSignal.timeout(READ_LIMIT_MS);
    return this.options.changes.readAnnouncements(window, signal, limit);
  }

  /** Without a graph a rollout disturbs its own service only. */
  private async toWindows(
    announced: readonly AnnouncedChange[],
    atMs: EpochMs,
    stepSeconds: number,
    signal: AbortSignal | undefined
  ): Promise<readonly SettlingWindow[]> {
    const changes = mergeChanges(announced);
    if (changes.length === 0) {
      return [];
    }
    const calls = await this.options.signals.readEdges(atMs, signal).catch(() => undefined);
    signal?.throwIfAborted();
    const graph = calls ? buildServiceGraph(calls.edges, calls.nodes, atMs) : NO_GRAPH;
    return settlingWindows(changes, graph, stepSeconds);
  }
}

const NO_GRAPH: ServiceGraph = { nodes: [], edges: [], generatedAtMs: 0 };
