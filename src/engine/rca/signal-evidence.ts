import type { EpochMs, ServiceName, Signal, TimeWindow } from '#model';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { sortedDistances } from '../stats/sorted-distances.ts';
import { scoreSeries, squash, type SeriesScore } from './series-score.ts';

/** One signal with its deviation, attributed to the service it speaks about. */
export interface SignalEvidence {
  readonly signal: Signal;
  /** The callee for what a call costs or is refused, else the signal's own service. */
  readonly owner: ServiceName;
  readonly score: SeriesScore;
  /** Deviation in the harmful direction, >= 0, in calibrated standard deviations. */
  readonly z: number;
  /** `squash(z)`, 0 to 1.5. */
  readonly strength: number;
  /** First sample clearly outside the baseline; undefined when fewer than three are. */
  readonly onsetMs?: EpochMs;
}

/** Where normal ends and the incident begins. */
export interface EvidenceWindows {
  /** Values of normal times; the guard before the onset is already left out. */
  readonly baseline: TimeWindow;
  /** From the onset to now. */
  readonly incident: TimeWindow;
}

/** Least distance of the baseline from the onset. */
const GUARD_MS = 120_000;
/** Values outside the baseline that date an onset. */
const ONSET_POINTS = 3;

/**
 * Windows of an analysis: the incident starts at the onset, the baseline ends at least two minutes before it.
 *
 * @param baseline  window of normal times as asked for
 * @param window  window to explain
 * @param onsetMs  first anomalous sample
 * @returns both windows; the baseline may be empty when the onset is too early
 * Cost O(1). Source: the mandatory guard, "two steps or 120 s".
 */
export function splitWindows(baseline: TimeWindow, window: TimeWindow, onsetMs: EpochMs): EvidenceWindows {
  return {
    baseline: { fromMs: baseline.fromMs, toMs: Math.min(baseline.toMs, onsetMs - GUARD_MS) },
    incident: { fromMs: onsetMs, toMs: Math.max(window.toMs, onsetMs + 1) },
  };
}

/**
 * Scores one signal against its baseline.
 *
 * @param signal  any signal
 * @param windows  baseline and incident
 * @returns undefined when the signal has too few values in one of the windows
 * Cost O(n log n).
 */
export function toEvidence(signal: Signal, windows: EvidenceWindows): SignalEvidence | undefined {
  const baseline = valuesIn(signal, windows.baseline);
  const incident = valuesIn(signal, windows.incident);
  const score = scoreSeries(signal.kind, signal.unit, baseline, incident);
  if (!score) {
    return undefined;
  }
  const z = Math.max(0, harmOf(signal, score));
  const onsetMs = onsetOf(signal, windows, score, baseline);
  return {
    signal,
    owner: ownerOf(signal),
    score,
    z,
    strength: squash(z),
    ...(onsetMs === undefined ? {} : { onsetMs }),
  };
}

/** What a call costs outside the callee, and what a callee refuses, speaks about the callee. */
function ownerOf(signal: Signal): ServiceName {
  const speaksOfPeer = signal.kind === 'client-latency' || signal.kind === 'rejected-requests';
  return speaksOfPeer ? (signal.peer ?? signal.service) : signal.service;
}

function harmOf(signal: Signal, score: SeriesScore): number {
  if (signal.harm === 'both') {
    return Math.max(score.up, score.down);
  }
  return signal.harm === 'up' ? score.up : score.down;
}

/**
 * Values of a signal inside a window.
 *
 * @param signal  any signal
 * @param window  half-open
 * @returns in order of time; may hold NaN
 * Cost O(n).
 */
export function valuesIn(signal: Signal, window: TimeWindow): number[] {
  return signal.series.values.filter((_, i) => {
    const time = signal.series.timesMs[i] ?? NaN;
    return time >= window.fromMs && time < window.toMs;
  });
}

function onsetOf(
  signal: Signal,
  windows: EvidenceWindows,
  score: SeriesScore,
  baseline: readonly number[]
): EpochMs | undefined {
  const usual = sortedDistances(sortedFinite(baseline), score.median);
  const threshold = Math.max(4, (1.3 * quantileSorted(usual, 0.95)) / score.scale);
  const outside = signal.series.timesMs.filter((time, i) => {
    const isInside = time >= windows.incident.fromMs && time < windows.incident.toMs;
    return isInside && harmfulDeviation(signal, score, i) > threshold;
  });
  return outside.length >= ONSET_POINTS ? outside[0] : undefined;
}

/**
 * How far one value lies from the baseline in the harmful direction.
 *
 * @param signal  any signal
 * @param score  its score
 * @param index  of the value
 * @returns calibrated standard deviations; negative on the harmless side, NaN for no value
 * Cost O(1).
 */
export function harmfulDeviation(signal: Signal, score: SeriesScore, index: number): number {
  const deviation = ((signal.series.values[index] ?? NaN) - score.median) / score.scale;
  if (signal.harm === 'both') {
    return Math.abs(deviation);
  }
  return signal.harm === 'up' ? deviation : -deviation;
}
