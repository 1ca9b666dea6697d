import { buildServiceGraph, settlingWindows, type SettlingWindow } from '#engine';
import type { ChangeEvent, DataGap, EpochMs, ServiceGraph, TimeWindow } from '#model';
import { type Clock, fetchChangeEvents, TelemetryError } from '#telemetry';
import type { Upstreams } from '../upstreams/upstreams.ts';
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
/** After a failure it is tried again after this long, on the datasource's clock. */
const RETRY_MS = 60_000;
/** A rollout that began this long before a range may still reach into it. */
const LEAD_MS = 30 * 60_000;
const NOTHING: RolloutAnswer = { windows: [], gaps: [] };

/**
 * The rollouts of one datasource, from the announced changes. What cannot be read is a gap, never an error: without
 * announcements a rollout that disturbs is trouble like any other.
 *
 * Who is disturbed is taken from the calls of now: after a restart an old rollout may reach other services than before.
 */
export class RolloutSource {
  private readonly options: {
    readonly upstreams: Pick<Upstreams, 'loki'>;
    readonly signals: Pick<SignalSource, 'readEdges'>;
    readonly namespace: string | undefined;
    readonly stepSeconds: number;
    /** How far back rollouts are remembered. */
    readonly keepMs: number;
    readonly clock: Clock;
  };
  private changes: readonly ChangeEvent[] = [];
  private readMs = -Infinity;
  private retryMs = -Infinity;
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
      this.changes = [];
      this.readMs = -Infinity;
      this.retryMs = -Infinity;
    }
    if (this.options.upstreams.loki && nowMs > this.readMs && nowMs >= this.retryMs) {
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
    const read = await this.read(range, signal);
    return { windows: await this.toWindows(read.changes ?? [], toMs, stepSeconds, signal), gaps: read.gaps };
  }

  private async renew(nowMs: EpochMs, signal: AbortSignal | undefined): Promise<void> {
    const { keepMs, stepSeconds } = this.options;
    const keepFromMs = nowMs - keepMs;
    const fromMs = Math.max(keepFromMs, this.readMs - OVERLAP_MS);
    const { changes, gaps } = await this.read({ fromMs, toMs: nowMs + 1 }, signal);
    if (changes === undefined) {
      this.retryMs = nowMs + RETRY_MS;
    } else {
      this.changes = [...this.changes.filter(({ atMs }) => atMs >= keepFromMs && atMs < fromMs), ...changes];
      this.readMs = nowMs;
    }
    this.answer = { windows: await this.toWindows(this.changes, nowMs, stepSeconds, signal), gaps };
  }

  private async read(
    window: TimeWindow,
    signal: AbortSignal | undefined
  ): Promise<{ readonly changes?: readonly ChangeEvent[]; readonly gaps: readonly DataGap[] }> {
    const { upstreams, namespace } = this.options;
    if (!upstreams.loki) {
      return { changes: [], gaps: [] };
    }
    const limit = AbortSignal.timeout(READ_LIMIT_MS);
    try {
      return await fetchChangeEvents(upstreams.loki, window, {
        namespace,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TelemetryError)) {
        throw error;
      }
      return { gaps: [{ source: 'loki:change-events', reason: `${error.code}: ${error.message}` }] };
    }
  }

  /** Without a graph a rollout disturbs its own service only. */
  private async toWindows(
    changes: readonly ChangeEvent[],
    atMs: EpochMs,
    stepSeconds: number,
    signal: AbortSignal | undefined
  ): Promise<readonly SettlingWindow[]> {
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
