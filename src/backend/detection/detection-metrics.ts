import { toSurprisal } from '#engine';
import { SCORE_THRESHOLDS } from '#model';
import type { ServiceTrack } from './service-track.ts';

/** Upper bounds of the documented histogram, seconds. */
export const LATENCY_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1] as const;
/** Pairs of version and result that are counted; the oldest go first. */
const MAX_COUNTERS = 60;
const WARNING_SURPRISAL = toSurprisal(SCORE_THRESHOLDS.warning);
/** Version of verdicts that no model took part in. */
export const SERIES_VERSION = 'series';

/** What a verdict was, for the counter. */
export type PredictionResult = 'normal' | 'anomaly' | 'unknown';

/** One counter with its labels. */
export interface PredictionCount {
  readonly version: string;
  readonly result: PredictionResult;
  count: number;
}

/** Counts of what the detection of one datasource said, and how long it took. Bounded, whatever versions come. */
export class DetectionMetrics {
  readonly buckets: number[] = LATENCY_BUCKETS.map(() => 0);
  seconds = 0;
  observations = 0;
  private readonly counters = new Map<string, PredictionCount>();

  /** One judgement of all services. */
  observe(durationMs: number): void {
    const seconds = durationMs / 1000;
    LATENCY_BUCKETS.forEach((bound, i) => {
      this.buckets[i] = (this.buckets[i] ?? 0) + Number(seconds <= bound);
    });
    this.seconds += seconds;
    this.observations += 1;
  }

  /** The newest verdict on each service. */
  count(services: readonly ServiceTrack[]): void {
    for (const { readings, model } of services) {
      const surprisal = readings.surprisalAt(readings.length - 1);
      const result = Number.isNaN(surprisal) ? 'unknown' : surprisal < WARNING_SURPRISAL ? 'normal' : 'anomaly';
      const version = model?.info.version ?? SERIES_VERSION;
      const key = `${version}\n${result}`;
      const counter = this.counters.get(key) ?? { version, result, count: 0 };
      counter.count += 1;
      this.counters.delete(key);
      this.counters.set(key, counter);
    }
    for (const key of [...this.counters.keys()].slice(0, Math.max(0, this.counters.size - MAX_COUNTERS))) {
      this.counters.delete(key);
    }
  }

  get predictions(): readonly PredictionCount[] {
    return [...this.counters.values()];
  }
}
