import type { EpochMs, ScoredSignal, TimeWindow } from '#model';
import { SCORE_THRESHOLDS } from '#model';

/** A stretch of anomalous points at the end of a scored signal. */
export interface Excursion {
  /** First point outside the expected band. */
  readonly onsetMs: EpochMs;
  /** Last critical point. */
  readonly lastMs: EpochMs;
  /** Consecutive critical points, up to the last one. */
  readonly criticalPoints: number;
  /** Largest surprisal. */
  readonly peak: number;
}

/** Points after the last critical one that may be calm; a watch that looks every fourth point still sees the excursion. */
const CALM_TAIL = 4;

/**
 * The newest run of critical points of a signal, with the first sample that left the band.
 *
 * Smoothing makes the score late by a point or two; the onset is found by walking back over harmful values outside the
 * band.
 *
 * @param signal  scored signal
 * @param atMs  now; points after it are ignored
 * @param calmPoints  points after the last critical one that may be calm: at least those between two looks; default 4
 * @returns undefined when no critical point lies within the last few points
 * Cost O(n).
 */
export function newestExcursion(signal: ScoredSignal, atMs: EpochMs, calmPoints = CALM_TAIL): Excursion | undefined {
  let end = signal.timesMs.length - 1;
  while (end >= 0 && (signal.timesMs[end] ?? 0) > atMs) {
    end -= 1;
  }
  let last = end;
  while (last >= 0 && !isCritical(signal, last)) {
    last -= 1;
  }
  if (last < 0 || end - last > calmPoints) {
    return undefined;
  }
  let first = last;
  let peak = surprisalAt(signal, last);
  while (first > 0 && isCritical(signal, first - 1)) {
    first -= 1;
    peak = Math.max(peak, surprisalAt(signal, first));
  }
  return {
    onsetMs: signal.timesMs[onsetIndex(signal, first)] ?? 0,
    lastMs: signal.timesMs[last] ?? 0,
    criticalPoints: last - first + 1,
    peak,
  };
}

/**
 * The runs of at least two critical points inside a window, in order of time.
 *
 * @param signal  scored signal
 * @param window  only critical points inside count; the first onset may lie up to its start
 * Cost O(n).
 */
export function excursionsIn(signal: ScoredSignal, window: TimeWindow): readonly Excursion[] {
  const inside = (index: number): boolean => {
    const time = signal.timesMs[index];
    return time !== undefined && time >= window.fromMs && time < window.toMs;
  };
  const found: Excursion[] = [];
  for (let first = 0; first < signal.timesMs.length; first += 1) {
    let end = first;
    let peak = 0;
    while (inside(end) && isCritical(signal, end)) {
      peak = Math.max(peak, surprisalAt(signal, end));
      end += 1;
    }
    if (end - first >= 2) {
      const onsetMs = Math.max(window.fromMs, signal.timesMs[onsetIndex(signal, first)] ?? window.fromMs);
      found.push({ onsetMs, lastMs: signal.timesMs[end - 1] ?? onsetMs, criticalPoints: end - first, peak });
    }
    first = Math.max(first, end - 1);
  }
  return found;
}

/** Whether a point is critical; unknown is not. */
function isCritical(signal: ScoredSignal, index: number): boolean {
  const reading = signal.readings[index];
  return reading?.kind === 'scored' && reading.score >= SCORE_THRESHOLDS.critical;
}

function surprisalAt(signal: ScoredSignal, index: number): number {
  const reading = signal.readings[index];
  return reading?.kind === 'scored' ? reading.surprisal : 0;
}

function onsetIndex(signal: ScoredSignal, firstCritical: number): number {
  const direction = directionAt(signal, firstCritical);
  let index = firstCritical;
  while (index > 0 && isOutsideBand(signal, index - 1, direction)) {
    index -= 1;
  }
  return index;
}

function directionAt(signal: ScoredSignal, index: number): 'above' | 'below' | undefined {
  const reading = signal.readings[index];
  return reading?.kind === 'scored' ? reading.direction : undefined;
}

function isOutsideBand(signal: ScoredSignal, index: number, direction: 'above' | 'below' | undefined): boolean {
  const reading = signal.readings[index];
  const value = signal.values[index];
  if (reading?.kind !== 'scored' || value === undefined) {
    return false;
  }
  return direction === 'above' ? value > reading.expected.upper : value < reading.expected.lower;
}
