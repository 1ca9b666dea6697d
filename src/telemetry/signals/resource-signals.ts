import { increase, maxBy, quotient, rate, sumBy } from '../promql/expressions.ts';
import { inNamespace, selector, type Matcher } from '../promql/selector.ts';
import type { SignalQuery, SignalScope } from './signal-query.ts';
import { ownedBy } from './owner.ts';

/** A crash loop restarts once in minutes: a shorter range would show single spikes with silence between. */
const RESTART_RANGE_SECONDS = 300;
const PER_CONTAINER = ['namespace', 'pod', 'container'];

/** cAdvisor also reports the pod as a whole (empty container) and its pause container. */
function containers(scope: SignalScope): readonly Matcher[] {
  return [
    ...inNamespace(scope.namespace),
    { label: 'container', notEquals: '' },
    { label: 'container', notEquals: 'POD' },
  ];
}

function containerRate(scope: SignalScope, metric: string): string {
  return sumBy(['container'], rate(selector(metric, containers(scope)), scope.rateSeconds));
}

function memoryUtilisation(scope: SignalScope): string {
  const used = maxBy(PER_CONTAINER, selector('container_memory_working_set_bytes', containers(scope)));
  const limit = maxBy(PER_CONTAINER, selector('container_spec_memory_limit_bytes', containers(scope)));
  return maxBy(['container'], quotient(used, limit));
}

function restarts(scope: SignalScope): string {
  return increase(
    selector('kube_pod_container_status_restarts_total', inNamespace(scope.namespace)),
    RESTART_RANGE_SECONDS
  );
}

/** Restarts of pods whose last termination was an out-of-memory kill. */
function outOfMemoryRestarts(scope: SignalScope): string {
  const killed = selector('kube_pod_container_status_last_terminated_reason', [
    ...inNamespace(scope.namespace),
    { label: 'reason', equals: 'OOMKilled' },
  ]);
  return sumBy(['container'], `${sumBy(PER_CONTAINER, restarts(scope))} * ${maxBy(PER_CONTAINER, killed)}`);
}

function poolUtilisation(): string {
  const by = ['service_name', 'pool_name'];
  const used = sumBy(by, selector('db_client_connections_usage', [{ label: 'state', equals: 'used' }]));
  return quotient(used, sumBy(by, selector('db_client_connections_max')));
}

/** What the containers and connection pools of a service use. The container is named like its service. */
export const RESOURCE_SIGNALS: readonly SignalQuery[] = [
  {
    id: 'cpu',
    kind: 'cpu',
    unit: 'cores',
    harm: 'up',
    build: (scope) => containerRate(scope, 'container_cpu_usage_seconds_total'),
    owner: ownedBy('container'),
  },
  {
    id: 'cpu-throttling',
    kind: 'cpu-throttling',
    unit: 'ratio',
    harm: 'up',
    build: (scope) =>
      quotient(
        containerRate(scope, 'container_cpu_cfs_throttled_periods_total'),
        containerRate(scope, 'container_cpu_cfs_periods_total')
      ),
    owner: ownedBy('container'),
  },
  {
    id: 'memory',
    kind: 'memory',
    unit: 'bytes',
    harm: 'up',
    build: (scope) => maxBy(['container'], selector('container_memory_working_set_bytes', containers(scope))),
    owner: ownedBy('container'),
  },
  {
    id: 'memory-utilisation',
    kind: 'memory-utilisation',
    unit: 'ratio',
    harm: 'up',
    build: memoryUtilisation,
    owner: ownedBy('container'),
  },
  {
    id: 'restarts',
    kind: 'restarts',
    unit: 'count',
    harm: 'up',
    build: (scope) => sumBy(['container'], restarts(scope)),
    owner: ownedBy('container'),
  },
  {
    id: 'restarts-oom-killed',
    kind: 'restarts',
    unit: 'count',
    harm: 'up',
    build: outOfMemoryRestarts,
    owner: ownedBy('container', { suffix: 'oom-killed' }),
  },
  {
    id: 'pool-utilisation',
    kind: 'pool-utilisation',
    unit: 'ratio',
    harm: 'up',
    build: poolUtilisation,
    owner: ownedBy('service_name', { suffixLabel: 'pool_name' }),
  },
  {
    id: 'pool-timeouts',
    kind: 'pool-timeouts',
    unit: 'per-second',
    harm: 'up',
    build: (scope) =>
      sumBy(['service_name', 'pool_name'], rate(selector('db_client_connections_timeouts_total'), scope.rateSeconds)),
    owner: ownedBy('service_name', { suffixLabel: 'pool_name' }),
  },
];
