import type { AnomalyLabelRecord, BacktestAnswer, BacktestRequest, IncidentRecord } from '#contracts';
import type { EpochMs, TimeWindow } from '#model';
import { packSignal, type PackedSignal } from '../analysis/packed-signal.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import { buildRuntime } from '../detection/build-runtime.ts';
import { DetectionRuntime } from '../detection/detection-runtime.ts';
import { type RuntimeConfig, runtimeConfig } from '../detection/runtime-config.ts';
import type { Exclusion } from '../detection/signal-points.ts';
import { TierBook } from '../detection/tier-book.ts';
import { BackendError } from '../errors.ts';
import type { SignalRead } from '../signals/read-signals.ts';
import { type BacktestTarget, parseTarget } from './backtest-target.ts';
import { collectAlerts, collectFlags, type FoundAlerts } from './collect-alerts.ts';
import type { DocumentedRule, RuleFlags } from './documented-rule.ts';
import { judgeAlerts } from './judge-alerts.ts';
import { knownEvents } from './known-incidents.ts';

/** What a backtest needs besides its request. */
export interface BacktestDependencies {
  readonly read: (window: TimeWindow, stepSeconds: number, signal: AbortSignal) => Promise<SignalRead>;
  readonly pool: AnalysisPool;
  readonly config: RuntimeConfig;
  readonly historyMs: number;
  readonly nowMs: EpochMs;
  /** Times before the range that detectors do not learn from; those inside it are not known to a replay. */
  readonly exclusions: readonly Exclusion[];
  readonly incidents: readonly IncidentRecord[];
  readonly labels: readonly AnomalyLabelRecord[];
  /** Points that may be judged; a longer range is replayed at a coarser step. */
  readonly maxPoints: number;
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;
const MAX_RANGE_MS = 30 * DAY_MS;
/** Models are fitted so many times in a range at most. */
const MAX_FITS = 8;
/** The weekly band looks back on seven days, the other one on a day. */
const RULE_HISTORY_MS = 8 * DAY_MS;
const MAX_RULE_SERIES = 500;
/** The weekly band is fitted anew every hour: seconds per series. */
const MAX_WEEKLY_SERIES = 40;
/** Steps of one series that are worth a replay. */
const MIN_STEPS = 10;

/**
 * Replays a range as it would have been judged then, and holds the alerts against what is known. Nothing that came later
 * is used: detectors stream, models are fitted on what lies before, and incidents inside the range are not left out of
 * what is learned.
 *
 * @throws BackendError for a range or detector that cannot be used; TelemetryError when Prometheus cannot be read
 */
export async function runBacktest(
  request: BacktestRequest,
  dependencies: BacktestDependencies
): Promise<BacktestAnswer> {
  const target = parseTarget(request.detector);
  const range = checkRange(request, dependencies.nowMs);
  const warmUpMs = Math.min(dependencies.historyMs, 14 * DAY_MS);
  const stepSeconds = await chooseStep(request, range, warmUpMs, dependencies);
  const scope = { request, range, warmUpMs, stepSeconds };
  const found =
    target.kind === 'rule'
      ? await replayRule(target.rule, scope, dependencies)
      : await replayDetection(target, scope, dependencies);
  const { incidents, labels, nowMs } = dependencies;
  const known = knownEvents(incidents, labels, { ...range, nowMs, service: request.service });
  const days = (range.toMs - range.fromMs) / DAY_MS;
  return {
    request,
    stepSeconds,
    warmUpMs,
    ...judgeAlerts(found.alerts, known),
    alertsPerServiceDay: found.services === 0 ? 0 : found.alerts.length / found.services / days,
    unknownShare: found.readings === 0 ? 1 : found.unknown / found.readings,
  };
}

interface Scope {
  readonly request: BacktestRequest;
  readonly range: TimeWindow;
  readonly warmUpMs: number;
  readonly stepSeconds: number;
}

async function replayDetection(
  target: Exclude<BacktestTarget, { kind: 'rule' }>,
  scope: Scope,
  dependencies: BacktestDependencies
): Promise<FoundAlerts> {
  const { request, range, warmUpMs, stepSeconds } = scope;
  const stepMs = stepSeconds * 1000;
  const steps = Math.ceil((range.toMs - range.fromMs) / stepMs) + 2;
  const config = toConfig(dependencies.config, target, stepSeconds, steps);
  const saved = await buildRuntime(
    {
      plan: {
        fromMs: Math.floor((range.fromMs - warmUpMs) / stepMs) * stepMs,
        fits: fitTimes(range, stepMs),
        nextMs: range.toMs,
      },
      toMs: Math.floor(range.toMs / stepMs) * stepMs,
      exclusions: dependencies.exclusions.filter(({ toMs }) => toMs <= range.fromMs),
      config,
      tiers: new TierBook(config.fullTierSeries),
    },
    {
      read: (fromMs, toMs) => readPacked({ fromMs, toMs }, scope, dependencies),
      pool: dependencies.pool,
      signal: dependencies.signal,
    }
  );
  return collectAlerts(new DetectionRuntime(config, saved).services, target, range, request.threshold);
}

async function replayRule(
  rule: DocumentedRule,
  scope: Scope,
  dependencies: BacktestDependencies
): Promise<FoundAlerts> {
  const { range, stepSeconds } = scope;
  const { pool, signal } = dependencies;
  const signals = await readPacked({ fromMs: range.fromMs - RULE_HISTORY_MS, toMs: range.toMs }, scope, dependencies);
  const limit = rule === 'weekly-band' ? MAX_WEEKLY_SERIES : MAX_RULE_SERIES;
  if (signals.length > limit) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', `The rule would have to judge ${signals.length} series.`, {
      remedy: 'Choose one service.',
    });
  }
  const found: RuleFlags[] = [];
  for (const item of signals) {
    signal.throwIfAborted();
    found.push(...(await pool.run('documentedRule', { rule, signals: [item], ...range, stepSeconds }, signal)));
  }
  return collectFlags(found);
}

