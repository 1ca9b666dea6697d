import type { DetectionSettings } from '#contracts';
import { type ForecastCalibration, limitProblem, type SeriesBand, type SeriesForecast } from '#engine';
import type { ChangeEvent, DataGap, EpochMs, Signal, SignalForecast, SignalKind, TimeWindow } from '#model';
import type { Clock } from '#telemetry';
import { SharedWork, raceAbort } from '../signals/single-flight.ts';
import type { ForecastJobOutputs, PackedPoints } from './forecast-jobs.ts';
import type { ForecastRunner } from './forecast-runner.ts';
import { LIMITED_KINDS, limitOf } from './resource-limits.ts';
import type { SignalHistory } from './signal-history.ts';

/** A signal with its history and its forecast. */
export interface ForecastSignal {
  readonly signal: Signal;
  readonly forecast: SignalForecast;
}

/** When a resource will be exhausted. `etaSeconds` is null where no end is in sight or nothing can be said. */
export interface ResourceOutlook {
  readonly signal: Signal;
  readonly limit: number;
  readonly etaSeconds: number | null;
  /** Why nothing can be said; empty when something can. */
  readonly reason: string;
}

/** A signal with a band. */
export interface BandSignal {
  readonly signal: Signal;
  readonly band: SeriesBand;
}

/** An answer, and what could not be read for it. */
export interface Answered<Item> {
  readonly items: readonly Item[];
  readonly gaps: readonly DataGap[];
}

/** Announced changes of a stretch; a datasource without a source of changes has none. */
export type ChangeSource = (window: TimeWindow, signal: AbortSignal) => Promise<readonly ChangeEvent[]>;

interface Options {
  readonly history: SignalHistory;
  readonly runner: ForecastRunner;
  readonly clock: Clock;
  readonly settings: Pick<DetectionSettings, 'signals' | 'utilisationLimit'>;
  readonly changes: ChangeSource | undefined;
}

interface KeptCalibration {
  readonly calibration: ForecastCalibration | undefined;
  readonly madeMs: EpochMs;
}

type Limits = ForecastJobOutputs['limits'][number];

/** Backtests of a series are repeated after this long. */
const CALIBRATION_MS = 6 * 3_600_000;
const MAX_CALIBRATIONS = 5000;
const MAX_FORECASTS = 50;
const LIMITS_PER_JOB = 40;
const SUPPRESSED_STEPS = 6;
const KEEP_MS = 60_000;
const DAY_MS = 86_400_000;
const HISTORY_DAYS = { 'day-three-sigma': 1.1, weekly: 28 } as const;
const MAX_BAND_POINTS = 10_000;

/**
 * Forecasts of one datasource. Backtests are made in the background when a series is first asked for and every six
 * hours after that, and kept: a query never waits for them, its band appears once they are there.
 */
export class ForecastService {
  private readonly options: Options;
  private readonly closing = new AbortController();
  private readonly calibrations = new Map<string, KeptCalibration>();
  private readonly calibrating = new Set<string>();
  private readonly outlooks = new SharedWork<Answered<ResourceOutlook>>(8, KEEP_MS);

  constructor(options: Options) {
    this.options = options;
  }

  /**
   * The next hour of the signals of a kind, from the end of the step of `atMs`.
   * @throws TelemetryError when Prometheus cannot be read; BackendError when the forecast thread fails
   */
  async forecast(
    wanted: { readonly kind: SignalKind; readonly service: string | undefined; readonly atMs: EpochMs },
    signal: AbortSignal
  ): Promise<Answered<ForecastSignal>> {
    const { history } = this.options;
    const read = await history.read([wanted.kind], wanted.atMs, signal);
    const matching = read.signals.filter((item) => !wanted.service || item.service === wanted.service);
    const shown = matching.slice(0, MAX_FORECASTS);
    const disturbed = await this.disturbances(wanted.atMs, shown, signal);
    const items = await Promise.all(shown.map((item) => this.forecastOne(item, wanted.atMs, disturbed, signal)));
    const reason = `Only the first ${MAX_FORECASTS} of ${matching.length} signals are forecast; choose a service.`;
    return { items, gaps: [...read.gaps, ...(matching.length > shown.length ? [{ source: 'forecast', reason }] : [])] };
  }

