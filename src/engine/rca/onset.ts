import type { EpochMs, ServiceName, Signal, TimeWindow } from '#model';
import type { AnalysisInput } from '../analysis-input.ts';
import { scoreSignal } from '../anomaly/score-signal.ts';
import { type Excursion, excursionsIn } from '../incident/excursion.ts';

/** Signals that were calm for so long: what comes then is another trouble. */
const CALM_MS = 10 * 60_000;
/** A trouble of which the newest critical point is not older still lasts. */
const LASTING_MS = 3 * 60_000;
/** Rates still cover a trouble for this long after it is over. */
const TAIL_MS = 60_000;

/** A time in which the symptoms of a service are critical, with calm of less than ten minutes in between. */
export interface Trouble {
  /** First sample outside the expected band. */
  readonly onsetMs: EpochMs;
  /** End of the window where it lasts, else shortly after the last critical point. */
  readonly endMs: EpochMs;
}

interface Episode {
  readonly onsetMs: EpochMs;
  readonly lastMs: EpochMs;
  readonly criticalPoints: number;
}

/**
 * The trouble of a service that a window is about: the one that still lasts at the end of the window; where none does,
 * that with the most critical points, the earlier one of two alike. An earlier incident in the same window would
 * otherwise set the onset, and the calm after it hide the trouble of now.
 *
 * @param signals  of any services, covering the window and normal times before it
 * @param service  whose latency and error ratio are scored over all that is known of them
 * @param window  to look in
 * @returns undefined where nothing is critical
 * Cost as `scoreSignal` for the symptoms of one service.
 */
export function findTrouble(signals: readonly Signal[], service: ServiceName, window: TimeWindow): Trouble | undefined {
  const excursions = signals
    .filter((signal) => signal.service === service)
    .filter((signal) => signal.kind === 'latency' || signal.kind === 'error-ratio')
    .flatMap((signal) => excursionsIn(scoreSignal(signal), window));
  const episodes = toEpisodes(excursions);
  const newest = episodes.at(-1);
  if (newest && newest.lastMs >= window.toMs - LASTING_MS) {
    return { onsetMs: newest.onsetMs, endMs: window.toMs };
  }
  const [largest] = episodes.toSorted((left, right) => right.criticalPoints - left.criticalPoints);
  return largest && { onsetMs: largest.onsetMs, endMs: Math.min(window.toMs, largest.lastMs + TAIL_MS) };
}

/** Excursions with too little calm between them are one. */
function toEpisodes(excursions: readonly Excursion[]): readonly Episode[] {
  const episodes: Episode[] = [];
  for (const { onsetMs, lastMs, criticalPoints } of excursions.toSorted((a, b) => a.onsetMs - b.onsetMs)) {
    const before = episodes.at(-1);
    if (before && onsetMs - before.lastMs < CALM_MS) {
      episodes[episodes.length - 1] = {
        onsetMs: before.onsetMs,
        lastMs: Math.max(before.lastMs, lastMs),
        criticalPoints: before.criticalPoints + criticalPoints,
      };
    } else {
      episodes.push({ onsetMs, lastMs, criticalPoints });
    }
  }
  return episodes;
}

/**
 * The first anomalous sample of the target inside the window: as given, or that of the trouble that is found. Without
 * one the whole window counts as incident.
 *
 * @param input  as given to `analyse`; its `onsetMs` wins when it lies before the end of the window
 * @returns a time not after the end of the window
 * Cost as `findTrouble`.
 */
export function findOnset({ onsetMs, window, signals, target }: AnalysisInput): EpochMs {
  if (onsetMs !== undefined && onsetMs < window.toMs) {
    return onsetMs;
  }
  const found = findTrouble(signals, target.service, window)?.onsetMs ?? window.fromMs;
  return Math.min(window.toMs - 1, found);
}
