import type { ServiceName } from './service.ts';
import type { SignalKind } from './signal.ts';
import type { EpochMs, Ratio } from './units.ts';

/** Why a reading has no score. Missing data are a state of their own, never a score of zero. */
export type UnknownReason =
  | 'no-data'
  | 'warming-up'
  | 'gap'
  | 'stale'
  | 'counter-reset'
  | 'out-of-range'
  | 'invalid'
  | 'constant'
  | 'source-error';

/** The values a detector would have called normal, in the unit of the series. */
export interface ExpectedBand {
  readonly lower: number;
  readonly centre: number;
  readonly upper: number;
}

/**
 * The verdict on one point. `surprisal` is -log10 of the tail probability, 0 to 12;
 * `score` maps it to 0..1 with 0.70 at 3, 0.80 at 4, 0.90 at 5.
 */
export type AnomalyReading =
  | {
      readonly kind: 'scored';
      readonly score: Ratio;
      readonly surprisal: number;
      readonly expected: ExpectedBand;
      /** Whether the value lies above or below what was expected. */
      readonly direction: 'above' | 'below';
    }
  | { readonly kind: 'unknown'; readonly why: UnknownReason; readonly have?: number; readonly need?: number };

/** Traffic-light of a score: the steps that dashboards and alert rules share. */
export type AnomalyLevel = 'normal' | 'warning' | 'alert' | 'critical' | 'unknown';

/** Thresholds of the score map. */
export const SCORE_THRESHOLDS = { warning: 0.7, alert: 0.8, critical: 0.9 } as const;

/** Scores of one signal over time, aligned: `readings[i]` belongs to `timesMs[i]` and `values[i]`. */
export interface ScoredSignal {
  readonly signalId: string;
  readonly service: ServiceName;
  readonly kind: SignalKind;
  readonly timesMs: readonly EpochMs[];
  readonly values: readonly number[];
  readonly readings: readonly AnomalyReading[];
}

/** The state of one service at one instant, with the signal that decided it. */
export interface ServiceAnomaly {
  readonly service: ServiceName;
  readonly atMs: EpochMs;
  readonly reading: AnomalyReading;
  /** Signals in falling order of score; unknown ones last. */
  readonly signals: readonly {
    readonly signalId: string;
    readonly kind: SignalKind;
    readonly reading: AnomalyReading;
    readonly value?: number;
  }[];
}
