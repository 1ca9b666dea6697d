import type { FeatureName, Labels } from '#model';
import { maxBy, rate, sumBy } from '../promql/expressions.ts';
import { selector, type Matcher } from '../promql/selector.ts';
import { ownerKey, type Combination, type FeatureScope } from './feature-plan.ts';
import type { FeatureSource, KnownOwners, SourceSlice } from './feature-source.ts';
import { identityProbe, podContainers, withWorkload, WORKLOAD } from './identity.ts';
import { slicesByMode } from './red-sources.ts';

const COMPOSE_SERVICE = 'container_label_com_docker_compose_service';
const CPU = 'container_cpu_usage_seconds_total';
const MEMORY = 'container_memory_working_set_bytes';
const POD_LABELS = ['container', WORKLOAD];
const DOCKER_LABELS = [COMPOSE_SERVICE, 'name'];
/** Containers of Docker without Kubernetes. */
const DOCKER: readonly Matcher[] = [
  { label: 'container', equals: '' },
  { label: 'pod', equals: '' },
  { label: 'name', notEquals: '' },
];

function probe(metric: string, scope: FeatureScope, suffix = ''): string {
  const now = (offset: string): string => {
    const pods = withWorkload(`${selector(metric, podContainers(scope))}${offset}${suffix}`);
    return `${pods} or ${selector(metric, DOCKER)}${offset}${suffix}`;
  };
  return `group by (${[...POD_LABELS, ...DOCKER_LABELS].join(', ')}) (${now('')} or ${now(' offset 1h')})`;
}

/**
 * Owners of containers. A container that is called like a known service is that service; else the workload of its pod
 * is, where it is known; else the container stands for itself, unless several workloads have one of this name, as
 * sidecars are: those belong to nobody. Where a service has a container of its own name, others in its pods are left out.
 */
export function podOwners(rows: readonly Labels[], known: ReadonlySet<string>): ReadonlyMap<string, string> {
  const workloads = new Map<string, Set<string>>();
  for (const { container = '', [WORKLOAD]: workload = '' } of rows) {
    workloads.set(container, (workloads.get(container) ?? new Set()).add(workload));
  }
  const exact = new Set<string>();
  const named = rows.flatMap((row): readonly (readonly [string, string, boolean])[] => {
    const { container = '', [WORKLOAD]: workload = '' } = row;
    if (container === '') {
      return [];
    }
    const key = ownerKey(row, POD_LABELS);
    if (known.has(container)) {
      exact.add(container);
      return [[key, container, true]];
    }
    if (known.has(workload)) {
      return [[key, workload, false]];
    }
    return (workloads.get(container)?.size ?? 0) > 1 ? [] : [[key, container, true]];
  });
  return new Map(named.flatMap(([key, name, own]) => (own || !exact.has(name) ? [[key, name] as const] : [])));
}

function dockerOwners(rows: readonly Labels[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap((row) => {
      const name = row.container ? '' : row[COMPOSE_SERVICE] || row['name'];
      return name ? [[ownerKey(row, DOCKER_LABELS), name] as const] : [];
    })
  );
}

function containerSource(
  metric: string,
  feature: FeatureName,
  combine: Combination,
  build: (labels: readonly string[], vector: string, scope: FeatureScope) => string
): FeatureSource {
  return {
    family: 'cadvisor',
    profile: 'service',
    id: `cadvisor/${feature}`,
    needs: [metric],
    adopts: true,
    probe: (scope) => probe(metric, scope),
    slices: (rows, scope, { services }): readonly SourceSlice[] => {
      const recipe = (labels: readonly string[], vector: string) => [
        { feature, expr: build(labels, vector, scope), combine },
      ];
      return [
        {
          id: 'pod',
          ownerLabels: POD_LABELS,
          owners: podOwners(rows, services),
          recipes: recipe(POD_LABELS, selector(metric, podContainers(scope))),
        },
        {
          id: 'docker',
          ownerLabels: DOCKER_LABELS,
          owners: dockerOwners(rows),
          recipes: recipe(DOCKER_LABELS, selector(metric, DOCKER)),
        },
      ];
    },
  };
}

/** CPU (all pods together) and working set (of the largest pod) of containers. */
export const CONTAINER_SOURCES: readonly FeatureSource[] = [
  containerSource(CPU, 'cpu', 'sum', (labels, vector, scope) =>
    sumBy(labels, withWorkload(rate(vector, scope.rateSeconds)))
  ),
  containerSource(MEMORY, 'memory', 'max', (labels, vector) => maxBy(labels, withWorkload(vector))),
];

const LIMITS = ['container_spec_memory_limit_bytes', 'kube_pod_container_resource_limits'] as const;

/** Instant query with one series per container that has a memory limit; undefined where no metric tells. */
export function memoryLimitProbe(names: ReadonlySet<string>, scope: FeatureScope): string | undefined {
  const found = LIMITS.find((name) => names.has(name));
  if (found === 'kube_pod_container_resource_limits') {
    const limits = selector(found, [...podContainers(scope), { label: 'resource', equals: 'memory' }]);
    return `group by (${POD_LABELS.join(', ')}) (${withWorkload(limits)})`;
  }
  return found && probe(found, scope, ' > 0');
}

/** Services whose containers have a memory limit. */
export function limitedServices(rows: readonly Labels[], known: KnownOwners): ReadonlySet<string> {
  return new Set([...podOwners(rows, known.services).values(), ...dockerOwners(rows).values()]);
}

function processSource(
  metric: string,
  feature: FeatureName,
  combine: Combination,
  build: (label: string, vector: string, wrap: (vector: string) => string, scope: FeatureScope) => string
): FeatureSource {
  return {
    family: 'process',
    profile: 'service',
    id: metric,
    needs: [metric],
    adopts: false,
    probe: () => identityProbe((offset) => `${selector(metric)}${offset}`),
    slices: (rows, scope, { stores }) =>
      slicesByMode(rows, scope, true, (mode) => {
        const expr = build(mode.label, selector(metric, mode.matchers), mode.wrap, scope);
        return [{ feature, expr, combine }];
      }).map((slice) => ({
        ...slice,
        owners: new Map([...slice.owners].filter(([, name]) => !stores.has(name))),
      })),
  };
}

/** CPU and memory of processes that report about themselves, for services without cAdvisor. */
export const PROCESS_SOURCES: readonly FeatureSource[] = [
  ...['process_cpu_seconds_total', 'process_cpu_time_seconds_total'].map((metric) =>
    processSource(metric, 'cpu', 'sum', (label, vector, wrap, scope) =>
      sumBy([label], wrap(rate(vector, scope.rateSeconds)))
    )
  ),
  ...['process_resident_memory_bytes', 'process_memory_usage_bytes'].map((metric) =>
    processSource(metric, 'memory', 'max', (label, vector, wrap) => maxBy([label], wrap(vector)))
  ),
];
