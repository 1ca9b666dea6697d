import type { FeatureName, FeatureProfile, Harm, SignalKind, Unit } from '#model';

/** What a feature measures, and what cannot be seen without it. */
export interface FeatureTraits {
  readonly kind: SignalKind;
  readonly unit: Unit;
  readonly harm: Harm;
  /** One sentence for people. */
  readonly cost: string;
}

const traits = (kind: SignalKind, unit: Unit, harm: Harm, cost: string): FeatureTraits => ({ kind, unit, harm, cost });

const NO_RATE = 'Without a request rate, a sudden loss or flood of traffic cannot be seen, and load explains nothing.';
const NO_ERRORS = 'Without an error ratio, failing requests cannot be seen.';
const NO_LATENCY = 'Without latency quantiles, slow requests cannot be seen.';

/** Every feature of both vectors. Rates of bytes are bytes per second. */
export const FEATURE_TRAITS: Readonly<Record<FeatureName, FeatureTraits>> = {
  request_rate: traits('request-rate', 'per-second', 'both', NO_RATE),
  request_rate_1m: traits('request-rate', 'per-second', 'both', NO_RATE),
  request_rate_5m: traits('request-rate', 'per-second', 'both', NO_RATE),
  error_rate_1m: traits('error-ratio', 'ratio', 'up', NO_ERRORS),
  error_rate_5m: traits('error-ratio', 'ratio', 'up', NO_ERRORS),
  error_rate_4xx: traits(
    'client-error-ratio',
    'ratio',
    'up',
    'Without a ratio of 4xx answers, broken clients and scans cannot be seen.'
  ),
  error_rate_5xx: traits('error-ratio', 'ratio', 'up', NO_ERRORS),
  latency_p50: traits('latency', 'seconds', 'up', NO_LATENCY),
  latency_p95: traits('latency', 'seconds', 'up', NO_LATENCY),
  latency_p99: traits('latency', 'seconds', 'up', NO_LATENCY),
  cpu: traits('cpu', 'cores', 'up', 'Without CPU use, contention and runaway work cannot be told from slow callees.'),
  memory: traits(
    'memory',
    'bytes',
    'up',
    'Without memory use, leaks cannot be seen before the kernel ends the process.'
  ),
  dependency_count: traits(
    'dependency-count',
    'count',
    'both',
    'Without service-graph or client metrics, a callee that is no longer called, or is called anew, cannot be seen.'
  ),
  unique_ips_per_min: traits(
    'unique-clients',
    'count',
    'both',
    'Without access logs, the number of clients is unknown, and a flood from one cannot be told from many visitors.'
  ),
  avg_response_size: traits(
    'response-size',
    'bytes',
    'both',
    'Without response sizes, empty or oversized answers with status 200 cannot be seen.'
  ),
  cpu_percent: traits(
    'cpu',
    'ratio',
    'up',
    'Without CPU use of the host, contention between its workloads cannot be seen.'
  ),
  memory_percent: traits(
    'memory-utilisation',
    'ratio',
    'up',
    'Without memory use of the host, memory pressure cannot be seen or forecast.'
  ),
  disk_io: traits(
    'disk-io',
    'per-second',
    'up',
    'Without disk traffic, a disk that slows everything down cannot be seen.'
  ),
  network_rx: traits(
    'network-receive',
    'per-second',
    'both',
    'Without received bytes, floods and lost links cannot be seen.'
  ),
  network_tx: traits(
    'network-transmit',
    'per-second',
    'both',
    'Without sent bytes, unusual outflow and lost links cannot be seen.'
  ),
  container_count_unhealthy: traits(
    'unhealthy-containers',
    'count',
    'up',
    'Without container health, containers that run but fail their health check cannot be seen.'
  ),
};

/** The vectors, in the order of their definition. */
export const FEATURES_OF: Readonly<Record<FeatureProfile, readonly FeatureName[]>> = {
  service: [
    'request_rate_1m',
    'request_rate_5m',
    'error_rate_1m',
    'error_rate_5m',
    'latency_p50',
    'latency_p95',
    'latency_p99',
    'cpu',
    'memory',
    'dependency_count',
  ],
  host: [
    'request_rate',
    'error_rate_4xx',
    'error_rate_5xx',
    'unique_ips_per_min',
    'avg_response_size',
    'cpu_percent',
    'memory_percent',
    'disk_io',
    'network_rx',
    'network_tx',
    'container_count_unhealthy',
  ],
};
