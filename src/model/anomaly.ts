import type { ChangeEvent } from './change.ts';
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
  | 'fit-failed'
  | 'source-error';

/**
 * What the data-quality gate says about a point. `constant` and `sparse` are still scored, on a path of their own; the
 * others but `ok` are not.
 */
export type QualityVerdict =
  | 'ok'
  | 'invalid'
  | 'out-of-order'
  | 'duplicate'
  | 'gap'
  | 'stale'
  | 'counter-reset'
  | 'out-of-range'
  | 'constant'
  | 'sparse';

/** Quality of one series: the worst verdict of the recent points, and how often each was given. */
export interface SeriesQuality {
  readonly signalId: string;
  readonly service: ServiceName;
  readonly verdict: QualityVerdict;
  readonly counts: Readonly<Partial<Record<QualityVerdict, number>>>;
  /** Newest point that was not `ok`; null when there was none. */
  readonly lastFailureMs: EpochMs | null;
}

/** A named expectation on the data (between, not null, unique, increasing), as a check that people can read. */
export interface QualityCheck {
  readonly name: string;
  readonly service: ServiceName;
  readonly checked: number;
  readonly failures: number;
  readonly lastFailureMs: EpochMs | null;
}

/** Detectors by name. The first ten judge one series, the others one service. */
export type DetectorId =
  | 'ewma'
  | 'ewmaShort'
  | 'seasonal'
  | 'robustZ'
  | 'range'
  | 'discord'
  | 'windowForest'
  | 'ksDrift'
  | 'slowRange'
  | 'roughness'
  | 'subPca6'
  | 'subPca24'
  | 'isolationForest'
  | 'ewmaMean'
  | 'seasonalMax'
  | 'lstm';

/** How thoroughly a series was judged: `light` for every series, `full` for those that matter. */
export type DetectionTier = 'light' | 'full';

/** What one detector said, and its share of the score. The shares of one reading sum to 1. */
export interface DetectorShare {
  readonly detector: DetectorId;
  readonly raw: number;
  readonly surprisal: number;
  readonly share: Ratio;
}

/** Why a point of one series got its score. */
export interface SeriesExplanation {
  readonly members: readonly DetectorShare[];
  /** One sentence from a fixed list, with the numbers filled in. */
  readonly sentence: string;
  /** How much history stands behind it: min(1, n / 2016). */
  readonly confidence: Ratio;
  /** The score was capped below the warning level because there is too little history. */
  readonly shortHistory: boolean;
}

/** Verdict of the hybrid table over a service. */
export type HybridVerdict = 'CRITICAL' | 'WARNING' | 'LOG_ONLY' | 'OK' | 'UNKNOWN';

/** The share of one feature in the score of a service. The shares of one reading sum to 1. */
export interface FeatureShare {
  /** Signal id of the feature. */
  readonly signalId: string;
  readonly share: Ratio;
}

/** How the model of a service judged it, beside the score. */
export interface ServiceDetection {
  /** `model`: the service stack over its feature vector; `series`: the largest of its series, where no model exists. */
  readonly tier: 'model' | 'series';
  readonly verdict: HybridVerdict;
  /** Why the verdict is what it is, in words. */
  readonly note: string;
  /** Features whose EWMA flag was up in the last 15 minutes. */
  readonly flagged: readonly string[];
  /** Share of features whose quality is not ok now. */
  readonly failedShare: Ratio;
  readonly members: readonly DetectorShare[];
  readonly features: readonly FeatureShare[];
  readonly shortHistory: boolean;
}

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
  readonly tier?: DetectionTier;
  /** Of the newest point. */
  readonly explanation?: SeriesExplanation;
  readonly quality?: SeriesQuality;
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
    readonly quality?: QualityVerdict;
    readonly explanation?: SeriesExplanation;
  }[];
  readonly detection?: ServiceDetection;
  /** The rollout that may disturb the service at this instant: the score stays below the warning level. */
  readonly settling?: ChangeEvent;
}
