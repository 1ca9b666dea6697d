import type { SourceProblem } from '#contracts';
import type { DataGap, EpochMs, LogAnomaly, LogPattern, TimeWindow } from '#model';
import { fetchLogWindow, type LogWindow, type LokiClient } from '#telemetry';
import { toProblem } from '../problems.ts';
import { SingleRun } from './single-run.ts';
import { LOG_BIN_SECONDS, ServiceWatch, type LogLevel } from './service-watch.ts';
import { RecentAnomalies } from './recent-anomalies.ts';
import { WatchedSpans } from './watched-spans.ts';

/** What the log watch of a datasource knows. Unknown is a state: it is never a level of 0. */
export interface LogWatch {
  /** Reads what was logged since the last tick and judges it; concurrent calls share one read. Rejects with the signal's reason only. */
  tick(atMs: EpochMs, signal: AbortSignal): Promise<void>;
  /** Anomalies of the last day, in order of time. */
  anomalies(): readonly LogAnomaly[];
  /** Templates, of one service or of all, most recent first. */
  patterns(service?: string): readonly LogPattern[];
  /** The newest verdict per service at an instant, by name. */
  levels(atMs: EpochMs): readonly LogLevel[];
  readonly state: LogWatchState;
}

/** How the watch itself is doing. */
export interface LogWatchState {
  /** End of what was read; null before the first tick. */
  readonly readUntilMs: EpochMs | null;
  /** Services that were only sampled in the last read, and other holes. */
  readonly gaps: readonly DataGap[];
  readonly problems: readonly SourceProblem[];
}

/** Settings of {@link createLogWatch}. */
export interface LogWatchConfig {
  readonly loki: Pick<LokiClient, 'queryLines' | 'queryRange'>;
  readonly namespace?: string | undefined;
  /** History to begin with; at most a day is read. */
  readonly historyMinutes: number;
}

const BIN_MS = LOG_BIN_SECONDS * 1000;
const DAY_MS = 86_400_000;
/** Lines of the last seconds may not have arrived yet. */
const SETTLE_MS = 5000;
/** After a failure or a pause, at most so much is read again; what is older was not watched. */
const MAX_CATCH_UP_MS = 30 * 60_000;
const HISTORY_SLICE_MS = 30 * 60_000;
const HISTORY_LINES = 100_000;
const HISTORY_SECONDS = 60;
const TICK_LINES = 20_000;
const MAX_SERVICES = 500;

/**
 * Watches the logs of one datasource: reads new lines of all services at each tick, mines and judges them per service. It begins with the
 * last day, or with the configured history where that is shorter, sampled. Half of that, at most a day, is the burn-in.
 */
export function createLogWatch(config: LogWatchConfig): LogWatch {
  return new LokiLogWatch(config);
}

class LokiLogWatch implements LogWatch {
  private readonly config: LogWatchConfig;
  private readonly historyMs: number;
  private readonly services = new Map<string, ServiceWatch>();
  private spans = new WatchedSpans();
  private readonly recent = new RecentAnomalies();
  private readonly run = new SingleRun();
  private readUntilMs: EpochMs | undefined;
  private isCaughtUp = false;
  private gaps: readonly DataGap[] = [];
  private problems: readonly SourceProblem[] = [];

  constructor(config: LogWatchConfig) {
    this.config = config;
    this.historyMs = Math.min(DAY_MS, Math.max(2 * BIN_MS, config.historyMinutes * 60_000));
  }

  get state(): LogWatchState {
    return { readUntilMs: this.readUntilMs ?? null, gaps: this.gaps, problems: this.problems };
  }

  tick(atMs: EpochMs, signal: AbortSignal): Promise<void> {
    return this.run.join(signal, (shared) => this.advance(atMs, shared));
  }

  anomalies(): readonly LogAnomaly[] {
    return this.recent.list([...this.services.values()].flatMap((service) => service.current()));
  }

  patterns(service?: string): readonly LogPattern[] {
    const wanted = service === undefined ? [...this.services.values()] : [this.services.get(service)];
    return wanted.flatMap((watch) => watch?.patterns() ?? []).sort((a, b) => b.lastSeenMs - a.lastSeenMs);
  }

