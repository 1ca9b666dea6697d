import type { AnomalyLabelRecord, BacktestAnswer, BacktestRequest, IncidentRecord } from '#contracts';
import type { SettlingWindow } from '#engine';
import type { EpochMs, TimeWindow } from '#model';
import { packSignal, type PackedSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import { KnownTimes } from '../datasource/known-times.ts';
import type { RuntimeConfig } from '../detection/runtime-config.ts';
import type { Exclusion } from '../detection/signal-points.ts';
import { utcOffset } from '../detection/time-zone.ts';
import { BackendError } from '../errors.ts';
import type { SignalRead } from '../signals/read-signals.ts';
import { type BacktestTarget, parseTarget } from './backtest-target.ts';
import { type AlertStream, findAlerts, FLAG_THRESHOLD } from './find-alerts.ts';
import { gradeAlerts } from './grade-alerts.ts';
import { toGroundTruth } from './ground-truth.ts';
import { replayDetection } from './replay-detection.ts';
import { chooseSteps, replayConfig, replayFits, surveyRange } from './replay-plan.ts';
import { replayRule, ruleHistoryMs, ruleStepSeconds } from './replay-rule.ts';

/** What a backtest needs besides its request. */
export interface BacktestDependencies {
  readonly read: (window: TimeWindow, stepSeconds: number, signal: AbortSignal) => Promise<SignalRead>;
  /** Times in which rollouts may disturb services, at the step of the points. */
  readonly settling: (range: TimeWindow, stepSeconds: number) => Promise<readonly SettlingWindow[]>;
  readonly pool: AnalysisPool;
  readonly config: RuntimeConfig;
  /** History that detectors start from. */
  readonly historyMs: number;
  /** Hour of the day at which models are fitted anew. */
  readonly fitHour: number;
  readonly nowMs: EpochMs;
  /** What the ledger and persons know, of the range and of the history before it. */
  readonly incidents: readonly IncidentRecord[];
  readonly labels: readonly AnomalyLabelRecord[];
  /** Points of all series that may be judged; a longer range is replayed at a coarser step. */
  readonly maxPoints: number;
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;
const MAX_RANGE_MS = 30 * DAY_MS;

/**
 * Replays a range as it would have been judged then, and holds the alerts against what is known. Nothing that came later
 * is used: series are judged point by point, and models are fitted when the product would have fitted them, on what lies
 * before. Incidents before the range are left out of what is learned; those inside it are not known to a replay.
 *
 * @throws BackendError for a range or detector that cannot be used; TelemetryError when Prometheus cannot be read
 */
export async function runBacktest(
  request: BacktestRequest,
  dependencies: BacktestDependencies
): Promise<BacktestAnswer> {
  const target = parseTarget(request.detector);
  const range = checkRange(request, dependencies.nowMs);
  const service = request.service === '' ? undefined : request.service;
  const { streams, stepSeconds, warmUpMs } = await replay(service, target, range, dependencies);
  const isFlag = target.kind === 'verdict' || target.kind === 'rule';
  const threshold = isFlag ? FLAG_THRESHOLD : request.threshold;
  const { alerts, alertsPerServiceDay, unknownShare } = findAlerts(streams, { range, stepSeconds, threshold });
  const { incidents, labels, nowMs } = dependencies;
  const truth = toGroundTruth(incidents, labels, { ...range, nowMs, service });
  return {
    request,
    stepSeconds,
    warmUpMs,
    ...gradeAlerts(alerts, truth, stepSeconds * 1000),
    alertsPerServiceDay,
    unknownShare,
  };
}

interface Replayed {
  readonly streams: readonly AlertStream[];
  readonly stepSeconds: number;
  readonly warmUpMs: number;
}

async function replay(
  service: string | undefined,
  target: BacktestTarget,
  range: TimeWindow,
  dependencies: BacktestDependencies
): Promise<Replayed> {
  const { config, signal, pool, maxPoints, fitHour } = dependencies;
  const historyMs = target.kind === 'rule' ? ruleHistoryMs(target.rule) : dependencies.historyMs;
  const window = { fromMs: Math.max(0, range.fromMs - historyMs), toMs: range.toMs };
  const { series, dataFromMs } = await surveyRange(window, service, (part, step) =>
    dependencies.read(part, step, signal)
  );
  const warmUpMs = Math.max(0, range.fromMs - dataFromMs);
  const readAt = (stepSeconds: number) => (fromMs: EpochMs, toMs: EpochMs) =>
    readPacked({ fromMs, toMs }, stepSeconds, service, dependencies);
  if (target.kind === 'rule') {
    const stepSeconds = ruleStepSeconds(config.detectSeconds);
    const read = readAt(stepSeconds);
    const streams = await replayRule({ rule: target.rule, range, stepSeconds }, { read, pool, signal });
    return { streams, stepSeconds, warmUpMs };
  }
  const rangeMs = range.toMs - range.fromMs;
  const steps = chooseSteps(config, { rangeMs, spanMs: range.toMs - dataFromMs, series, maxPoints });
  const stepSeconds = target.kind === 'series' ? steps.collectSeconds : steps.detectSeconds;
  if (series === 0) {
    return { streams: [], stepSeconds, warmUpMs };
  }
  const offset = utcOffset(config.timeZone);
  const streams = await replayDetection(
    {
      target,
      range,
      fromMs: dataFromMs,
      fits: replayFits(range, { historyMs, dataFromMs, detectSeconds: steps.detectSeconds, fitHour, offset }),
      config: replayConfig(config, steps, historyMs),
      exclusions: exclusionsBefore(range.fromMs, dependencies),
      settling: await dependencies.settling(range, steps.collectSeconds),
    },
    { read: readAt(steps.collectSeconds), pool, signal }
  );
  return { streams, stepSeconds, warmUpMs };
}

async function readPacked(
  window: TimeWindow,
  stepSeconds: number,
  service: string | undefined,
  { read, signal }: BacktestDependencies
): Promise<readonly PackedSignal[]> {
  const { signals } = await read(window, stepSeconds, signal);
  return signals
    .filter((item) => service === undefined || item.service === service)
    .map((item) => packSignal(item, window.fromMs, window.toMs));
}

/** Troubles that were over before the range began. */
function exclusionsBefore(
  fromMs: EpochMs,
  { incidents, labels }: Pick<BacktestDependencies, 'incidents' | 'labels'>
): readonly Exclusion[] {
  const known = new KnownTimes();
  for (const { onsetMs, resolvedMs } of incidents) {
    if (resolvedMs !== null) {
      known.add(onsetMs, resolvedMs);
    }
  }
  known.setLabels(labels.filter(({ toMs }) => toMs <= fromMs));
  return known.exclusions(fromMs);
}

function checkRange({ fromMs, toMs }: BacktestRequest, nowMs: EpochMs): TimeWindow {
  const endMs = Math.min(toMs, nowMs);
  if (!(fromMs < endMs) || endMs - fromMs > MAX_RANGE_MS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The range is empty, in the future, or longer than 30 days.');
  }
  return { fromMs, toMs: endMs };
}
