import type { SettlingWindow } from '#engine';
import type { TimeWindow } from '#model';
import type { PackedSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import { buildRuntime } from '../detection/build-runtime.ts';
import type { RuntimeConfig } from '../detection/runtime-config.ts';
import { ServiceReadings } from '../detection/service-readings.ts';
import type { SavedService } from '../detection/service-track.ts';
import type { Exclusion } from '../detection/signal-points.ts';
import { TierBook } from '../detection/tier-book.ts';
import type { BacktestTarget } from './backtest-target.ts';
import { type AlertStream, verdictSurprisal } from './find-alerts.ts';

/** What the detection runtime replays. */
export type DetectionTarget = Exclude<BacktestTarget, { kind: 'rule' }>;

/** A range with the history before it. */
export interface DetectionReplay {
  readonly target: DetectionTarget;
  readonly range: TimeWindow;
  /** Where the history begins. */
  readonly fromMs: number;
  readonly fits: readonly number[];
  readonly config: RuntimeConfig;
  readonly exclusions: readonly Exclusion[];
  /** Times in which rollouts may disturb services. */
  readonly settling: readonly SettlingWindow[];
}

/** Readings of a series that are kept where nobody asks for them. */
const FEW_READINGS = 60;

/**
 * Judges a range with the runtime of the product, from the history before it on, in the worker.
 * @param read  points with `fromMs <= t < toMs` at the step of the series
 */
export async function replayDetection(
  { target, range, fromMs, fits, config, exclusions, settling }: DetectionReplay,
  dependencies: {
    readonly read: (fromMs: number, toMs: number) => Promise<readonly PackedSignal[]>;
    readonly pool: AnalysisPool;
    readonly signal: AbortSignal;
  }
): Promise<readonly AlertStream[]> {
  const stepMs = config.collectSeconds * 1000;
  const steps = (seconds: number): number => Math.ceil((range.toMs - range.fromMs) / 1000 / seconds) + 2;
  const isSeries = target.kind === 'series';
  const { services } = await buildRuntime(
    {
      plan: { fromMs: Math.floor(fromMs / stepMs) * stepMs, fits: isSeries ? [] : fits, nextMs: range.toMs },
      toMs: Math.floor((range.toMs - 1) / stepMs) * stepMs,
      exclusions,
      settling,
      config: {
        ...config,
        keepReadings: steps(config.detectSeconds),
        keepSeriesReadings: isSeries ? steps(config.collectSeconds) : FEW_READINGS,
        ...(target.kind === 'series' ? { detectors: [target.detector] } : {}),
        ...(target.kind === 'service' ? { serviceMember: target.detector } : {}),
      },
      tiers: new TierBook(config.fullTierSeries),
    },
    dependencies
  );
  return services.flatMap((service) => (isSeries ? seriesStreams(service) : [serviceStream(service, target)]));
}

function seriesStreams({ service, series }: SavedService): readonly AlertStream[] {
  return series.map(({ identity, readings: { timesMs, surprisals } }) => ({
    service,
    signalId: identity.id,
    timesMs,
    surprisals,
  }));
}

function serviceStream({ service, readings: saved }: SavedService, { kind }: DetectionTarget): AlertStream {
  const readings = new ServiceReadings(saved.timesMs.length, saved);
  const { timesMs } = saved;
  const surprisals =
    kind === 'verdict'
      ? Array.from(timesMs, (_, i) => verdictSurprisal(readings.verdictAt(i)))
      : Array.from(saved.surprisals);
  return { service, signalId: '', timesMs, surprisals };
}