  levels(atMs: EpochMs): readonly LogLevel[] {
    const isStale = atMs - (this.readUntilMs ?? -Infinity) > SETTLE_MS + 2 * BIN_MS;
    return [...this.services.values()]
      .map((watch): LogLevel => {
        const level = isStale ? undefined : watch.levelAt(atMs);
        const why = this.problems.length > 0 ? 'source-error' : 'no-data';
        return level ?? { service: watch.service, atMs, score: null, why };
      })
      .sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  private async advance(atMs: EpochMs, signal: AbortSignal): Promise<void> {
    const endMs = Math.floor((atMs - SETTLE_MS) / 1000) * 1000;
    if (this.readUntilMs !== undefined && endMs < this.readUntilMs - BIN_MS) {
      this.restart();
    }
    try {
      await (this.isCaughtUp ? this.readOn(endMs, signal) : this.readHistory(endMs, signal));
      this.problems = [];
    } catch (error) {
      if (!signal.aborted) {
        this.problems = [toProblem('loki', error)];
      }
    }
  }

  /** The clock went back: what is known belongs to another time. */
  private restart(): void {
    this.services.clear();
    this.spans = new WatchedSpans();
    this.readUntilMs = undefined;
    this.isCaughtUp = false;
  }

  /** Reads history slice by slice; what does not fit into one tick is read in the next one. */
  private async readHistory(endMs: EpochMs, signal: AbortSignal): Promise<void> {
    const maxLines = Math.floor((HISTORY_LINES * HISTORY_SLICE_MS) / this.historyMs);
    const endsAt = performance.now() + 1000 * HISTORY_SECONDS;
    let fromMs = this.readUntilMs ?? Math.ceil((endMs - this.historyMs) / BIN_MS) * BIN_MS;
    while (fromMs < endMs && performance.now() < endsAt) {
      const toMs = Math.min(endMs, fromMs + HISTORY_SLICE_MS);
      this.take(await this.fetch({ fromMs, toMs }, maxLines, signal));
      fromMs = toMs;
    }
    this.isCaughtUp = fromMs >= endMs;
  }

  private async readOn(endMs: EpochMs, signal: AbortSignal): Promise<void> {
    const last = this.readUntilMs ?? endMs;
    const fromMs = Math.max(last, endMs - MAX_CATCH_UP_MS);
    if (fromMs > last) {
      this.stepAll({ fromMs: last, toMs: fromMs }, false, undefined);
    }
    if (endMs > fromMs) {
      this.take(await this.fetch({ fromMs, toMs: endMs }, TICK_LINES, signal));
    }
  }

  private fetch(window: TimeWindow, maxLines: number, signal: AbortSignal): Promise<LogWindow> {
    const { loki, namespace } = this.config;
    return fetchLogWindow(loki, window, { namespace, maxLines, signal });
  }

  private take(read: LogWindow): void {
    for (const { service } of read.services) {
      this.meet(service);
    }
    this.stepAll(read.window, this.spans.judge(read.window, read.services.length === 0), read);
    const left = read.services.filter(({ service }) => !this.services.has(service));
    const reason = `more than ${MAX_SERVICES} services log; the others are not watched.`;
    this.gaps = [...read.gaps, ...(left.length > 0 ? [{ source: 'loki:lines', reason }] : [])];
  }

  /** A service that speaks for the first time was silent as long as we watched. */
  private meet(service: string): void {
    if (this.services.has(service) || this.services.size >= MAX_SERVICES) {
      return;
    }
    const watch = new ServiceWatch(service, Math.min(DAY_MS, this.historyMs / 2) / 1000);
    this.spans.list().forEach((span) => watch.step(span, [], 0));
    this.services.set(service, watch);
  }

  private stepAll(window: TimeWindow, watched: boolean, read: LogWindow | undefined): void {
    const span = { ...window, watched };
    const logs = new Map(read?.services.map((log) => [log.service, log]));
    const found = [...this.services].flatMap(([name, service]) => {
      const log = logs.get(name);
      return service.step(span, log?.lines ?? [], log?.total ?? 0);
    });
    this.recent.add(found, window.toMs);
    this.spans.add(span);
    this.readUntilMs = window.toMs;
  }
}
