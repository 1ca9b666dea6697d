import type { DataGap, EpochMs, Signal, TimeWindow } from '#model';
import { type Clock, fetchServiceEdges, type FeaturePlan, type ServiceEdgesAnswer } from '#telemetry';
import type { Upstreams } from '../upstreams/upstreams.ts';
import { readSignals, type SignalNeed, type SignalRead } from './read-signals.ts';
import { growSignals, type RollingSignals } from './rolling-signals.ts';
import { raceAbort, SharedWork } from './single-flight.ts';

/** Signals for a range, with the history before it that detectors warm up on. */
export interface SignalWindow {
  readonly signals: readonly Signal[];
  readonly gaps: readonly DataGap[];
  /** What the signals cover: warm-up included, future excluded. */
  readonly window: TimeWindow;
  readonly stepSeconds: number;
}

/** Step at which causes are looked for: as fine as the usual scrape interval. */
export const FINE_STEP_SECONDS = 15;

/** Newest steps that are read again: late samples still change them. */
const OVERLAP_STEPS = 4;
/**
 * The rolling window keeps this much beside the history, so that ranges of an hour have all of it before them, and the
 * newest fit, which is at most an hour and a quarter old, as well.
 */
const EXTRA_MS = 90 * 60_000;
/** A range is answered from the rolling window when at least this much history is left before it. */
const MIN_WARM_UP_MS = 60 * 60_000;
/** Longest history that is held in memory; of a longer one this much is enough for the newest hour. */
const MAX_ROLLING_MS = 12 * 60 * 60_000;
const LONG_HISTORY_ROLLING_MS = 3 * 60 * 60_000;
const MAX_POINTS = 4000;
const READ_LIMIT_MS = 60_000;
const KEEP_MS = 5000;
const EDGE_WINDOW_SECONDS = 300;

/**
 * Signals of one datasource. Holds one rolling window that ends at now and grows by small reads; ranges that it does
 * not cover are read directly. Reads are shared between callers; one that goes away does not stop the others.
 */
export class SignalSource {
  readonly stepSeconds: number;
  /** History before a range, where there is no reason for less. */
  readonly historyMs: number;
  private readonly upstreams: Pick<Upstreams, 'prometheus' | 'loki'>;
  private readonly namespace: string | undefined;
  private readonly stepMs: number;
  private readonly rollingMs: number;
  private readonly clock: Clock;
  private readonly features: (signal: AbortSignal) => Promise<FeaturePlan | undefined>;
  private readonly closing = new AbortController();
  private readonly direct = new SharedWork<SignalWindow>(3, KEEP_MS);
  private readonly edges = new SharedWork<ServiceEdgesAnswer>(8, KEEP_MS);
  private rolling: RollingSignals | undefined;
  private refreshing: Promise<RollingSignals> | undefined;

  constructor(options: {
    readonly upstreams: Pick<Upstreams, 'prometheus' | 'loki'>;
    readonly namespace: string | undefined;
    readonly historyMinutes: number;
    readonly collectSeconds: number;
    readonly clock: Clock;
    /** What discovery found for the feature vectors; nothing when missing. */
    readonly features?: (signal: AbortSignal) => Promise<FeaturePlan | undefined>;
  }) {
    this.features = options.features ?? (async () => undefined);
    this.upstreams = options.upstreams;
    this.namespace = options.namespace;
    this.stepSeconds = options.collectSeconds;
    this.stepMs = options.collectSeconds * 1000;
    this.historyMs = options.historyMinutes * 60_000;
    this.rollingMs = (this.historyMs <= MAX_ROLLING_MS ? this.historyMs : LONG_HISTORY_ROLLING_MS) + EXTRA_MS;
    this.clock = options.clock;
  }

  /**
   * Signals up to `toMs` with history before `fromMs`. What lies after now is not asked for.
   * @throws TelemetryError when Prometheus cannot be read
   */
  async read(fromMs: EpochMs, toMs: EpochMs, signal?: AbortSignal): Promise<SignalWindow> {
    const nowMs = this.clock.now();
    const endMs = this.alignUp(Math.min(toMs, nowMs) + 1);
    const keptFromMs = this.alignUp(nowMs) - this.rollingMs;
    const work =
      fromMs - MIN_WARM_UP_MS >= keptFromMs
        ? this.readRolling(endMs)
        : this.readDirect(fromMs, endMs, this.directGrid(endMs - fromMs, this.historyMs, this.stepSeconds));
    return raceAbort(work, signal);
  }

  /**
   * The same on a given grid and with a given stretch of history, for a replay of many series.
   * @throws TelemetryError when Prometheus cannot be read
   */
  async readPast(
    { fromMs, toMs }: TimeWindow,
    grid: { readonly stepSeconds: number; readonly historyMs: number; readonly need: SignalNeed },
    signal?: AbortSignal
  ): Promise<SignalWindow> {
    const stepMs = grid.stepSeconds * 1000;
    const endMs = Math.ceil((Math.min(toMs, this.clock.now()) + 1) / stepMs) * stepMs;
    return raceAbort(this.readDirect(fromMs, endMs, grid), signal);
  }

