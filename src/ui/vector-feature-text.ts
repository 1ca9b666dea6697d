import type { FeatureName } from '#model';

const FEATURE_LABELS: Readonly<Record<FeatureName, string>> = {
  request_rate: 'Request rate',
  error_rate_4xx: 'Client errors (4xx)',
  error_rate_5xx: 'Server errors (5xx)',
  unique_ips_per_min: 'Clients per minute',
  avg_response_size: 'Size of responses',
  cpu_percent: 'CPU',
  memory_percent: 'Memory',
  disk_io: 'Disk traffic',
  network_rx: 'Network received',
  network_tx: 'Network sent',
  container_count_unhealthy: 'Unhealthy containers',
  request_rate_1m: 'Request rate, 1 min',
  request_rate_5m: 'Request rate, 5 min',
  error_rate_1m: 'Errors, 1 min',
  error_rate_5m: 'Errors, 5 min',
  latency_p50: 'Latency p50',
  latency_p95: 'Latency p95',
  latency_p99: 'Latency p99',
  cpu: 'CPU',
  memory: 'Memory',
  dependency_count: 'Services it calls',
};

/** A feature of a service vector in words; one of the user by the name the user gave it. */
export function nameFeature(feature: string): string {
  return Object.hasOwn(FEATURE_LABELS, feature)
    ? FEATURE_LABELS[feature as FeatureName]
    : feature.replace(/^user:/, 'Own: ');
}
