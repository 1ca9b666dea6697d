import { alertEpisodes, toScore, toSurprisal } from '#engine';
import type { HybridVerdict, TimeWindow } from '#model';
import type { RawAlert } from './grade-alerts.ts';

/** One sequence of judged points that may alert. */
export interface AlertStream {
  readonly service: string;
  /** Empty: the service as a whole. */
  readonly signalId: string;
  /** Ascending. */
  readonly timesMs: ArrayLike<number>;
  /** One per point; NaN where unknown. */
  readonly surprisals: ArrayLike<number>;
}

/** Alerts of all streams, and how much of the range could be judged. */
export interface FoundAlerts {
  readonly alerts: readonly RawAlert[];
  readonly alertsPerServiceDay: number;
  readonly unknownShare: number;
}

/** What alerts are found by. */
export interface AlertRule {
  /** Points with `fromMs <= t < toMs` count. */
  readonly range: TimeWindow;
  readonly stepSeconds: number;
  /** Score that opens, 0 to 1. */
  readonly threshold: number;
}

const DAY_MS = 86_400_000;
/** An alert opens where the surprisal is the largest of so long. */
const HOLD_OFF_SECONDS = 6 * 3600;
const CLOSE_BELOW = 2;
/** A surprisal of 4 has the score 0.8 but for rounding. */
const ROUNDING = 1e-9;

/** Surprisals that stand for verdicts, which have no score: the alert level and the critical level. */
const VERDICT_SURPRISALS: Readonly<Record<HybridVerdict, number>> = {
  UNKNOWN: Number.NaN,
  OK: 0,
  LOG_ONLY: 0,
  WARNING: 4,
  CRITICAL: 5,
};

/** Score at which verdicts and flags of rules alert, whatever threshold was asked for. */
export const FLAG_THRESHOLD = 0.8;

/** The surprisal that stands for a verdict; NaN for unknown. */
export function verdictSurprisal(verdict: HybridVerdict): number {
  return VERDICT_SURPRISALS[verdict];
}

/** The surprisal that stands for the flag of a rule (1, 0, or NaN for unknown). */
export function flagSurprisal(flag: number): number {
  return Number.isNaN(flag) ? Number.NaN : flag > 0 ? VERDICT_SURPRISALS.WARNING : 0;
}

/**
 * The alerts of streams inside a range, by the hold-off of the engine; `unknownShare` counts missing points as unknown,
 * and a service-day is 24 hours in which the service was judged.
 */
export function findAlerts(streams: readonly AlertStream[], rule: AlertRule): FoundAlerts {
  const inside = streams.map((stream) => restrict(stream, rule.range));
  const stepMs = rule.stepSeconds * 1000;
  const expected = Math.max(0, Math.ceil(rule.range.toMs / stepMs) - Math.ceil(rule.range.fromMs / stepMs));
  const judged = inside.map(({ surprisals }) => surprisals.filter((surprisal) => surprisal !== undefined).length);
  const known = judged.reduce((sum, count) => sum + Math.min(count, expected), 0);
  const serviceDays = (judgedSteps(inside, stepMs) * stepMs) / DAY_MS;
  const alerts = inside
    .flatMap((stream) => toAlerts(stream, rule))
    .toSorted((left, right) => left.openedMs - right.openedMs || (nameOf(left) < nameOf(right) ? -1 : 1));
  return {
    alerts,
    alertsPerServiceDay: serviceDays === 0 ? 0 : alerts.length / serviceDays,
    unknownShare: known === 0 ? 1 : 1 - known / (streams.length * expected),
  };
}

interface Restricted {
  readonly service: string;
  readonly signalId: string;
  readonly timesMs: readonly number[];
  readonly surprisals: readonly (number | undefined)[];
}

function restrict({ service, signalId, timesMs, surprisals }: AlertStream, { fromMs, toMs }: TimeWindow): Restricted {
  const times: number[] = [];
  const known: (number | undefined)[] = [];
  for (let i = 0; i < timesMs.length; i += 1) {
    const atMs = timesMs[i] ?? Number.NaN;
    if (atMs >= fromMs && atMs < toMs) {
      const surprisal = surprisals[i] ?? Number.NaN;
      times.push(atMs);
      known.push(surprisal >= 0 ? surprisal : undefined);
    }
  }
  return { service, signalId, timesMs: times, surprisals: known };
}

/** Steps of all services at which at least one stream of the service was judged. */
function judgedSteps(streams: readonly Restricted[], stepMs: number): number {
  const steps = new Map<string, Set<number>>();
  for (const { service, timesMs, surprisals } of streams) {
    const own = steps.get(service) ?? new Set<number>();
    steps.set(service, own);
    surprisals.forEach((surprisal, i) => {
      if (surprisal !== undefined) {
        own.add(Math.floor((timesMs[i] ?? 0) / stepMs));
      }
    });
  }
  return [...steps.values()].reduce((sum, { size }) => sum + size, 0);
}

function toAlerts(stream: Restricted, { threshold, stepSeconds }: AlertRule): readonly RawAlert[] {
  const { service, signalId, timesMs, surprisals } = stream;
  const openAt = toSurprisal(threshold) - ROUNDING;
  const newMaximumOf = Math.max(1, Math.round(HOLD_OFF_SECONDS / stepSeconds));
  const closeBelow = Math.min(CLOSE_BELOW, openAt);
  return alertEpisodes(surprisals, { openAt, newMaximumOf, closeBelow }).map((episode) => ({
    service,
    signalId,
    openedMs: timesMs[episode.opened] ?? 0,
    closedMs: episode.closed === undefined ? null : (timesMs[episode.closed] ?? null),
    peakScore: toScore(episode.peak),
    escalatedMs: (episode.escalations ?? []).map((i) => timesMs[i] ?? 0),
  }));
}

function nameOf({ service, signalId }: RawAlert): string {
  return `${service}\n${signalId}`;
}
