import type {
  DetectionTier,
  DetectorId,
  ExpectedBand,
  Harm,
  QualityVerdict,
  SeriesExplanation,
  ServiceDetection,
  SignalKind,
  Unit,
  UnknownReason,
} from '#model';

/** What one point of a series was found to be. May be a reused object: callers copy. NaN where unknown. */
export interface SeriesVerdict {
  readonly quality: QualityVerdict;
  readonly why?: UnknownReason | undefined;
  readonly surprisal: number;
  /** What was judged, where it is not the point itself: the rate of a counter; NaN where there is none. */
  readonly value?: number;
  readonly direction: 'above' | 'below';
  readonly have?: number | undefined;
  readonly need?: number | undefined;
  readonly members: readonly { readonly detector: DetectorId; readonly raw: number; readonly surprisal: number }[];
}

/** The judge of one series. */
export interface SeriesJudge {
  step(atMs: number, value: unknown): SeriesVerdict;
  expected(): ExpectedBand | undefined;
  explain(): SeriesExplanation | undefined;
  save(): Uint8Array;
}

/** What a series is, for its judge. */
export interface SeriesTraits {
  readonly stepSeconds: number;
  readonly tier: DetectionTier;
  readonly unit: Unit;
  readonly kind: SignalKind;
  readonly harm: Harm;
  readonly counter?: boolean;
}

/** Rows of a service: one column per feature, NaN where missing. */
export interface FeatureTable {
  readonly features: readonly { readonly signalId: string; readonly unit: Unit; readonly harm: Harm }[];
  readonly timesMs: Float64Array;
  readonly columns: readonly Float64Array[];
}

/** What one row of a service was found to be. NaN where unknown. */
export interface ServiceVerdict {
  readonly surprisal: number;
  readonly why?: UnknownReason | undefined;
  readonly detection: ServiceDetection;
}

/** What a model was fitted on. */
export interface ModelInfo {
  readonly version: string;
  readonly rows: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly contamination: number;
  readonly features: readonly string[];
  readonly shortHistory: boolean;
}

/** The model of one service. */
export interface ServiceJudge {
  readonly info: ModelInfo;
  /** What the numbers of a row are, in order. */
  readonly features: readonly string[];
  step(atMs: number, row: ArrayLike<number>, quality?: readonly QualityVerdict[]): ServiceVerdict;
  save(): Uint8Array;
}

/** A fit, or why there is none. */
export type FitOutcome =
  | { readonly kind: 'fitted'; readonly model: ServiceJudge }
  | {
      readonly kind: 'unknown';
      readonly why: UnknownReason;
      readonly reason: string;
      readonly have: number;
      readonly need: number;
    };

/** The detectors of the engine, as the runtime drives them. */
export interface DetectionEngine {
  /** Seed of every random draw. */
  readonly seed: number;
  detectorsOf(tier: DetectionTier): readonly DetectorId[];
  createSeries(traits: SeriesTraits): SeriesJudge;
  loadSeries(traits: SeriesTraits, state: Uint8Array): SeriesJudge;
  fitService(table: FeatureTable): FitOutcome;
  loadService(state: Uint8Array): ServiceJudge;
}