  /**
   * The same for the search of a cause, which needs a fine step more than a long history.
   * @throws TelemetryError when Prometheus cannot be read
   */
  async readFine(fromMs: EpochMs, toMs: EpochMs, historyMs: number, signal?: AbortSignal): Promise<SignalWindow> {
    if (this.stepSeconds <= FINE_STEP_SECONDS) {
      return this.read(fromMs, toMs, signal);
    }
    const stepMs = FINE_STEP_SECONDS * 1000;
    const endMs = Math.ceil((Math.min(toMs, this.clock.now()) + 1) / stepMs) * stepMs;
    const grid = this.directGrid(endMs - fromMs, historyMs, FINE_STEP_SECONDS);
    return raceAbort(this.readDirect(fromMs, endMs, grid), signal);
  }

  /**
   * One stretch as it is, without history before it and without keeping it: the caller walks through a long history
   * in stretches of a size that it can hold.
   * @throws TelemetryError when Prometheus cannot be read
   */
  async readStretch(
    window: TimeWindow,
    stepSeconds: number,
    signal?: AbortSignal,
    need: SignalNeed = 'all'
  ): Promise<SignalRead> {
    const limit = signal ? AbortSignal.any([signal, this.limit()]) : this.limit();
    const features = await this.features(limit);
    const { namespace } = this;
    return readSignals(this.upstreams, { window, stepSeconds, namespace, features, need, signal: limit });
  }

  /** Who calls whom in the five minutes before `atMs`. */
  async readEdges(atMs: EpochMs, signal?: AbortSignal): Promise<ServiceEdgesAnswer> {
    const endMs = Math.min(atMs, this.clock.now());
    const work = this.edges.get(String(Math.floor(endMs / this.stepMs)), () =>
      fetchServiceEdges(this.upstreams.prometheus, {
        atMs: endMs,
        windowSeconds: EDGE_WINDOW_SECONDS,
        signal: this.limit(),
      })
    );
    return raceAbort(work, signal);
  }

  /** Stops every read. */
  close(): void {
    this.closing.abort(new DOMException('the settings changed or the backend stops', 'AbortError'));
    this.rolling = undefined;
  }

  private limit(): AbortSignal {
    return AbortSignal.any([this.closing.signal, AbortSignal.timeout(READ_LIMIT_MS)]);
  }

  /** First instant of the grid at or after a time: a half-open window that ends there holds every step before. */
  private alignUp(ms: number): number {
    return Math.ceil(ms / this.stepMs) * this.stepMs;
  }

  private async readRolling(endMs: EpochMs): Promise<SignalWindow> {
    let rolling = await this.settled();
    while (!rolling || rolling.toMs < endMs || this.isBehind(rolling)) {
      this.refreshing ??= this.refresh(endMs).finally(() => {
        this.refreshing = undefined;
      });
      rolling = await this.refreshing;
    }
    const window = { fromMs: rolling.fromMs, toMs: Math.min(endMs, rolling.toMs) };
    return { signals: [...rolling.signals.values()], gaps: rolling.gaps, window, stepSeconds: this.stepSeconds };
  }

  private async settled(): Promise<RollingSignals | undefined> {
    await this.refreshing?.catch(() => undefined);
    return this.rolling;
  }

  /** The clock went back, as when a simulated world starts again: what is held belongs to another time. */
  private isBehind(rolling: RollingSignals): boolean {
    return rolling.toMs > this.alignUp(this.clock.now() + 1) + OVERLAP_STEPS * this.stepMs;
  }

  private async refresh(endMs: EpochMs): Promise<RollingSignals> {
    const known = this.rolling && !this.isBehind(this.rolling) ? this.rolling : undefined;
    const window = { fromMs: endMs - this.rollingMs, toMs: endMs };
    const limit = this.limit();
    this.rolling = await growSignals(known, window, OVERLAP_STEPS * this.stepMs, async (fromMs, base) =>
      readSignals(this.upstreams, {
        window: { fromMs, toMs: endMs },
        stepSeconds: this.stepSeconds,
        namespace: this.namespace,
        loggingServices: [...base.values()].flatMap(({ kind, service }) => (kind === 'log-errors' ? [service] : [])),
        features: await this.features(limit),
        signal: limit,
      })
    );
    return this.rolling;
  }

  private directGrid(lengthMs: number, historyMs: number, baseSeconds: number) {
    return { stepSeconds: chooseStepSeconds(lengthMs + historyMs, baseSeconds), historyMs, need: 'all' } as const;
  }

  private readDirect(
    fromMs: EpochMs,
    endMs: EpochMs,
    {
      historyMs,
      stepSeconds,
      need,
    }: { readonly historyMs: number; readonly stepSeconds: number; readonly need: SignalNeed }
  ): Promise<SignalWindow> {
    const stepMs = stepSeconds * 1000;
    const window = { fromMs: Math.floor((fromMs - historyMs) / stepMs) * stepMs, toMs: endMs };
    return this.direct.get(`${window.fromMs}/${window.toMs}/${stepSeconds}/${JSON.stringify(need)}`, async () => {
      const { signals, gaps } = await this.readStretch(window, stepSeconds, undefined, need);
      return { signals, gaps, window, stepSeconds };
    });
  }
}

/** A multiple of the base step that keeps a range within the points a detector can take. */
export function chooseStepSeconds(lengthMs: number, baseSeconds: number): number {
  return baseSeconds * Math.max(1, Math.ceil(lengthMs / (baseSeconds * 1000) / MAX_POINTS));
}
