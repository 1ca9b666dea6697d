import type { MetricKind } from '../ranking/ranking-case.ts';

/** A service: an index or a name. Two are the same when they are equal; no name has a meaning. */
export type EffectService = number | string;

/**
 * What a column measures. `tnet` is the time between the two ends of a call, attributed to the callee; `client_latency` is
 * what a service waits for its own calls; `self` is what it spends itself.
 */
export type EffectKind = MetricKind | 'cache_hit' | 'queue_lag' | 'connections';

/** One metric of one service on the common grid. */
export interface EffectColumn {
  readonly service: EffectService;
  /** For people; two metrics of different services with the same text are the same metric. */
  readonly metric: string;
  readonly kind: EffectKind;
  /** Of the values; comes back beside every number. */
  readonly unit: string;
  /** One value per row of the grid; what is not a finite number is missing. */
  readonly values: ArrayLike<number>;
  /** Where the values can lie, for counterfactuals; 0 to Infinity unless given, anything for kind `other`. */
  readonly range?: readonly [lowest: number, highest: number];
}

/** Rows of the grid, half-open: `from <= row < to`. What lies between the two windows is the guard and is not used. */
export interface EffectWindow {
  readonly baselineFrom: number;
  readonly baselineTo: number;
  readonly incidentFrom: number;
  readonly incidentTo: number;
}

/** The columns of a system around one incident. */
export interface EffectInput {
  /** Where a service has several columns of one kind, the first one stands for the kind. */
  readonly columns: readonly EffectColumn[];
  /** Who calls whom; unknown services may occur (they are silent), calls to oneself and repetitions are ignored. */
  readonly calls: readonly (readonly [caller: EffectService, callee: EffectService])[];
  /** Where requests enter. Its traffic is the load of the system. */
  readonly entry?: EffectService;
  readonly window: EffectWindow;
  /** Column in which the incident was noticed. */
  readonly target: number;
  /** Columns that may be causes, best a handful; by default every column with a causal path to the target. */
  readonly candidates?: readonly number[];
  /** Of the refuters; the same seed gives the same answer. */
  readonly seed: number;
}
