import type { Labels } from '#model';
import type { ListedQuery } from '../signals/list-queries.ts';
import { memoryLimitProbe } from './container-sources.ts';
import { SCRAPE_PROBE } from './discover-features.ts';
import type { FeatureScope } from './feature-plan.ts';
import { HOST_NAME_PROBE } from './host-sources.ts';
import { JOB_NAME, WORKLOAD } from './identity.ts';
import { FEATURE_SOURCES } from './source-catalogue.ts';

/** One row for every way in which a probe can name an owner. */
const ROWS: readonly Labels[] = [
  { service_name: 'x' },
  { service: 'x' },
  { [WORKLOAD]: 'x' },
  { [JOB_NAME]: 'x' },
  { container: 'x', [WORKLOAD]: 'x' },
  { name: 'x' },
  { client: 'x', server: 'x' },
  { instance: 'x' },
  { node: 'x' },
];
const SCOPE = { minuteSeconds: 60, fiveMinutesSeconds: 300, rateSeconds: 75 };
const NOBODY = {
  services: new Set<string>(),
  stores: new Set<string>(),
  hosts: new Set<string>(),
  hostNames: new Map(),
};

/** Every PromQL query by which features can be looked for or read, for a step of 60 s and scrapes of 15 s. */
export function listFeatureQueries(namespace?: string): readonly ListedQuery[] {
  const scope: FeatureScope = { ...SCOPE, namespace };
  const limits = ['container_spec_memory_limit_bytes', 'kube_pod_container_resource_limits'].map((name) => ({
    id: `probe/${name}`,
    expr: memoryLimitProbe(new Set([name]), scope) ?? '',
    kind: 'instant' as const,
  }));
  const listed = [
    { id: 'probe/scrape', expr: SCRAPE_PROBE, kind: 'instant' as const },
    { id: 'probe/host-names', expr: HOST_NAME_PROBE, kind: 'instant' as const },
    ...limits,
    ...FEATURE_SOURCES.flatMap((source) => [
      { id: `probe/${source.id}`, expr: source.probe(scope), kind: 'instant' as const },
      ...source.slices(ROWS, scope, NOBODY).flatMap((slice) =>
        slice.recipes.map(({ feature, expr }) => ({
          id: `${feature}/${source.id}/${slice.id}`,
          expr,
          kind: 'range' as const,
        }))
      ),
    ]),
  ];
  return [...new Map(listed.map((query) => [query.expr, query])).values()];
}