async function readPacked(
  window: TimeWindow,
  { request: { service }, stepSeconds }: Scope,
  { read, signal }: BacktestDependencies
): Promise<readonly PackedSignal[]> {
  const { signals } = await read(window, stepSeconds, signal);
  return signals
    .filter((item) => service === undefined || item.service === service)
    .map((item) => packSignal(item, window.fromMs, window.toMs));
}

function checkRange({ fromMs, toMs }: BacktestRequest, nowMs: EpochMs): TimeWindow {
  const endMs = Math.min(toMs, nowMs);
  if (!(fromMs < endMs) || endMs - fromMs > MAX_RANGE_MS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The range is empty, in the future, or longer than 30 days.');
  }
  return { fromMs, toMs: endMs };
}

/** The step of the service models, or a multiple of it that keeps the work within its bound. */
async function chooseStep(
  { service }: BacktestRequest,
  range: TimeWindow,
  warmUpMs: number,
  { read, config, maxPoints, signal }: BacktestDependencies
): Promise<number> {
  const base = config.detectSeconds;
  const probe = { fromMs: range.toMs - 3 * base * 1000, toMs: range.toMs };
  const { signals } = await read(probe, base, signal);
  const wanted = signals.filter((item) => service === undefined || item.service === service);
  const steps = (range.toMs - range.fromMs + warmUpMs) / (base * 1000);
  const factor = Math.max(1, Math.ceil((wanted.length * steps) / maxPoints));
  if ((range.toMs - range.fromMs) / (base * factor * 1000) < MIN_STEPS) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The range is too short for the number of series.', {
      remedy: 'Choose a longer range, or one service.',
    });
  }
  return base * factor;
}

function toConfig(
  base: RuntimeConfig,
  target: Exclude<BacktestTarget, { kind: 'rule' }>,
  stepSeconds: number,
  steps: number
): RuntimeConfig {
  return runtimeConfig({
    ...base,
    collectSeconds: stepSeconds,
    detectSeconds: stepSeconds,
    keepReadings: steps,
    keepSeriesReadings: target.kind === 'series' ? steps : 60,
    ...(target.kind === 'series' ? { detectors: [target.detector] } : {}),
    ...(target.kind === 'service' ? { serviceMember: target.detector } : {}),
  });
}

/** At the start of the range, then daily or less often. */
function fitTimes({ fromMs, toMs }: TimeWindow, stepMs: number): readonly EpochMs[] {
  const everyMs = Math.max(DAY_MS, (toMs - fromMs) / MAX_FITS);
  const count = Math.max(1, Math.ceil((toMs - fromMs) / everyMs));
  return Array.from({ length: count }, (_, i) => Math.floor((fromMs + i * everyMs) / stepMs) * stepMs);
}
