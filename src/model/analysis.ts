import type { EffectsReport, MetricOfService } from './causal-effect.ts';
import type { ChangeEvent } from './change.ts';
import type { Evidence } from './evidence.ts';
import type { ServiceName } from './service.ts';
import type { SignalKind } from './signal.ts';
import type { ServiceTraits } from './topology.ts';
import type { ActionProposal } from './action.ts';
import type { EpochMs, Ratio, TimeWindow } from './units.ts';

/** What kind of trouble the signals of a cause describe. Decides which actions may help. */
export type CauseKind =
  | 'slow-query'
  | 'bad-deploy'
  | 'out-of-memory'
  | 'memory-pressure'
  | 'pool-exhaustion'
  | 'external-rate-limit'
  | 'cpu-contention'
  | 'network-latency'
  | 'unreachable'
  | 'overload'
  | 'unclassified';

/** How sure the report is, by written rules. Nothing starts from INCONCLUSIVE. */
export type Verdict = 'CONFIRMED' | 'LIKELY' | 'INCONCLUSIVE';

/** One hop of the way from cause to symptom. `weight` is the share of the caller's trouble that the callee explains. */
export interface PathHop {
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly weight: Ratio;
  readonly measured: boolean;
}

/** One additive term of the linear score. */
export interface Contribution {
  readonly feature: string;
  readonly value: number;
  readonly weight: number;
  readonly evidence: readonly number[];
}

/** A service as possible cause, in rank order. */
export interface Hypothesis {
  readonly service: ServiceName;
  readonly rank: number;
  readonly score: number;
  readonly confidence: Ratio;
  readonly cause: CauseKind;
  /** Signal kinds of the service, strangest first. */
  readonly signals: readonly SignalKind[];
  readonly onsetMs?: EpochMs;
  readonly path: readonly PathHop[];
  readonly contributions: readonly Contribution[];
  readonly evidence: readonly number[];
  /** Where it runs, as far as the sources of the graph know. */
  readonly runsIn?: Pick<ServiceTraits, 'namespace' | 'workload'>;
  /** Places that the two rankings give it when asked alone; missing when only the first was asked. */
  readonly opinions?: { readonly linearRank: number; readonly trainedRank: number };
}

/** A series that speaks in a report, on the grid of the analysis, with what was usual before. */
export interface EvidenceSeries extends MetricOfService {
  /** A cause, a service between cause and target, or the target itself. */
  readonly role: 'cause' | 'path' | 'target';
  readonly timesMs: readonly EpochMs[];
  /** Null where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** Median of the baseline, and the values between which 98 % of it lie. */
  readonly usual: { readonly median: number; readonly low: number; readonly high: number };
  /** First sample clearly outside the usual. */
  readonly onsetMs?: EpochMs;
  readonly evidence: readonly number[];
}

/** How complete the picture of a service is that the answer rests on. */
export interface CoverageWarning {
  readonly service: ServiceName;
  readonly score: Ratio;
  readonly reasons: readonly string[];
}

/** A service that looked guilty and is not. */
export interface RuledOut {
  readonly service: ServiceName;
  readonly reason: string;
  readonly explainedBy?: ServiceName;
  readonly share?: Ratio;
}

/** What an incident costs the business, from a metric of the settings or from failed requests. */
export interface BusinessImpact {
  readonly name: string;
  /** Mean of the window and of the time before; null where nothing was measured. */
  readonly value: number | null;
  readonly usual: number | null;
  /** Whose rate it is, for example `orders/min` or `USD/min`. */
  readonly unit: string;
  /** What was lost in the window, in the unit without its time; null where the loss cannot be counted. */
  readonly lost: number | null;
  /** Number of the evidence that carries it. */
  readonly evidence: number;
}

/** Whether a cause was found at all. */
export type Decision = 'root-cause' | 'no-significant-root-cause' | 'insufficient-data';

/** A missing input that would have changed the confidence. */
export interface DataGap {
  readonly source: string;
  readonly reason: string;
}

/**
 * The answer to "what started it?". Complete without a language model.
 * `concurrent` counts the leading hypotheses that are causes of their own (not victims of each other).
 */
export interface RcaReport {
  readonly id: string;
  readonly target: { readonly service: ServiceName; readonly symptom: 'latency' | 'errors' };
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly onsetMs: EpochMs;
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly verdictReasons: readonly string[];
  readonly hypotheses: readonly Hypothesis[];
  readonly concurrent: number;
  readonly ruledOut: readonly RuledOut[];
  readonly victims: readonly ServiceName[];
  readonly changes: readonly ChangeEvent[];
  readonly evidence: readonly Evidence[];
  readonly proposals: readonly ActionProposal[];
  readonly gaps: readonly DataGap[];
  /** Version of the weights of the trained ranker; missing in reports of older versions. */
  readonly rankedWith?: string;
  /** Of cause, path and target, causes first; missing in reports of older versions, as are the next two. */
  readonly series?: readonly EvidenceSeries[];
  readonly effects?: EffectsReport;
  /** Services of the causes and their paths of which something is not known. */
  readonly coverage?: readonly CoverageWarning[];
  /** Missing where it was not looked for. */
  readonly impact?: readonly BusinessImpact[];
  /** Plain-English summary with `[n]` citations. */
  readonly summary: string;
  /** Who worded `narrative`; `engine` means that no language model was used. */
  readonly narrator: 'engine' | 'llm';
  readonly narrative: string;
}
