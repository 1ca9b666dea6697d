import {
  type AnomalyLevel,
  type AnomalyReading,
  type CauseKind,
  type ChangeKind,
  SCORE_THRESHOLDS,
  type ServiceAnomaly,
  type ServiceKind,
  type SignalKind,
  type UnknownReason,
} from '#model';
import { formatScore } from './format.ts';

/** The traffic light of a reading. A score that is no number is unknown. */
export function toLevel(reading: AnomalyReading | undefined): AnomalyLevel {
  if (reading?.kind !== 'scored' || !Number.isFinite(reading.score)) {
    return 'unknown';
  }
  return toScoreLevel(reading.score);
}

/** A score that is shown as 0.70 is one: the map from surprisal to score rounds. */
const ROUNDING = 1e-9;

/** The traffic light of a bare score; null and NaN are unknown. */
export function toScoreLevel(score: number | null | undefined): AnomalyLevel {
  if (typeof score !== 'number' || !Number.isFinite(score)) {
    return 'unknown';
  }
  const rounded = score + ROUNDING;
  if (rounded >= SCORE_THRESHOLDS.critical) {
    return 'critical';
  }
  if (rounded >= SCORE_THRESHOLDS.alert) {
    return 'alert';
  }
  return rounded >= SCORE_THRESHOLDS.warning ? 'warning' : 'normal';
}

/** How each level is named; the word is always shown, so that nothing depends on colour. */
export const LEVEL_LABELS: Readonly<Record<AnomalyLevel, string>> = {
  normal: 'Normal',
  warning: 'Warning',
  alert: 'Alert',
  critical: 'Critical',
  unknown: 'Unknown',
};

const UNKNOWN_REASONS: Readonly<Record<UnknownReason, string>> = {
  'no-data': 'no data',
  'warming-up': 'still learning what is usual',
  gap: 'gap in the data',
  stale: 'data are out of date',
  'counter-reset': 'a counter was reset',
  'out-of-range': 'value out of range',
  invalid: 'value is not a number',
  constant: 'the signal never varies',
  'fit-failed': 'no model could be fitted',
  'source-error': 'source could not be read',
};

/** Why a reading is unknown, in words. */
export function describeUnknown(reading: AnomalyReading | undefined): string {
  if (reading?.kind !== 'unknown') {
    return 'no reading';
  }
  const progress =
    reading.have !== undefined && reading.need !== undefined ? ` (${reading.have} of ${reading.need} samples)` : '';
  return `${describeUnknownReason(reading.why)}${progress}`;
}

/** An unknown-reason code in words; other text (from a frame) is passed through. */
export function describeUnknownReason(reason: string): string {
  return Object.hasOwn(UNKNOWN_REASONS, reason) ? UNKNOWN_REASONS[reason as UnknownReason] : reason;
}

/** State of a reading in words, for screen readers and tooltips. */
export function describeReading(reading: AnomalyReading | undefined): string {
  const level = toLevel(reading);
  return level === 'unknown' || reading?.kind !== 'scored'
    ? `Unknown: ${describeUnknown(reading)}`
    : `${LEVEL_LABELS[level]} ${formatScore(reading.score)}`;
}

const LEVEL_ORDER: readonly AnomalyLevel[] = ['critical', 'alert', 'warning', 'unknown', 'normal'];

/**
 * Services in the order a person on call wants them: anomalous ones by falling score, then the unknown ones, then normal.
 * Ties are broken by name, so that rows do not jump.
 */
export function sortByUrgency(services: readonly ServiceAnomaly[]): readonly ServiceAnomaly[] {
  const score = ({ reading }: ServiceAnomaly) => (reading.kind === 'scored' ? reading.score : 0);
  return services.toSorted(
    (a, b) =>
      LEVEL_ORDER.indexOf(toLevel(a.reading)) - LEVEL_ORDER.indexOf(toLevel(b.reading)) ||
      score(b) - score(a) ||
      a.service.localeCompare(b.service)
  );
}

/** How many services are at each level. */
export function countLevels(services: readonly ServiceAnomaly[]): Readonly<Record<AnomalyLevel, number>> {
  const counts = { normal: 0, warning: 0, alert: 0, critical: 0, unknown: 0 };
  for (const { reading } of services) {
    counts[toLevel(reading)] += 1;
  }
  return counts;
}

/** Signal kinds in words. */
export const SIGNAL_LABELS: Readonly<Record<SignalKind, string>> = {
  'request-rate': 'Request rate',
  'error-ratio': 'Error ratio',
  latency: 'Latency',
  'client-latency': 'Latency seen by callers',
  'self-time': 'Own processing time',
  cpu: 'CPU',
  'cpu-throttling': 'CPU throttling',
  memory: 'Memory',
  'memory-utilisation': 'Memory use of its limit',
  restarts: 'Restarts',
  'pool-utilisation': 'Connection pool use',
  'pool-timeouts': 'Connection pool time-outs',
  'sequential-scans': 'Sequential scans',
  evictions: 'Evictions',
  'rejected-requests': 'Rejected requests',
  'queue-lag': 'Queue lag',
  'log-errors': 'Errors in logs',
  'client-error-ratio': 'Client error ratio',
  'unique-clients': 'Distinct clients',
  'response-size': 'Response size',
  'disk-io': 'Disk traffic (bytes)',
  'network-receive': 'Network received (bytes)',
  'network-transmit': 'Network sent (bytes)',
  'unhealthy-containers': 'Unhealthy containers',
  'dependency-count': 'Dependencies',
  'disk-utilisation': 'Disk use',
  'descriptor-utilisation': 'File descriptor use',
  'user-defined': 'Own signal',
};

/** Causes in words. */
export const CAUSE_LABELS: Readonly<Record<CauseKind, string>> = {
  'slow-query': 'Slow database query',
  'bad-deploy': 'Bad deployment',
  'out-of-memory': 'Out of memory',
  'memory-pressure': 'Memory pressure',
  'pool-exhaustion': 'Connection pool exhausted',
  'external-rate-limit': 'Rate limit of an external service',
  'cpu-contention': 'CPU contention',
  'network-latency': 'Network latency',
  unreachable: 'Unreachable',
  overload: 'Overload',
  unclassified: 'Cause not classified',
};

/** Kinds of nodes in words. */
export const KIND_LABELS: Readonly<Record<ServiceKind, string>> = {
  service: 'Service',
  database: 'Database',
  cache: 'Cache',
  queue: 'Queue',
  external: 'External',
  client: 'Client',
};

/** Kinds of change in words. */
export const CHANGE_LABELS: Readonly<Record<ChangeKind, string>> = {
  deploy: 'Deployment',
  config: 'Configuration',
  migration: 'Migration',
  scale: 'Scaling',
  flag: 'Feature flag',
};
