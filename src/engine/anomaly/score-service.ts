import type { AnomalyReading, EpochMs, ScoredSignal, ServiceAnomaly, ServiceName, UnknownReason } from '#model';
import { SCORE_THRESHOLDS } from '#model';
import { firstAfter } from '../stats/partition-point.ts';
import { toScore } from './score-map.ts';

/** Settings of {@link scoreService}. */
export interface ScoreServiceOptions {
  /** A newest point older than this is no verdict about now; default 90,000 ms. */
  readonly maxAgeMs?: number;
}

type SignalReading = ServiceAnomaly['signals'][number];
type Scored = Extract<AnomalyReading, { kind: 'scored' }>;

/**
 * The state of one service at one instant, from its scored signals.
 *
 * The service takes the largest surprisal of its signals less `log10 m` (m = number of scored signals, a union bound),
 * so that many signals do not alarm more often than few. It is unknown when nothing could be scored, or when nothing is
 * strange but most signals, or all of latency and errors, could not be scored.
 *
 * @param service  name
 * @param signals  scored signals of any services; others are ignored
 * @param atMs  the instant
 * @param options  how old a point may be
 * @returns reading and signals in falling order of score, unknown ones last
 * Cost O(m log n). Source: "a service without a model takes U = max(U_i - log10 m)".
 */
export function scoreService(
  service: ServiceName,
  signals: readonly ScoredSignal[],
  atMs: EpochMs,
  options: ScoreServiceOptions = {}
): ServiceAnomaly {
  const maxAgeMs = options.maxAgeMs ?? 90_000;
  const found = signals
    .filter((signal) => signal.service === service)
    .map((signal) => newestReading(signal, atMs, maxAgeMs))
    .sort(byStrangeness);
  return { service, atMs, reading: combine(found), signals: found };
}

function newestReading(signal: ScoredSignal, atMs: EpochMs, maxAgeMs: number): SignalReading {
  const identity = { signalId: signal.signalId, kind: signal.kind };
  const index = firstAfter(signal.timesMs, atMs) - 1;
  const value = signal.values[index];
  const reading = signal.readings[index];
  if (value === undefined || reading === undefined) {
    return { ...identity, reading: { kind: 'unknown', why: 'no-data' } };
  }
  if (atMs - (signal.timesMs[index] ?? 0) > maxAgeMs) {
    return { ...identity, reading: { kind: 'unknown', why: 'stale' } };
  }
  return Number.isFinite(value) ? { ...identity, reading, value } : { ...identity, reading };
}

function byStrangeness(left: SignalReading, right: SignalReading): number {
  const rank = (item: SignalReading): number => (item.reading.kind === 'scored' ? item.reading.surprisal : -1);
  return rank(right) - rank(left) || (left.signalId < right.signalId ? -1 : Number(left.signalId > right.signalId));
}

function combine(signals: readonly SignalReading[]): AnomalyReading {
  const scored = signals.map((item) => item.reading).filter((reading): reading is Scored => reading.kind === 'scored');
  const top = scored[0];
  if (!top) {
    return { kind: 'unknown', why: commonReason(signals) };
  }
  const surprisal = Math.max(0, top.surprisal - Math.log10(scored.length));
  const score = toScore(surprisal);
  if (score < SCORE_THRESHOLDS.warning && mostlyUnknown(signals)) {
    return { kind: 'unknown', why: commonReason(signals), have: scored.length, need: signals.length };
  }
  return { ...top, score, surprisal };
}

function mostlyUnknown(signals: readonly SignalReading[]): boolean {
  const isUnknown = (item: SignalReading): boolean => item.reading.kind === 'unknown';
  const symptoms = signals.filter((item) => item.kind === 'latency' || item.kind === 'error-ratio');
  return (symptoms.length > 0 && symptoms.every(isUnknown)) || signals.filter(isUnknown).length > 0.5 * signals.length;
}

function commonReason(signals: readonly SignalReading[]): UnknownReason {
  const counts = new Map<UnknownReason, number>();
  for (const { reading } of signals) {
    if (reading.kind === 'unknown') {
      counts.set(reading.why, (counts.get(reading.why) ?? 0) + 1);
    }
  }
  const ranked = [...counts].sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1));
  return ranked[0]?.[0] ?? 'no-data';
}
