import type { Seconds } from '#model';
import { duration } from '../promql/expressions.ts';
import { inNamespace, toMatcher, type Matcher } from '../promql/selector.ts';

/** Levels that count as errors, as loggers and Loki's own detection spell them. */
export const ERROR_LEVELS: readonly string[] = ['error', 'ERROR', 'err', 'fatal', 'FATAL', 'critical', 'CRITICAL'];

/** Labels that hold the level of a line. */
export const LEVEL_LABELS = ['level', 'detected_level'] as const;

/** A log stream selector; LogQL needs at least one matcher that does not match the empty text. */
function streams(matchers: readonly Matcher[]): string {
  return `{${matchers.map(toMatcher).join(', ')}}`;
}

const CHANGE_EVENTS = 'change-events';

/** Lines of change events: deploys, migrations and the like. */
export function changeEventQuery(namespace?: string): string {
  return streams([...inNamespace(namespace), { label: 'job', equals: CHANGE_EVENTS }]);
}

/**
 * Error lines of one service. Their level is a label of the stream, or one that Loki (from 3.1 on) detects in each line: lines
 * that came by OpenTelemetry or without a level label have only that.
 */
export function errorLogQuery(service: string, namespace?: string): string {
  const lines = streams([...inNamespace(namespace), { label: 'service_name', equals: service }]);
  const isError = LEVEL_LABELS.map((label) => toMatcher({ label, oneOf: ERROR_LEVELS })).join(' or ');
  return `${lines} | ${isError}`;
}

/** All lines of some services, change events left out. */
export function serviceLogQuery(services: readonly string[], namespace?: string): string {
  return streams([
    ...inNamespace(namespace),
    { label: 'service_name', oneOf: services },
    { label: 'job', notEquals: CHANGE_EVENTS },
  ]);
}

/**
 * Lines per service and level over the range before each step. Change events are left out: Loki names a stream without
 * `service_name` after its job, which would make them a service.
 */
export function logCountQuery(rangeSeconds: Seconds, namespace?: string): string {
  return countQuery(['service_name', ...LEVEL_LABELS], rangeSeconds, namespace);
}

/** Lines per service over the range before each step: one series each, since Loki refuses more than 500. */
export function serviceCountQuery(rangeSeconds: Seconds, namespace?: string): string {
  return countQuery(['service_name'], rangeSeconds, namespace);
}

function countQuery(by: readonly string[], rangeSeconds: Seconds, namespace: string | undefined): string {
  const notChanges = { label: 'job', notEquals: CHANGE_EVENTS };
  const matcher = namespace
    ? streams([...inNamespace(namespace), notChanges])
    : `{service_name=~".+", ${toMatcher(notChanges)}}`;
  return `sum by (${by.join(', ')}) (count_over_time(${matcher}[${duration(rangeSeconds)}]))`;
}
