import type { DataGap, EpochMs } from '#model';
import { packSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import type { KnownTimes } from '../datasource/known-times.ts';
import type { RolloutSource } from '../signals/rollout-source.ts';
import type { SignalNeed } from '../signals/read-signals.ts';
import type { SignalSource, SignalWindow } from '../signals/signal-source.ts';
import type { DetectionKeeper } from './detection-keeper.ts';
import { groupByService, toTaskGroups } from './group-services.ts';
import type { ReplayOutput } from './replay.ts';
import { windowToJudge, windowToRead } from './replay-window.ts';
import type { ServiceTrack } from './service-track.ts';
import type { TimelineRequest } from './timeline.ts';

/** With more series a replay is judged by the light detectors alone, so that it answers within an alert evaluation. */
const MAX_FULL_SERIES = 400;
/** Steps before a range whose verdicts it may begin with. */
const HELD_STEPS = 2;
const LIGHT: DataGap = {
  source: 'replay',
  reason: 'Judged by the light detectors and without service models: too many series for more. Choose one service.',
};

type Range = { readonly fromMs: EpochMs; readonly toMs: EpochMs };
type Wanted = Omit<TimelineRequest, 'stepSeconds'> | undefined;

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
  range: Range,
  timeline?: Wanted,
  signal?: AbortSignal
): Promise<ReplayAnswer> {
  const { rollouts, detection, pool, knownTimes } = parts;
  const { read, isAllLight } = await readRange(parts, range, timeline, signal);
  const { stepSeconds, window, gaps } = read;
  const wanted =
    timeline?.service === undefined ? read.signals : read.signals.filter((item) => item.service === timeline.service);
  const toMs = Math.min(range.toMs, window.toMs - 1);
  const isLarge = isAllLight || wanted.length > MAX_FULL_SERIES;
  const settling = await rollouts.during({ fromMs: range.fromMs, toMs }, stepSeconds, signal);
  const steps = Math.ceil((toMs - range.fromMs) / (stepSeconds * 1000)) + 2;
  const detectSeconds = Math.max(stepSeconds, Math.round(detection.config.detectSeconds / stepSeconds) * stepSeconds);
  const config = {
    ...detection.config,
    collectSeconds: stepSeconds,
    detectSeconds,
    keepReadings: Math.max(100, steps),
    ...(isLarge ? { fullTierSeries: 0, servicesFromMs: range.fromMs - HELD_STEPS * detectSeconds * 1000 } : {}),
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

/** Everything that the range needs, or of many series as much as is read and judged in time. */
async function readRange(
  { signals, detection }: { readonly signals: SignalSource; readonly detection: DetectionKeeper },
  range: Range,
  timeline: Wanted,
  signal: AbortSignal | undefined
): Promise<{ readonly read: SignalWindow; readonly isAllLight: boolean }> {
  const tracks = detection.newest?.services ?? [];
  const all = tracks.reduce((sum, { series }) => sum + series.size, 0);
  if (all <= MAX_FULL_SERIES) {
    return { read: await signals.read(range.fromMs, range.toMs, signal), isAllLight: false };
  }
  const need = toNeed(timeline);
  const isAllLight = timeline?.service === undefined;
  const size = {
    rangeMs: range.toMs - range.fromMs,
    historyMs: signals.historyMs,
    baseSeconds: signals.stepSeconds,
    series: tracks.reduce((sum, track) => sum + seriesOf(track, need), 0),
  };
  const window = isAllLight ? windowToJudge(size) : windowToRead(size);
  return { read: await signals.readPast(range, { ...window, need }, signal), isAllLight };
}

/** One service is judged by its model, which knows all of its features. */
function toNeed(timeline: Wanted): SignalNeed {
  if (timeline?.kind !== undefined) {
    return { kind: timeline.kind };
  }
  return timeline?.service === undefined ? 'no-repeats' : 'all';
}

function seriesOf(track: ServiceTrack, need: SignalNeed): number {
  if (typeof need === 'object') {
    return [...track.series.values()].filter(({ identity }) => identity.kind === need.kind).length;
  }
  return need === 'all' ? track.series.size : track.ownSeries().length;
}
