import type { DetectorId, EpochMs, Harm, ServiceDetection, UnknownReason } from '#model';
import type { EwmaSettings } from './feature-ewma.ts';
import type { LstmWeights } from './lstm.ts';

/** Settings of a service model. */
export interface ServiceModelConfig {
  readonly stepSeconds: number;
  /** Share of the strangest training scores dropped before tails are fitted: 0, 0.005 or 0.01; see {@link trimOf}. */
  readonly contamination: number;
  /** A critical forest alone is only a warning. */
  readonly requireCorroboration: boolean;
  readonly ewma: EwmaSettings;
  /** Random seed of the forest. */
  readonly seed: number;
  /** Local time minus UTC at an instant, in seconds; default 0. */
  readonly utcOffsetSeconds?: (atMs: number) => number;
  /** Why this fit was made; kept with the model. */
  readonly reason?: string;
  /** A trained sequence model, where its gate passed. Its features must be those of the table. */
  readonly lstm?: LstmWeights;
}

/** Where a model comes from. */
export interface ServiceModelInfo {
  /** Format and method. */
  readonly version: number;
  /** Rows it was fitted on. */
  readonly rows: number;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly contamination: number;
  readonly seed: number;
  /** Signal ids of the features that are judged; others had no history. */
  readonly features: readonly string[];
  /** Direction in which each of them does harm. */
  readonly harms: readonly Harm[];
  /** Less than seven days of history. */
  readonly shortHistory: boolean;
  readonly reason: string;
}

/** The members of a service's ensemble. */
export type ServiceMember = Extract<
  DetectorId,
  'subPca6' | 'subPca24' | 'isolationForest' | 'ewmaMean' | 'seasonalMax' | 'lstm'
>;

/** What one member said about a row; NaN where it has nothing to say. */
export interface ServiceMemberReading {
  readonly detector: ServiceMember;
  readonly raw: number;
  readonly surprisal: number;
}

/** The verdict on one row of a service. */
export interface ServiceStep {
  /** -log10 of the tail probability, 0 to 12; NaN = unknown. */
  readonly surprisal: number;
  /** Why it is unknown. */
  readonly why?: UnknownReason;
  readonly have?: number;
  readonly need?: number;
  /** The ensemble before its last tail and without the cap of 12: ranks the strange among themselves. NaN = unknown. */
  readonly ranking: number;
  /** The documented flag of the forest: above the 99 % (or 95 %) quantile of training. For comparison; alerts nobody. */
  readonly documentedFlag: boolean;
  /** Features that are off in the direction that does harm, by signal id. */
  readonly harmful: readonly string[];
  readonly members: readonly ServiceMemberReading[];
  readonly detection: ServiceDetection;
}
