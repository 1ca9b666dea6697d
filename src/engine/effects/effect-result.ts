import type { EffectKind, EffectService } from './effect-input.ts';

/** Why nothing can be said about a candidate. */
export type NotTestableCode =
  | 'no-such-column'
  | 'is-the-target'
  | 'no-causal-path'
  | 'no-incident-rows'
  | 'too-few-rows'
  | 'constant-cause'
  | 'constant-target'
  | 'explained-by-adjustment'
  | 'no-error-estimate'
  | 'out-of-range';

/** Why a column that should be held fixed is not. */
export type NotAdjustedCode = 'constant' | 'collinear' | 'too-many-gaps' | 'over-limit' | 'not-measured';

/** What weakens a result without refuting it. */
export type EffectCaveat =
  /** No traffic is held fixed: load may drive both. */
  | 'load-not-adjusted'
  /** In normal times alone the slope has the other sign. */
  | 'baseline-disagrees'
  /** Fewer than three rows of the incident took part. */
  | 'short-incident'
  /** The counterfactual left the range of the metric and was cut there: the effect is too large to be true. */
  | 'counterfactual-cut';

/** What can speak against an effect. */
export type Refuter = 'significance' | 'placebo' | 'random-common-cause' | 'block-subsets';

/** A value with its 95 % interval, all in one unit. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Where a column stands. */
export interface EffectSource {
  /** Index into the columns of the input. */
  readonly column: number;
  readonly service: EffectService;
  readonly metric: string;
  readonly kind: EffectKind;
  readonly unit: string;
}

/** How the attempts to refute an effect went. */
export interface Refutations {
  /** Circular shifts of the cause: how often a cause at the wrong time seems as strong. Not run on short data. */
  readonly placebo: { readonly p: number | null; readonly shifts: number; readonly passed: boolean };
  /** Largest relative change of the slope when a random column is held fixed as well. */
  readonly randomCommonCause: { readonly largestChange: number | null; readonly passed: boolean };
  /** Share of the fits with one block of rows left out that keep the sign. */
  readonly blockSubsets: { readonly sameSign: number | null; readonly fits: number; readonly passed: boolean };
}

/** What the target would have been, had the cause stayed at its baseline median. Null where a value is missing. */
export interface Counterfactual {
  /** Rows of the grid: those of the incident. */
  readonly rows: readonly number[];
  readonly observed: readonly (number | null)[];
  readonly value: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  /** Means over the rows in which the target was at its worst: the worse half of the incident. */
  readonly worst: { readonly observed: number; readonly counterfactual: Estimate };
  readonly unit: string;
}

/** A candidate whose effect could be estimated. */
export interface TestedEffect extends EffectSource {
  readonly verdict: 'supported' | 'not-supported';
  /** What speaks against it; empty when supported. */
  readonly refutedBy: readonly Refuter[];
  /** Change of the target for one unit of the cause, in `slopeUnit`. */
  readonly slope: Estimate;
  /** The slope with the interval for another incident of the same cause, between which slopes differ too. */
  readonly anotherIncident: Estimate;
  readonly slopeUnit: string;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** Slope in standard deviations of the target for one of the cause; dimensionless. */
  readonly standardisedSlope: Estimate;
  /** The standardised slope is beyond 0.1 (A4.8). */
  readonly large: boolean;
  /** Share of the target's change that the change of the cause carries; 1 is all of it. Null when the target stayed
   * within one standard deviation of its quiet rows. */
  readonly share: Estimate | null;
  /** Change of the cause: mean of the worse half of the incident less the baseline median, in `unit`. */
  readonly causeChange: number;
  /** The same of the target, in its unit. */
  readonly targetChange: number;
  readonly p: number;
  /** p after Benjamini and Hochberg over the family. */
  readonly q: number;
  /** The same fit on normal times only: it knows nothing of the range of the incident. Null when it cannot be made. */
  readonly baselineSlope: Estimate | null;
  /** Error and p by the classical Newey-West formula, for comparison. */
  readonly neweyWest: { readonly standardError: number; readonly lags: number; readonly p: number };
  /**
   * Share of what is left of cause and target that a hidden common cause would have to explain to make the effect zero, 0
   * to 1. Ref: robustness value of Cinelli & Hazlett 2020, J. R. Statist. Soc. B 82(1), eq. 18.
   */
  readonly hiddenCauseStrength: number;
  /** Columns held fixed. */
  readonly adjustedFor: readonly number[];
  readonly notAdjustedFor: readonly { readonly column: number; readonly reason: NotAdjustedCode }[];
  readonly rows: { readonly baseline: number; readonly incident: number };
  readonly refuters: Refutations;
  readonly counterfactual: Counterfactual;
  readonly caveats: readonly EffectCaveat[];
}

/** A candidate about which nothing can be said. It stays listed. */
export interface UntestableEffect {
  readonly verdict: 'not-testable';
  readonly column: number;
  /** Missing when the column does not exist. */
  readonly source?: EffectSource;
  readonly code: NotTestableCode;
  readonly reason: string;
}

/** Effects on one target in one incident. Every number is finite; what has no value is null. */
export interface EffectAnalysis {
  readonly target: EffectSource | null;
  /** Strongest first, by the size of the standardised slope. */
  readonly tested: readonly TestedEffect[];
  readonly notTestable: readonly UntestableEffect[];
  /** How many candidates the correction is for. */
  readonly family: number;
}
