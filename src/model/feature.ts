import type { ServiceName } from './service.ts';

/** Which vector a service is judged by: the eleven host features or the ten service features. */
export type FeatureProfile = 'host' | 'service';

/** Names of the features of both vectors. */
export type FeatureName =
  | 'request_rate'
  | 'error_rate_4xx'
  | 'error_rate_5xx'
  | 'unique_ips_per_min'
  | 'avg_response_size'
  | 'cpu_percent'
  | 'memory_percent'
  | 'disk_io'
  | 'network_rx'
  | 'network_tx'
  | 'container_count_unhealthy'
  | 'request_rate_1m'
  | 'request_rate_5m'
  | 'error_rate_1m'
  | 'error_rate_5m'
  | 'latency_p50'
  | 'latency_p95'
  | 'latency_p99'
  | 'cpu'
  | 'memory'
  | 'dependency_count';

/** What discovery found for one feature of one service, and what a missing one costs. */
export interface FeatureCoverage {
  readonly service: ServiceName;
  readonly profile: FeatureProfile;
  readonly feature: FeatureName | `user:${string}`;
  readonly found: boolean;
  /** Family of metrics it comes from (`otel-span-metrics`, `cadvisor`, ...); empty when missing. */
  readonly source: string;
  /** The query that reads it; empty when missing. */
  readonly query: string;
  /**
   * What cannot be seen without it, or, for a feature that was found, what its source cannot tell; empty when nothing
   * is lost.
   */
  readonly cost: string;
}