  /**
   * When each resource that has a limit will be exhausted, judged once per step and shared between callers.
   * @throws TelemetryError when Prometheus cannot be read; BackendError when the forecast thread fails
   */
  async exhaustion(atMs: EpochMs, signal: AbortSignal): Promise<Answered<ResourceOutlook>> {
    const endMs = Math.min(atMs, this.options.clock.now());
    const step = Math.floor(endMs / (this.options.history.stepSeconds * 1000));
    return raceAbort(
      this.outlooks.get(String(step), () => this.judgeResources(endMs, this.closing.signal)),
      signal
    );
  }

  /**
   * A documented band of the signals of a kind over a range.
   * @throws TelemetryError when Prometheus cannot be read; BackendError when the forecast thread fails
   */
  async band(
    wanted: {
      readonly kind: SignalKind;
      readonly service: string | undefined;
      readonly band: 'day-three-sigma' | 'weekly';
    } & TimeWindow,
    signal: AbortSignal
  ): Promise<Answered<BandSignal>> {
    const { history, runner } = this.options;
    const beforeMs = HISTORY_DAYS[wanted.band] * DAY_MS;
    const rangeSeconds = (wanted.toMs - wanted.fromMs + beforeMs) / 1000;
    const stepSeconds = history.stepSeconds * Math.ceil(rangeSeconds / history.stepSeconds / MAX_BAND_POINTS);
    const window = { fromMs: wanted.fromMs - beforeMs, toMs: wanted.toMs + 1 };
    const read = await history.readStretch([wanted.kind], window, stepSeconds, signal);
    const shown = read.signals
      .filter((item) => !wanted.service || item.service === wanted.service)
      .slice(0, MAX_FORECASTS);
    const items = await Promise.all(
      shown.map(async (item) => {
        const { fromMs, toMs, band } = wanted;
        const input = { band, points: pack(item), stepSeconds, fromMs, toMs };
        return { signal: item, band: await runner.run('band', input, { signal }) };
      })
    );
    return { items, gaps: read.gaps };
  }

  /** Stops background work. */
  close(): void {
    this.closing.abort(new DOMException('the settings changed or the backend stops', 'AbortError'));
    this.options.history.close();
  }

  private async forecastOne(
    item: Signal,
    atMs: EpochMs,
    disturbed: ReadonlyMap<string, EpochMs>,
    signal: AbortSignal
  ): Promise<ForecastSignal> {
    const { history, runner, settings } = this.options;
    const when = { stepSeconds: history.stepSeconds, atMs };
    const points = pack(item);
    const forecast = await runner.run(
      'forecast',
      { ...when, points, calibration: this.calibrationOf(item, atMs) },
      { signal }
    );
    const limit = limitOf(item, settings);
    const problem = limitProblem(limit, item.unit, item.unit);
    const limits =
      limit === undefined || problem !== ''
        ? undefined
        : (await this.judgeLimits([{ item, limit }], atMs, disturbed, signal))[0];
    return { signal: item, forecast: toSignalForecast(item, limit, problem, forecast, limits) };
  }

  /** What is known of a series; refreshed in the background where it is missing or old. */
  private calibrationOf(item: Signal, atMs: EpochMs): ForecastCalibration | undefined {
    const nowMs = this.options.clock.now();
    const kept = this.calibrations.get(item.id);
    const age = kept ? Math.abs(nowMs - kept.madeMs) : Infinity;
    if (age > CALIBRATION_MS && !this.calibrating.has(item.id)) {
      this.calibrating.add(item.id);
      void this.calibrate(item, atMs, nowMs).finally(() => this.calibrating.delete(item.id));
    }
    return kept?.calibration;
  }

  private async calibrate(item: Signal, atMs: EpochMs, nowMs: EpochMs): Promise<void> {
    const { history, runner } = this.options;
    const input = { stepSeconds: history.stepSeconds, atMs, points: pack(item) };
    try {
      const found = await runner.run('calibrate', input, { background: true, signal: this.closing.signal });
      this.calibrations.delete(item.id);
      this.calibrations.set(item.id, { calibration: 'weights' in found ? found : undefined, madeMs: nowMs });
      for (const oldest of [...this.calibrations.keys()].slice(0, this.calibrations.size - MAX_CALIBRATIONS)) {
        this.calibrations.delete(oldest);
      }
    } catch {
      // The runner has logged it; the next query tries again.
    }
  }

