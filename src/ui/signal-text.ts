import type { ServiceAnomaly, SignalKind, Unit } from '#model';
import { formatValue } from './format.ts';
import { describeReading, SIGNAL_LABELS } from './level.ts';
import { nameFeature } from './vector-feature-text.ts';

/** Units by kind; a kind that is measured in more than one unit is left out, and its value is not shown. */
const SIGNAL_UNITS: Readonly<Partial<Record<SignalKind, Unit>>> = {
  'request-rate': 'per-second',
  'error-ratio': 'ratio',
  latency: 'seconds',
  'client-latency': 'seconds',
  'self-time': 'seconds',
  cpu: 'cores',
  'cpu-throttling': 'ratio',
  memory: 'bytes',
  'memory-utilisation': 'ratio',
  restarts: 'count',
  'pool-utilisation': 'ratio',
  'pool-timeouts': 'per-second',
  'sequential-scans': 'per-second',
  evictions: 'per-second',
  'queue-lag': 'count',
  'log-errors': 'count',
  'client-error-ratio': 'ratio',
  'unique-clients': 'count',
  'response-size': 'bytes',
  'disk-io': 'per-second',
  'network-receive': 'per-second',
  'network-transmit': 'per-second',
  'unhealthy-containers': 'count',
  'dependency-count': 'count',
  'disk-utilisation': 'ratio',
  'descriptor-utilisation': 'ratio',
};

/**
 * A signal by its id alone: `payment/latency/p99` is `Latency p99`, and so is the feature `payment/feature/latency_p99`.
 * An id of another form is shown as it is.
 */
export function nameSignal(signalId: string): string {
  const [, kind, ...rest] = signalId.split('/');
  if (kind === 'feature') {
    return nameFeature(rest.join('/'));
  }
  const label =
    kind !== undefined && Object.hasOwn(SIGNAL_LABELS, kind) ? SIGNAL_LABELS[kind as SignalKind] : undefined;
  return label === undefined ? signalId : [label, ...rest].join(' ');
}

type Signal = ServiceAnomaly['signals'][number];

/** The value of a signal beside what was expected: `3.3 s, expected 7.1 ms to 62 ms`; undefined where either is not known. */
export function describeMeasured({ kind, reading, value }: Signal): string | undefined {
  const unit = SIGNAL_UNITS[kind];
  if (reading.kind !== 'scored' || unit === undefined || value === undefined) {
    return undefined;
  }
  const { lower, upper } = reading.expected;
  return `${formatValue(value, unit)}, expected ${formatValue(Math.max(0, lower), unit)} to ${formatValue(upper, unit)}`;
}

/** A signal of a service in one line: `Latency p99 3.3 s, expected 7.1 ms to 62 ms: Critical 0.99`. */
export function describeSignal(signal: Signal): string {
  const { signalId, kind, reading } = signal;
  const name = [SIGNAL_LABELS[kind], ...signalId.split('/').slice(2)].join(' ');
  const measured = describeMeasured(signal);
  return `${name}${measured === undefined ? '' : ` ${measured}`}: ${describeReading(reading)}`;
}
