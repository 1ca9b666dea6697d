import type { EpochMs, SignalKind, Unit } from '#model';

/**
 * A number with its unit, as people read it.
 *
 * @param value  finite
 * @param unit  unit of the signal
 * @returns such as `50 ms`, `3.5 s`, `98 %`, `512 MiB`, `12/s`
 * Cost O(1).
 */
export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'seconds':
      return Math.abs(value) < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
    case 'ratio':
      return `${digits(value * 100)} %`;
    case 'bytes':
      return Math.abs(value) >= 1_073_741_824
        ? `${digits(value / 1_073_741_824)} GiB`
        : `${digits(value / 1_048_576)} MiB`;
    case 'per-second':
      return `${digits(value)}/s`;
    case 'cores':
      return `${digits(value)} cores`;
    default:
      return digits(value);
  }
}

function digits(value: number): string {
  if (value === 0) {
    return '0';
  }
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(2);
  return String(Number(text));
}

/** How each kind of signal is called in a sentence. */
const NAMES: Record<SignalKind, string> = {
  'request-rate': 'request rate',
  'error-ratio': 'error ratio',
  latency: 'latency',
  'client-latency': 'call overhead outside the callee',
  'self-time': 'time spent in the service itself',
  cpu: 'CPU use',
  'cpu-throttling': 'CPU throttling',
  memory: 'memory',
  'memory-utilisation': 'memory utilisation',
  restarts: 'restarts',
  'pool-utilisation': 'connection pool utilisation',
  'pool-timeouts': 'connection pool timeouts',
  'sequential-scans': 'sequential scans',
  evictions: 'key evictions',
  'rejected-requests': 'rejected requests',
  'queue-lag': 'queue lag',
  'log-errors': 'error log lines',
  'client-error-ratio': 'share of client errors',
  'unique-clients': 'number of clients',
  'response-size': 'response size',
  'disk-io': 'disk traffic in bytes',
  'network-receive': 'received bytes',
  'network-transmit': 'sent bytes',
  'unhealthy-containers': 'unhealthy containers',
  'dependency-count': 'number of dependencies',
  'disk-utilisation': 'disk utilisation',
  'descriptor-utilisation': 'utilisation of file descriptors',
  'user-defined': 'own signal',
};

/**
 * Name of a kind of signal in a sentence.
 *
 * @param kind  any kind
 * @returns lower-case words
 * Cost O(1).
 */
export function signalName(kind: SignalKind): string {
  return NAMES[kind];
}

/**
 * Time of day of an instant, UTC.
 *
 * @param atMs  epoch ms
 * @returns `HH:MM:SS UTC`
 * Cost O(1).
 */
export function formatClock(atMs: EpochMs): string {
  const seconds = Math.floor(atMs / 1000);
  const part = (value: number): string => String(value).padStart(2, '0');
  const day = ((seconds % 86_400) + 86_400) % 86_400;
  return `${part(Math.floor(day / 3600))}:${part(Math.floor(day / 60) % 60)}:${part(day % 60)} UTC`;
}
