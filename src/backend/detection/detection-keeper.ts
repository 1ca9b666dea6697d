import type { DatasourceSettings } from '#contracts';
import { type SettlingWindow, trimOf } from '#engine';
import type { DataGap, EpochMs, Signal } from '#model';
import type { Clock } from '#telemetry';
import { packSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import type { KnownTimes } from '../datasource/known-times.ts';
import type { RolloutSource } from '../signals/rollout-source.ts';
import type { SignalSource, SignalWindow } from '../signals/signal-source.ts';
import { buildRuntime, type BuildRequest, type Rebaseline } from './build-runtime.ts';
import { DetectionMetrics } from './detection-metrics.ts';
import { DetectionRuntime, type SavedRuntime } from './detection-runtime.ts';
import { type FitPlan, planFits, planKey, withFit } from './fit-plan.ts';
import type { LstmModels } from './lstm-models.ts';
import {
  DRIFT_HISTORY_MS,
  DRIFT_STEP_SECONDS,
  driftExclusions,
  type DriftMeasure,
  type DriftScore,
  measureDrift,
} from './measure-drift.ts';
import { runtimeConfig, type RuntimeConfig } from './runtime-config.ts';
import { type SignalPoints, toPoints } from './signal-points.ts';
import { TierBook } from './tier-book.ts';
import { utcOffset } from './time-zone.ts';

/** The runtime of now, with what it was judged from. */
export interface CurrentDetection {
  readonly runtime: DetectionRuntime;
  readonly window: SignalWindow;
  readonly gaps: readonly DataGap[];
  /** Times in which rollouts may disturb services. */
  readonly settling: readonly SettlingWindow[];
}

/** What the keeper shows of itself. */
export interface DetectionStatus {
  /** Newest fit that is in force; null before the first. */
  readonly lastFitMs: EpochMs | null;
  readonly nextFitMs: EpochMs | null;
  /** Why the newest rebuild failed; undefined when it did not. */
  readonly problem: unknown;
  readonly rebuilds: number;
}

/** What the keeper needs. */
export interface DetectionKeeperOptions {
  readonly signals: SignalSource;
  readonly rollouts: RolloutSource;
  readonly clock: Clock;
  readonly pool: AnalysisPool;
  readonly settings: DatasourceSettings;
  readonly knownTimes: KnownTimes;
  /** Trained sequence models, where the settings switch them on. */
  readonly lstm?: LstmModels | undefined;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Two days of readings a minute apart; at most this many. */
export const KEEP_READINGS = 1440;
/** Readings at the start of a history that is cut off are not those of a longer one. */
const WARM_UP_MS = 60 * 60_000;
const CATCH_UP_ROUNDS = 3;
/** So many steps are judged on the way. */
const CATCH_UP_STEPS = 8;
const RETRY_MS = 5 * 60_000;
/** Clocks of one machine waver by less. */
const BACKWARDS_MS = 60_000;

/**
 * Keeps the detection state of one datasource. It is rebuilt from telemetry, in the worker, by a plan that depends on
 * nothing but the time and the telemetry; between two plans it is advanced by new points. A point is judged one step
 * late: by then its last samples have arrived, so that reading it again, after a restart, gives the same value.
 */
export class DetectionKeeper {
  readonly config: RuntimeConfig;
  readonly metrics = new DetectionMetrics();
  private readonly options: DetectionKeeperOptions;
  private readonly offset: (atMs: number) => number;
  private tiers: TierBook;
  private runtime: DetectionRuntime | undefined;
  private key = '';
  private plan: FitPlan | undefined;
  private first: Promise<void> | undefined;
  private building: Promise<void> | undefined;
  private dataFromMs: EpochMs | undefined;
  private failedMs = -Infinity;
  private problem: unknown;
  private requests = 0;
  private asked: Rebaseline | undefined;
  /** The fit that a person asked for; it holds until a planned one is newer. */
  private askedFitMs: EpochMs | undefined;
  private rebuilds = 0;
  /** The newest signals, for services that are put in force between two reads. */
  private recent: readonly Signal[] = [];
  private drifted: readonly DriftScore[] = [];
  private readonly closing = new AbortController();

  /** @throws RangeError for a time zone that the platform does not know */
  constructor(options: DetectionKeeperOptions) {
    this.options = options;
    this.config = toRuntimeConfig(options.settings, options.lstm);
    this.offset = utcOffset(this.config.timeZone);
    this.tiers = new TierBook(this.config.fullTierSeries);
  }

  get status(): DetectionStatus {
    return {
      lastFitMs: this.plan?.fits.at(-1) ?? null,
      nextFitMs: this.plan?.nextMs ?? null,
      problem: this.problem,
      rebuilds: this.rebuilds,
    };
  }

  /** How far the features moved, as of the newest fit; empty while that is not known. */
  get drift(): readonly DriftScore[] {
    return this.drifted;
  }

  /** The runtime as it is, without reading anything; undefined before the first judgement. */
  get newest(): DetectionRuntime | undefined {
    return this.runtime;
  }

  /** Services of the newest signals, judged or not, by name. */
  get seenServices(): readonly string[] {
    return [...new Set(this.recent.map(({ service }) => service))].sort();
  }

  /** The newest instant that is judged when the clock shows `nowMs`. */
  settledMs(nowMs: EpochMs): EpochMs {
    const stepMs = this.config.collectSeconds * 1000;
    return Math.floor((nowMs - stepMs) / stepMs) * stepMs;
  }

  /** Whether the recent readings cover an instant, with enough history before it or all the history that there is. */
  covers(atMs: EpochMs): boolean {
    if (this.runtime === undefined) {
      return false;
    }
    const { oldestMs, hasForgotten } = this.runtime.coverage;
    const fromMs = this.plan?.fromMs ?? -Infinity;
    const isCut = fromMs > (this.dataFromMs ?? fromMs);
    if (!isCut && !hasForgotten) {
      return true;
    }
    return atMs >= Math.max(hasForgotten ? oldestMs : -Infinity, isCut ? fromMs + WARM_UP_MS : -Infinity);
  }

  /** Asks for a fit on all that is judged by now, with everything learned anew; the reason is noted with it. */
  rebaseline(request: Rebaseline): void {
    const { collectSeconds, detectSeconds } = this.config;
    const judgedMs = this.settledMs(this.options.clock.now()) - collectSeconds * 1000;
    this.requests += 1;
    this.asked = request;
    this.askedFitMs = Math.floor(judgedMs / (detectSeconds * 1000)) * detectSeconds * 1000;
  }

  /**
   * Reads what is new and judges it.
   * @throws TelemetryError when Prometheus cannot be read
   */
  async current(): Promise<CurrentDetection> {
    const { signals, rollouts, clock } = this.options;
    const nowMs = clock.now();
    const [window, settling] = await Promise.all([signals.read(nowMs, nowMs), rollouts.current(this.closing.signal)]);
    const settledMs = Math.min(this.settledMs(nowMs), window.window.toMs - 1);
    this.recent = window.signals;
    this.forgetWhenBehind(settledMs);
    await this.learnSpan(window, nowMs);
    const request = { ...this.toRequest(nowMs, settledMs), settling: settling.windows };
    if (!this.runtime) {
      this.first ??= this.buildFirst(window, request).finally(() => {
        this.first = undefined;
      });
      await this.first;
    } else if (request.key !== this.key && !this.building && nowMs - this.failedMs >= RETRY_MS) {
      this.building = this.buildNext(window, request).finally(() => {
        this.building = undefined;
      });
    }
    const runtime = this.runtime ?? new DetectionRuntime(this.config);
    this.advance(runtime, window.signals, settledMs, request);
    return { runtime, window, gaps: [...window.gaps, ...settling.gaps], settling: settling.windows };
  }

  /** Resolves when no rebuild runs. */
  async settled(): Promise<void> {
    await this.building;
  }

  close(): void {
    this.closing.abort(new DOMException('the settings changed or the backend stops', 'AbortError'));
    this.runtime = undefined;
    this.recent = [];
  }

  private toRequest(nowMs: EpochMs, toMs: EpochMs): BuildRequest & { readonly key: string; readonly plan: FitPlan } {
    const { settings, knownTimes } = this.options;
    const planned = planFits({
      nowMs,
      historyMs: settings.watch.historyMinutes * 60_000,
      dataFromMs: this.dataFromMs,
      detectSeconds: this.config.detectSeconds,
      fitHour: settings.watch.fitHour,
      offset: this.offset,
    });
    const plan = withFit(planned, this.askedFitMs, this.config.detectSeconds);
    const exclusions = knownTimes.exclusions(toMs);
    return {
      key: planKey(plan, exclusions, this.requests),
      ...(this.asked ? { rebaseline: this.asked } : {}),
      plan,
      toMs,
      exclusions,
      config: this.config,
      tiers: this.tiers,
    };
  }

  /** The clock went back, as when a simulated world starts again: what was judged belongs to another time. */
  private forgetWhenBehind(settledMs: EpochMs): void {
    const judgedMs = this.runtime?.judgedMs;
    if (judgedMs !== undefined && judgedMs > settledMs + BACKWARDS_MS) {
      this.runtime = undefined;
      this.dataFromMs = undefined;
      this.askedFitMs = undefined;
      this.tiers = new TierBook(this.config.fullTierSeries);
      this.key = '';
    }
  }

  /** How far the telemetry goes back: one coarse read where the rolling window does not tell. */
  private async learnSpan({ signals, window }: SignalWindow, nowMs: EpochMs): Promise<void> {
    if (this.dataFromMs !== undefined) {
      return;
    }
    const historyMs = this.options.settings.watch.historyMinutes * 60_000;
    const earliest = earliestMs(signals);
    if (historyMs <= window.toMs - window.fromMs) {
      this.dataFromMs = earliest;
      return;
    }
    const stepSeconds = Math.max(this.config.detectSeconds, Math.ceil(historyMs / 1000 / 500 / 60) * 60);
    const range = { fromMs: nowMs - Math.max(historyMs, DRIFT_HISTORY_MS) - DAY_MS, toMs: nowMs };
    const coarse = await this.options.signals.readStretch(range, stepSeconds, this.closing.signal);
    this.dataFromMs = Math.min(earliest ?? nowMs, earliestMs(coarse.signals) ?? nowMs);
  }

  /** The first judgement must not wait for a long history: it begins with what the rolling window holds. */
  private async buildFirst(
    window: SignalWindow,
    request: BuildRequest & { key: string; plan: FitPlan }
  ): Promise<void> {
    const isWhole = Math.max(request.plan.fromMs, this.dataFromMs ?? 0) >= window.window.fromMs;
    const plan = isWhole ? request.plan : { ...request.plan, fromMs: window.window.fromMs, fits: [request.toMs] };
    await this.build({ ...request, plan }, window.signals, isWhole ? request.key : 'interim');
  }

  private async buildNext(window: SignalWindow, request: BuildRequest & { key: string; plan: FitPlan }): Promise<void> {
    const fromMs = Math.max(request.plan.fromMs, this.dataFromMs ?? 0);
    try {
      const drift = await this.readDrift(request.plan);
      const exclusions = [...request.exclusions, ...driftExclusions(drift, request.plan.fits.at(-1) ?? 0)];
      await this.build(
        { ...request, exclusions, drifted: drift.services },
        fromMs >= window.window.fromMs ? window.signals : undefined,
        request.key
      );
      this.drifted = drift.scores;
      this.asked = this.asked === request.rebaseline ? undefined : this.asked;
      this.problem = undefined;
    } catch (error) {
      this.closing.signal.throwIfAborted();
      this.failedMs = this.options.clock.now();
      this.problem = error;
    }
  }

  /** Only where there may be two weeks to compare. */
  private async readDrift({ fits }: FitPlan): Promise<DriftMeasure> {
    const atMs = fits.at(-1);
    if (atMs === undefined || this.dataFromMs === undefined || atMs - this.dataFromMs < 2 * WEEK_MS) {
      return { scores: [], services: [] };
    }
    const stepMs = DRIFT_STEP_SECONDS * 1000;
    const toMs = Math.floor(atMs / stepMs) * stepMs;
    const window = { fromMs: toMs - DRIFT_HISTORY_MS, toMs };
    const { signals } = await this.options.signals.readStretch(window, DRIFT_STEP_SECONDS, this.closing.signal);
    return measureDrift(signals, toMs);
  }

  private async build(request: BuildRequest, signals: readonly Signal[] | undefined, key: string): Promise<void> {
    const { pool, signals: source } = this.options;
    const from = Math.max(request.plan.fromMs, this.dataFromMs ?? request.plan.fromMs);
    const read = signals
      ? async (fromMs: EpochMs, toMs: EpochMs) => signals.map((signal) => packSignal(signal, fromMs, toMs))
      : async (fromMs: EpochMs, toMs: EpochMs) => {
          const stretch = await source.readStretch({ fromMs, toMs }, this.config.collectSeconds, this.closing.signal);
          return stretch.signals.map((signal) => packSignal(signal, fromMs, toMs));
        };
    const plan = { ...request.plan, fromMs: from };
    // The newest step is judged here: what explains it does not travel between threads.
    const toMs = request.toMs - this.config.collectSeconds * 1000;
    const built = await buildRuntime({ ...request, plan, toMs }, { read, pool, signal: this.closing.signal });
    // A first judgement is waited for: what little passed meanwhile is judged on the way.
    await this.load(this.runtime ? await this.catchUp(built, request) : built, request);
    this.plan = request.plan;
    this.key = key;
    this.rebuilds += 1;
  }

  /**
   * Puts a built state in force, service by service, so that calls are answered in between and no more than one service
   * is in memory twice.
   */
  private async load(
    built: SavedRuntime,
    { exclusions, settling }: Pick<BuildRequest, 'exclusions' | 'settling'>
  ): Promise<void> {
    const isFirst = this.runtime === undefined;
    const runtime = this.runtime ?? new DetectionRuntime(this.config, { ...built, services: [] });
    let recent: readonly Signal[] = [];
    let points: readonly SignalPoints[] = [];
    for (const saved of built.services) {
      if (!isFirst && recent !== this.recent) {
        recent = this.recent;
        points = this.tiers.assign(recent.map(toPoints));
      }
      runtime.adopt(saved, points, exclusions, settling);
      await new Promise(setImmediate);
      this.closing.signal.throwIfAborted();
    }
    runtime.retain(built.services.map(({ service }) => service));
    this.runtime = runtime;
  }

  /** What passed while a runtime was built is judged in the worker as well, until little is left. */
  private async catchUp(built: SavedRuntime, request: BuildRequest): Promise<SavedRuntime> {
    const { pool, signals, clock } = this.options;
    const stepMs = this.config.collectSeconds * 1000;
    let saved = built;
    for (let round = 0; round < CATCH_UP_ROUNDS; round += 1) {
      const nowMs = clock.now();
      const fromMs = (saved.judgedMs ?? nowMs) + stepMs;
      const toMs = this.settledMs(nowMs) - stepMs;
      if (toMs - fromMs < CATCH_UP_STEPS * stepMs) {
        break;
      }
      const fresh = await signals.read(nowMs, nowMs);
      const read = async (from: EpochMs, to: EpochMs) => fresh.signals.map((signal) => packSignal(signal, from, to));
      saved = await buildRuntime(
        { ...request, saved, plan: { ...request.plan, fromMs, fits: [] }, toMs },
        { read, pool, signal: this.closing.signal }
      );
    }
    return saved;
  }

  private advance(
    runtime: DetectionRuntime,
    signals: readonly Signal[],
    toMs: EpochMs,
    { exclusions, settling }: Pick<BuildRequest, 'exclusions' | 'settling'>
  ): void {
    const detectMs = this.config.detectSeconds * 1000;
    const before = Math.floor((runtime.judgedMs ?? 0) / detectMs);
    const startedMs = performance.now();
    runtime.advance(this.tiers.assign(signals.map(toPoints)), toMs, exclusions, settling);
    if (Math.floor(toMs / detectMs) > before) {
      this.metrics.observe(performance.now() - startedMs);
      this.metrics.count(runtime.services);
    }
  }
}

function earliestMs(signals: readonly Signal[]): EpochMs | undefined {
  const first = Math.min(...signals.map(({ series }) => series.timesMs[0] ?? Infinity));
  return Number.isFinite(first) ? first : undefined;
}

/** The contamination of the settings' profile; the documented one is mapped to it. */
export function toRuntimeConfig({ watch, detection }: DatasourceSettings, lstm?: LstmModels): RuntimeConfig {
  return runtimeConfig({
    collectSeconds: watch.collectSeconds,
    detectSeconds: watch.detectSeconds,
    ewma: detection.ewma,
    contamination: trimOf(detection.profile, detection.contamination),
    requireCorroboration: detection.requireCorroboration,
    fullTierSeries: detection.fullTierSeries,
    timeZone: detection.timeZone,
    keepReadings: KEEP_READINGS,
    ...(detection.lstm && lstm && { lstm }),
  });
}
