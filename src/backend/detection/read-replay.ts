import type { DataGap, EpochMs } from '#model';
import { packSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import type { KnownTimes } from '../datasource/known-times.ts';
import type { RolloutSource } from '../signals/rollout-source.ts';
import type { SignalSource } from '../signals/signal-source.ts';
import type { DetectionKeeper } from './detection-keeper.ts';
import { groupByService, toTaskGroups } from './group-services.ts';
import type { ReplayOutput } from './replay.ts';
import type { TimelineRequest } from './timeline.ts';

/** With more series a replay is judged by the light detectors alone, so that it answers within an alert evaluation. */
const MAX_FULL_SERIES = 400;
const LIGHT: DataGap = {
  source: 'replay',
  reason: 'Judged by the light detectors and without service models: too many series for more. Choose one service.',
};

/** A replay with what was missing for it. */
export interface ReplayAnswer {
  readonly output: ReplayOutput;
  readonly gaps: readonly DataGap[];
  readonly stepSeconds: number;
}

/**
 * Reads a range of the past with history before it and judges it in the worker.
 * @throws TelemetryError when Prometheus cannot be read
 */
export async function readReplay(
  parts: {
    readonly signals: SignalSource;
    readonly rollouts: RolloutSource;
    readonly detection: DetectionKeeper;
    readonly pool: AnalysisPool;
    readonly knownTimes: KnownTimes;
  },
  range: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
  timeline?: Omit<TimelineRequest, 'stepSeconds'>,
  signal?: AbortSignal
): Promise<ReplayAnswer> {
  const { signals, rollouts, detection, pool, knownTimes } = parts;
  const read = await signals.read(range.fromMs, range.toMs, signal);
  const { stepSeconds, window, gaps } = read;
  const wanted =
    timeline?.service === undefined ? read.signals : read.signals.filter((item) => item.service === timeline.service);
  const toMs = Math.min(range.toMs, window.toMs - 1);
  const isLarge = wanted.length > MAX_FULL_SERIES;
  const settling = await rollouts.during({ fromMs: range.fromMs, toMs }, stepSeconds, signal);
  const steps = Math.ceil((toMs - range.fromMs) / (stepSeconds * 1000)) + 2;
  const config = {
    ...detection.config,
    collectSeconds: stepSeconds,
    detectSeconds: Math.max(stepSeconds, Math.round(detection.config.detectSeconds / stepSeconds) * stepSeconds),
    keepReadings: Math.max(100, steps),
    ...(isLarge ? { fullTierSeries: 0 } : {}),
  };
  const byService = groupByService(wanted.map((item) => packSignal(item, window.fromMs, window.toMs)));
  const outputs = await Promise.all(
    toTaskGroups(byService).map((names) =>
      pool.run(
        'replay',
        {
          config,
          signals: names.flatMap((name) => byService.get(name) ?? []),
          exclusions: knownTimes.exclusions(range.fromMs),
          settling: settling.windows,
          ...(isLarge ? {} : { fitMs: range.fromMs }),
          toMs,
          ...(timeline ? { timeline: { ...timeline, toMs, stepSeconds } } : {}),
        },
        signal
      )
    )
  );
  const output: ReplayOutput = {
    timeline: {
      scores: outputs.flatMap(({ timeline: { scores } }) => scores),
      bands: outputs.flatMap(({ timeline: { bands } }) => bands),
    },
    services: outputs.flatMap(({ services }) => services),
  };
  return { output, gaps: [...gaps, ...settling.gaps, ...(isLarge ? [LIGHT] : [])], stepSeconds };
}
