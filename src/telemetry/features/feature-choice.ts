import type { DataGap, FeatureCoverage, FeatureName, FeatureProfile, ServiceName } from '#model';
import type { FeatureQuery } from './feature-plan.ts';
import type { FeatureSource, KnownOwners, SourceSlice } from './feature-source.ts';
import { FEATURES_OF, FEATURE_TRAITS } from './feature-traits.ts';

const MAX_NAME_LENGTH = 253;
/** So many owners of one vector are judged; more are a gap. */
const MAX_OWNERS = 5000;
const ACCESS_LOGS = { family: 'nginx-access-logs', profile: 'host', id: 'nginx-access-logs', adopts: true } as const;

interface Offer {
  readonly source: Pick<FeatureSource, 'family' | 'profile' | 'id' | 'adopts' | 'store'>;
  readonly from: FeatureQuery['from'];
  readonly slice: SourceSlice;
}

/** Collects what sources offer, best first, and gives every feature of every owner to the first that has it. */
export class FeatureChoice {
  readonly #offers: Offer[] = [];
  readonly #owners: Readonly<Record<FeatureProfile, Set<ServiceName>>> = { service: new Set(), host: new Set() };
  readonly #stores = new Set<ServiceName>();
  readonly #hostNames: ReadonlyMap<string, string>;
  readonly #gaps = new Map<string, DataGap>();

  constructor(hostNames: ReadonlyMap<string, string>) {
    this.#hostNames = hostNames;
  }

  /** Takes the slices of a source; earlier offers are preferred. */
  offer(source: Offer['source'], slices: readonly SourceSlice[]): void {
    for (const slice of slices) {
      const owners = this.#accept(source, slice.owners);
      if (owners.size > 0) {
        this.#offers.push({ source, from: 'prometheus', slice: { ...slice, owners } });
      }
    }
  }

  /** Takes what access logs give; it is preferred to all offers so far. */
  preferAccessLogs(slices: readonly SourceSlice[]): void {
    for (const slice of slices) {
      const owners = this.#accept(ACCESS_LOGS, slice.owners);
      if (owners.size > 0) {
        this.#offers.unshift({ source: ACCESS_LOGS, from: 'loki', slice: { ...slice, owners } });
      }
    }
  }

  /** What is known so far. */
  known(): KnownOwners {
    return {
      services: this.#owners.service,
      stores: this.#stores,
      hosts: this.#owners.host,
      hostNames: this.#hostNames,
    };
  }

  /** Queries for the chosen features, in order of preference of their sources. */
  queries(): readonly FeatureQuery[] {
    const taken = new Set<string>();
    return this.#offers.flatMap(({ source, from, slice }) =>
      slice.recipes.flatMap(({ feature, expr, combine }): readonly FeatureQuery[] => {
        const { family, profile } = source;
        const key = (name: ServiceName): string => JSON.stringify([profile, feature, name]);
        const owners = new Map([...slice.owners].filter(([, name]) => !taken.has(key(name))));
        for (const name of owners.values()) {
          taken.add(key(name));
        }
        const { kind, unit, harm } = FEATURE_TRAITS[feature];
        const id = [profile, feature, source.id, slice.id].filter((part) => part !== '').join('/');
        const { ownerLabels } = slice;
        const query = {
          id,
          from,
          profile,
          feature,
          source: family,
          expr,
          kind,
          unit,
          harm,
          ownerLabels,
          owners,
          combine,
        };
        return owners.size === 0 ? [] : [query];
      })
    );
  }

  /** Every feature of the vector of every owner, found or missing, sorted by owner. */
  coverage(queries: readonly FeatureQuery[]): readonly FeatureCoverage[] {
    const found = new Map<string, FeatureQuery>();
    for (const query of queries) {
      for (const name of query.owners?.values() ?? []) {
        found.set(JSON.stringify([query.profile, query.feature, name]), query);
      }
    }
    return (['service', 'host'] as const).flatMap((profile) =>
      [...this.#owners[profile]].sort().flatMap((service) =>
        FEATURES_OF[profile].map((feature) => {
          const query = found.get(JSON.stringify([profile, feature, service]));
          return toCoverage(service, profile, feature, query);
        })
      )
    );
  }

  /** Owners that were left out. */
  gaps(): readonly DataGap[] {
    return [...this.#gaps.values()];
  }

  #accept(source: Offer['source'], owners: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const known = this.#owners[source.profile];
    const accepted = new Map<string, string>();
    for (const [key, name] of owners) {
      if (name.length > MAX_NAME_LENGTH) {
        this.#leaveOut(source, `Names of more than ${MAX_NAME_LENGTH} characters are left out.`);
      } else if (known.has(name)) {
        accepted.set(key, name);
      } else if (source.adopts && known.size >= MAX_OWNERS) {
        this.#leaveOut(source, `Only ${MAX_OWNERS} are judged. Narrow the namespace.`);
      } else if (source.adopts) {
        known.add(name);
        accepted.set(key, name);
      }
      if (source.store && accepted.has(key)) {
        this.#stores.add(name);
      }
    }
    return accepted;
  }

  #leaveOut(source: Offer['source'], reason: string): void {
    this.#gaps.set(`${source.id} ${reason}`, { source: `prometheus:feature-${source.id}`, reason });
  }
}

function toCoverage(
  service: ServiceName,
  profile: FeatureProfile,
  feature: FeatureName,
  query: FeatureQuery | undefined
): FeatureCoverage {
  return query
    ? { service, profile, feature, found: true, source: query.source, query: query.expr, cost: '' }
    : { service, profile, feature, found: false, source: '', query: '', cost: FEATURE_TRAITS[feature].cost };
}
