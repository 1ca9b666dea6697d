import { CONTAINER_SOURCES, PROCESS_SOURCES } from './container-sources.ts';
import type { FeatureSource } from './feature-source.ts';
import { DEPENDENCY_SOURCES, GRAPH_SOURCES } from './graph-sources.ts';
import { HOST_SOURCES } from './host-sources.ts';
import { RED_SOURCES } from './red-sources.ts';
import { STORE_SOURCES } from './store-sources.ts';

/** Every kind of metrics that gives features, in order of preference. Later ones know the services of earlier ones. */
export const FEATURE_SOURCES: readonly FeatureSource[] = [
  ...RED_SOURCES,
  ...GRAPH_SOURCES,
  ...DEPENDENCY_SOURCES,
  ...CONTAINER_SOURCES,
  ...STORE_SOURCES,
  ...PROCESS_SOURCES,
  ...HOST_SOURCES,
];

/** Metrics that discovery looks for. */
export const METRIC_NAMES: readonly string[] = [
  ...new Set([
    'up',
    'node_uname_info',
    'container_spec_memory_limit_bytes',
    'kube_pod_container_resource_limits',
    ...FEATURE_SOURCES.flatMap(({ needs }) => needs),
  ]),
].sort();
