import type {
  DataGap,
  FeatureCoverage,
  FeatureName,
  FeatureProfile,
  Harm,
  Labels,
  Seconds,
  ServiceName,
  SignalKind,
  Unit,
} from '#model';

/** A signal that the user defines. Texts are checked again here; the query is used as it is. */
export interface UserSignalDefinition {
  /** Lower-case letters, digits, `-` and `_`; part of the signal id. */
  readonly name: string;
  /** PromQL with one series per service. */
  readonly query: string;
  /** Label that names the service. */
  readonly serviceLabel: string;
  readonly unit: Unit;
  readonly harm: Harm;
  /** Value at which the resource is exhausted, in the unit of the signal. */
  readonly limit?: number | undefined;
}

/** How several series of one owner become one. `only` keeps the first and records a gap. */
export type Combination = 'sum' | 'max' | 'only';

/** One query that reads one feature of all services that have it from the same source. Plain data: may be posted to a worker. */
export interface FeatureQuery {
  /** Unique in the plan: `profile/feature/source`, with the way of naming owners where a source has several. */
  readonly id: string;
  readonly from: 'prometheus' | 'loki';
  readonly profile: FeatureProfile;
  readonly feature: FeatureName | `user:${string}`;
  /** Family of metrics, such as `otel-span-metrics`. */
  readonly source: string;
  readonly expr: string;
  readonly kind: SignalKind;
  readonly unit: Unit;
  readonly harm: Harm;
  /** The query reads a counter as it is, without `rate`. */
  readonly counter?: boolean;
  /** Value at which the resource is exhausted, where the user gave one. */
  readonly limit?: number;
  /** Labels whose values name the owner of a series. */
  readonly ownerLabels: readonly string[];
  /**
   * Owners by {@link ownerKey}; series of others are not read. Missing for own signals, whose label value is the service.
   */
  readonly owners?: ReadonlyMap<string, ServiceName>;
  readonly combine: Combination;
}

/** What discovery found: coverage for people, queries for machines. An empty `gaps` means that every probe was answered. */
export interface FeaturePlan {
  readonly coverage: readonly FeatureCoverage[];
  readonly queries: readonly FeatureQuery[];
  readonly gaps: readonly DataGap[];
}

/** What queries are built for. */
export interface FeatureScope {
  /** Namespace of the workloads; all when missing or empty. */
  readonly namespace?: string | undefined;
  /** Range of the `_1m` rates: a minute, or four scrapes where that is longer. */
  readonly minuteSeconds: Seconds;
  /** Range of the `_5m` rates: five minutes, or four scrapes where that is longer. */
  readonly fiveMinutesSeconds: Seconds;
  /** Range of all other rates. */
  readonly rateSeconds: Seconds;
}

/** The values of some labels as one text that no two different lists share. */
export function ownerKey(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels[name] ?? ''));
}
