import type { MetricKind } from './ranking-case.ts';
import type { RankingFeature } from './feature-names.ts';

/**
 * Which score orders the services. `gnn` are the networks of simulation and labelled cases, `blend` is half of it and half
 * the linear score, `three-way` half linear and a quarter each of them and of the networks of simulation alone.
 */
export const RANKERS = ['prior', 'linear', 'gnn', 'blend', 'three-way'] as const;

/** Name of a score. */
export type Ranker = (typeof RANKERS)[number];

/** One additive part of the linear score: `weight * value`. */
export interface RankingContribution {
  readonly feature: RankingFeature;
  readonly value: number;
  readonly weight: number;
}

/** One candidate of the ranking. */
export interface RankedService {
  /** Index into the case's services. */
  readonly service: number;
  /** The score that orders, in nats relative to the other candidates. */
  readonly score: number;
  /** 0 to 1: the softmax of the score over all candidates, less where the baseline is short. */
  readonly confidence: number;
  /** Additive score, comparable with the threshold of abstention. */
  readonly linear: number;
  /** Undefined where no network took part. */
  readonly network: number | undefined;
  /** 1 + the number of strictly better candidates. */
  readonly linearRank: number;
  readonly networkRank: number | undefined;
  /** In the order of RANKING_FEATURES. */
  readonly features: Float64Array;
  /** All parts that are not zero, largest first; they and the terms add up to `linear`. */
  readonly contributions: readonly RankingContribution[];
  /** Log odds from changes and propagation rules, included in `linear` and `score`. */
  readonly terms: number;
}

/** A metric kind of a service with its weighted evidence. */
export interface RankedKind {
  readonly kind: MetricKind | 'event';
  readonly value: number;
}

/** What could not be used, and why. */
export interface RankingDiagnostics {
  /** Indices of series with fewer than five baseline values or without an incident value. */
  readonly droppedSeries: readonly {
    readonly series: number;
    readonly reason: 'few-baseline-values' | 'no-incident-value';
  }[];
  /** Series that name a service which the case does not have. */
  readonly unknownServices: number;
  readonly ignoredEdges: { readonly unknown: number; readonly duplicate: number; readonly self: number };
  /** Services without a usable series: no candidates, though paths pass through them. */
  readonly silentServices: readonly number[];
  /** The target has no usable series of its own. */
  readonly targetSilent: boolean;
  /** The call graph is unknown: features of the graph are 0 and the linear score ranks alone. */
  readonly withoutGraph: boolean;
  /** The entry is unknown: every service counts as reachable. */
  readonly withoutEntry: boolean;
}

/** Answer of the ranking. */
export interface RankingResult {
  readonly decision: 'root-cause' | 'no-significant-root-cause' | 'insufficient-data';
  /** Smallest top linear score that names a cause. */
  readonly threshold: number;
  /** Whether the threshold comes from quiet windows of this installation. */
  readonly calibrated: boolean;
  /** The ranker that really ordered: `linear` in place of a blend where there is no graph or no network. */
  readonly ranker: Ranker;
  /** All candidates, best first; also where the decision is to keep quiet. */
  readonly ranking: readonly RankedService[];
  /** Metric kinds of a service, most telling first; empty for services that are no candidates. */
  readonly kinds: (service: number) => readonly RankedKind[];
  readonly diagnostics: RankingDiagnostics;
}
