import type { FeatureName, FeatureProfile, Labels } from '#model';
import type { Combination, FeatureScope } from './feature-plan.ts';

/** A query for one feature, and how series of one owner become one. */
export interface FeatureRecipe {
  readonly feature: FeatureName;
  readonly expr: string;
  readonly combine: Combination;
}

/** Services that a source names in one way, with the queries that read them all at once. */
export interface SourceSlice {
  /** Tells slices of one source apart; empty where there is only one. */
  readonly id: string;
  readonly ownerLabels: readonly string[];
  /** Name of the service by owner key. */
  readonly owners: ReadonlyMap<string, string>;
  readonly recipes: readonly FeatureRecipe[];
}

/** What the sources before this one have shown. */
export interface KnownOwners {
  /** Services with metrics of their own or in the service graph, databases and caches included. */
  readonly services: ReadonlySet<string>;
  /** Databases and caches whose exporter was found: process metrics beside it are those of the exporter. */
  readonly stores: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  /** Name of a host by the address of its node exporter, without port. */
  readonly hostNames: ReadonlyMap<string, string>;
}

/** One kind of metrics that can give some features. Sources stand in order of preference. */
export interface FeatureSource {
  /** Family that people read in the coverage; several sources may share it. */
  readonly family: string;
  readonly profile: FeatureProfile;
  /** Unique. */
  readonly id: string;
  /** Metrics that must all exist. */
  readonly needs: readonly string[];
  /** Whether services that no other source named become services of the plan. */
  readonly adopts: boolean;
  /** Whether the owners are databases or caches that report about themselves. */
  readonly store?: boolean;
  /** Instant query whose series name the owners. Sources with the same probe share one call. */
  readonly probe: (scope: FeatureScope) => string;
  /** Reads the answer of the probe. */
  readonly slices: (rows: readonly Labels[], scope: FeatureScope, known: KnownOwners) => readonly SourceSlice[];
}
