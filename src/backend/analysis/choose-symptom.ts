import { scoreSignal } from '#engine';
import type { ScoredSignal, Signal, TimeWindow } from '#model';

/** Which of the two symptoms of a service is stranger in a window; latency when neither is known. */
export function chooseSymptom(signals: readonly Signal[], service: string, window: TimeWindow): 'latency' | 'errors' {
  const peak = (kind: Signal['kind']): number =>
    Math.max(
      0,
      ...signals
        .filter((signal) => signal.service === service && signal.kind === kind)
        .map((signal) => peakInside(scoreSignal(signal), window))
    );
  return peak('error-ratio') > peak('latency') ? 'errors' : 'latency';
}

function peakInside(scored: ScoredSignal, window: TimeWindow): number {
  return scored.readings.reduce((peak, reading, i) => {
    const time = scored.timesMs[i] ?? 0;
    const inside = time >= window.fromMs && time < window.toMs;
    return inside && reading.kind === 'scored' ? Math.max(peak, reading.surprisal) : peak;
  }, 0);
}
