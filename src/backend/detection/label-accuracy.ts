import type { AnomalyLabelRecord } from '#contracts';
import { SCORE_THRESHOLDS } from '#model';
import { toScore } from '#engine';
import { SERIES_VERSION } from './detection-metrics.ts';
import type { DetectionRuntime } from './detection-runtime.ts';
import type { ServiceTrack } from './service-track.ts';

/** Share of labelled times that a version judged as the person did. */
export interface LabelAccuracy {
  readonly version: string;
  readonly right: number;
  readonly total: number;
}

/**
 * How often the verdicts agree with the labels of persons, by model version, over the readings that are kept. A time
 * labelled `incident` should have raised an alert, one labelled `false-alarm` or `expected` should not. Times that no
 * reading covers do not count; without labels there is no accuracy.
 */
export function labelAccuracy(
  runtime: DetectionRuntime,
  labels: readonly AnomalyLabelRecord[]
): readonly LabelAccuracy[] {
  const found = new Map<string, { version: string; right: number; total: number }>();
  for (const { service, label, fromMs, toMs } of labels) {
    const wanted = label === 'incident' ? true : label === 'false-alarm' || label === 'expected' ? false : undefined;
    const track = runtime.service(service);
    const peak = track && wanted !== undefined ? peakInside(track, fromMs, toMs) : Number.NaN;
    if (track && !Number.isNaN(peak)) {
      const version = track.model?.info.version ?? SERIES_VERSION;
      const entry = found.get(version) ?? { version, right: 0, total: 0 };
      entry.right += Number(peak >= SCORE_THRESHOLDS.alert === wanted);
      entry.total += 1;
      found.set(version, entry);
    }
  }
  return [...found.values()];
}

/** Highest score inside a window; NaN when nothing was judged in it. */
function peakInside({ readings }: ServiceTrack, fromMs: number, toMs: number): number {
  let peak = Number.NaN;
  for (let i = readings.indexAt(toMs); i >= 0 && readings.timeAt(i) >= fromMs; i -= 1) {
    const surprisal = readings.surprisalAt(i);
    if (!Number.isNaN(surprisal)) {
      peak = Math.max(Number.isNaN(peak) ? 0 : peak, toScore(surprisal));
    }
  }
  return peak;
}