  private async judgeResources(atMs: EpochMs, signal: AbortSignal): Promise<Answered<ResourceOutlook>> {
    const { history, settings } = this.options;
    const read = await history.read(LIMITED_KINDS, atMs, signal);
    const resources = read.signals.flatMap((item) => {
      const limit = limitOf(item, settings);
      return limit === undefined ? [] : [{ item, limit }];
    });
    const disturbed = await this.disturbances(atMs, read.signals, signal);
    const verdicts = await this.judgeLimits(resources, atMs, disturbed, signal);
    const items = resources.map(({ item, limit }, i) => ({ signal: item, limit, ...toOutlook(verdicts[i]) }));
    return { items, gaps: read.gaps };
  }

  private async judgeLimits(
    resources: readonly { readonly item: Signal; readonly limit: number }[],
    atMs: EpochMs,
    disturbed: ReadonlyMap<string, EpochMs>,
    signal: AbortSignal
  ): Promise<readonly Limits[]> {
    const { history, runner } = this.options;
    const when = { stepSeconds: history.stepSeconds, atMs };
    const starts = Array.from({ length: Math.ceil(resources.length / LIMITS_PER_JOB) }, (_, i) => i * LIMITS_PER_JOB);
    const parts = await Promise.all(
      starts.map((start) => {
        const items = resources.slice(start, start + LIMITS_PER_JOB).map(({ item, limit }) => ({
          points: pack(item),
          limit,
          disturbedAtMs: disturbed.get(item.service),
        }));
        return runner.run('limits', { ...when, items }, { signal });
      })
    );
    return parts.flat();
  }

  /** Newest deployment of each service within the steps that it suppresses. Without an answer nothing is suppressed. */
  private async disturbances(
    atMs: EpochMs,
    signals: readonly Signal[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, EpochMs>> {
    const { changes, history } = this.options;
    const window = { fromMs: atMs - (SUPPRESSED_STEPS + 1) * history.stepSeconds * 1000, toMs: atMs + 1 };
    const known = changes && signals.length > 0 ? await changes(window, signal).catch(() => []) : [];
    const deployed = known.filter(({ kind }) => kind === 'deploy');
    return new Map(deployed.map((change) => [change.service, change.atMs]));
  }
}

function pack({ series }: Signal): PackedPoints {
  return { timesMs: Float64Array.from(series.timesMs), values: Float64Array.from(series.values) };
}

function toSignalForecast(
  { id, service, unit }: Signal,
  limit: number | undefined,
  problem: string,
  forecast: SeriesForecast,
  limits: Limits | undefined
): SignalForecast {
  const basis = { signalId: id, service, unit, ...(limit === undefined ? {} : { limit }) };
  if (forecast.kind === 'unknown') {
    return { ...basis, kind: 'unknown', why: forecast.why, reason: forecast.reason };
  }
  const { points, models, modelsWanted, filledPoints, coverage } = forecast;
  const limitText = problem || (limits ? whyNot(limits.saturation) : '');
  return {
    ...basis,
    kind: 'forecast',
    points,
    models,
    modelsWanted,
    filledPoints,
    coverage,
    saturation: limits?.saturation.kind === 'saturating' ? limits.saturation : null,
    exhaustion: limits?.exhaustion.kind === 'exhausting' ? limits.exhaustion : null,
    limitProblem: limitText,
  };
}

/** The fast forecast where there is one, else the slow one. */
function toOutlook(limits: Limits | undefined): Pick<ResourceOutlook, 'etaSeconds' | 'reason'> {
  if (limits?.saturation.kind === 'saturating') {
    return { etaSeconds: limits.saturation.etaSeconds, reason: '' };
  }
  const reason = limits ? whyNot(limits.saturation) : 'Nothing was computed.';
  const etaSeconds = limits?.exhaustion.kind === 'exhausting' ? limits.exhaustion.etaSeconds : null;
  return { etaSeconds, reason: etaSeconds === null ? reason : '' };
}

function whyNot(verdict: Limits['saturation']): string {
  return verdict.kind === 'unknown' || verdict.kind === 'suppressed' ? verdict.reason : '';
}
