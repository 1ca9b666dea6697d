import { alertEpisodes, toScore, toSurprisal } from '#engine';
import type { HybridVerdict, TimeWindow } from '#model';
import type { ServiceTrack } from '../detection/service-track.ts';
import type { BacktestTarget } from './backtest-target.ts';
import type { RawAlert } from './judge-alerts.ts';
import type { RuleFlags } from './documented-rule.ts';

/** Alerts of all services, and how much could be judged. */
export interface FoundAlerts {
  readonly alerts: readonly RawAlert[];
  readonly services: number;
  readonly readings: number;
  readonly unknown: number;
}

/** One sequence of readings that may alert. */
interface Stream {
  readonly service: string;
  readonly signalId: string;
  readonly timesMs: readonly number[];
  /** NaN where unknown. */
  readonly surprisals: readonly number[];
}

/** Surprisal that stands for a flag or a verdict, which have no score of their own. */
const FLAGGED = 12;
const CLOSE_BELOW = 2;

/** The alerts that a range would have raised by scores or verdicts. */
export function collectAlerts(
  services: readonly ServiceTrack[],
  target: Exclude<BacktestTarget, { kind: 'rule' }>,
  range: TimeWindow,
  threshold: number
): FoundAlerts {
  const openAt = target.kind === 'verdict' ? FLAGGED : toSurprisal(threshold);
  return toFound(
    services.flatMap((track) => toStreams(track, target, range)),
    services.length,
    openAt
  );
}

/** The alerts that a documented rule would have raised. */
export function collectFlags(series: readonly RuleFlags[]): FoundAlerts {
  const streams = series.map(({ service, signalId, timesMs, flags }): Stream => ({
    service,
    signalId,
    timesMs: [...timesMs],
    surprisals: Array.from(flags, (flag) => FLAGGED * flag),
  }));
  return toFound(streams, new Set(series.map(({ service }) => service)).size, FLAGGED);
}

function toFound(streams: readonly Stream[], services: number, openAt: number): FoundAlerts {
  const alerts = streams.flatMap((stream) => toAlerts(stream, openAt));
  return {
    alerts: alerts.toSorted(
      (left, right) => left.openedMs - right.openedMs || (left.signalId < right.signalId ? -1 : 1)
    ),
    services,
    readings: streams.reduce((sum, { surprisals }) => sum + surprisals.length, 0),
    unknown: streams.reduce((sum, { surprisals }) => sum + surprisals.filter(Number.isNaN).length, 0),
  };
}

function toStreams(
  track: ServiceTrack,
  target: Exclude<BacktestTarget, { kind: 'rule' }>,
  range: TimeWindow
): readonly Stream[] {
  const { service, readings } = track;
  const inside = (atMs: number): boolean => atMs >= range.fromMs && atMs < range.toMs;
  if (target.kind === 'series') {
    return [...track.series.values()].map(({ identity, readings: ring }): Stream => {
      const indices = Array.from({ length: ring.length }, (_, i) => i).filter((i) => inside(ring.timeAt(i)));
      return {
        service,
        signalId: identity.id,
        timesMs: indices.map((i) => ring.timeAt(i)),
        surprisals: indices.map((i) => ring.surprisalAt(i)),
      };
    });
  }
  const indices = Array.from({ length: readings.length }, (_, i) => i).filter((i) => inside(readings.timeAt(i)));
  const surprisals = indices.map((i) =>
    target.kind === 'verdict' ? verdictSurprisal(readings.verdictAt(i)) : readings.surprisalAt(i)
  );
  return [{ service, signalId: '', timesMs: indices.map((i) => readings.timeAt(i)), surprisals }];
}

function verdictSurprisal(verdict: HybridVerdict): number {
  if (verdict === 'UNKNOWN') {
    return Number.NaN;
  }
  return verdict === 'WARNING' || verdict === 'CRITICAL' ? FLAGGED : 0;
}

function toAlerts({ service, signalId, timesMs, surprisals }: Stream, openAt: number): readonly RawAlert[] {
  const known = surprisals.map((surprisal) => (Number.isNaN(surprisal) ? undefined : surprisal));
  const closeBelow = Math.min(CLOSE_BELOW, openAt);
  return alertEpisodes(known, { openAt, openAfter: 1, closeBelow }).map(({ opened, closed, peak }) => ({
    service,
    signalId,
    openedMs: timesMs[opened] ?? 0,
    closedMs: closed === undefined ? null : (timesMs[closed] ?? null),
    peakScore: toScore(peak),
  }));
}
