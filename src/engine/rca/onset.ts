import type { EpochMs } from '#model';
import type { AnalysisInput } from '../analysis-input.ts';
import { firstExcursion } from '../incident/excursion.ts';
import { scoreSignal } from '../anomaly/score-signal.ts';

/**
 * The first anomalous sample of the target inside the window.
 *
 * Symptoms of the target are scored over all that is known of them; the earliest harmful excursion that is critical
 * inside the window decides. Without one the whole window counts as incident.
 *
 * @param input  as given to `analyse`; its `onsetMs` wins when it lies before the end of the window
 * @returns a time not after the end of the window
 * Cost as `scoreSignal` for the symptoms of one service.
 */
export function findOnset(input: AnalysisInput): EpochMs {
  if (input.onsetMs !== undefined && input.onsetMs < input.window.toMs) {
    return input.onsetMs;
  }
  const onsets = input.signals
    .filter((signal) => signal.service === input.target.service)
    .filter((signal) => signal.kind === 'latency' || signal.kind === 'error-ratio')
    .flatMap((signal) => firstExcursion(scoreSignal(signal), input.window)?.onsetMs ?? []);
  return Math.min(input.window.toMs - 1, ...(onsets.length > 0 ? onsets : [input.window.fromMs]));
}
