import type { DataGap, EpochMs, LogLine, Seconds, Signal, TimeSeries, TimeWindow } from '#model';
import type { LokiClient } from '../loki/client.ts';
import type { ReadOptions } from '../prometheus/client.ts';
import type { SignalAnswer } from './fetch-signals.ts';
import { ERROR_LEVELS, LEVEL_LABELS, errorLogQuery, logCountQuery } from './log-queries.ts';
import { toGrid } from './time-grid.ts';

/** Services that a gap names, at most. */
const MAX_NAMED = 10;

/** Options of reads from Loki. */
export interface LogOptions extends ReadOptions {
  /** All namespaces when missing or empty. */
  readonly namespace?: string | undefined;
}

/** Options of the count of error lines. */
export interface LogErrorOptions extends LogOptions {
  /** Services known to log. One that is silent in a short window has no errors in it; it does not vanish. */
  readonly loggingServices?: readonly string[];
}

/**
 * The newest error lines of a service, at most `limit` (1 to 5000), in order of time.
 * @throws TelemetryError
 */
export function fetchErrorLogs(
  loki: Pick<LokiClient, 'queryLines'>,
  service: string,
  window: TimeWindow,
  limit: number,
  options: LogOptions = {}
): Promise<readonly LogLine[]> {
  return loki.queryLines(errorLogQuery(service, options.namespace), { window, limit, signal: options.signal });
}

/**
 * Error lines per step and service, as signals of kind `log-errors`. A service that logged anything with a level in the window, or
 * is known to log, has 0 at every step at which it had no error but somebody logged; steps at which nobody logged are absent, since then
 * it is the logging that is silent. A service whose lines have no level has no signal: a gap names it.
 * @throws TelemetryError when Loki cannot answer; RangeError for an unusable window or step
 */
export async function fetchLogErrorSignals(
  loki: Pick<LokiClient, 'queryRange'>,
  window: TimeWindow,
  stepSeconds: Seconds,
  options: LogErrorOptions = {}
): Promise<SignalAnswer> {
  const range = toGrid(window, stepSeconds);
  const query = logCountQuery(Math.ceil(stepSeconds), options.namespace);
  const { series, warnings } = await loki.queryRange(query, range, { signal: options.signal });
  const gaps: DataGap[] = warnings.map((reason) => ({ source: 'loki:log-errors', reason }));
  const heardMs = [...new Set(series.flatMap((item) => item.timesMs))].sort((a, b) => a - b);
  if (heardMs.length === 0) {
    gaps.push({ source: 'loki:log-errors', reason: 'Loki has no lines of services in this window.' });
  }
  const heard = namesOf(series.filter(({ labels }) => hasLevel(labels)));
  const mute = namesOf(series).filter((service) => !heard.includes(service));
  if (mute.length > 0) {
    const names = `${mute.slice(0, MAX_NAMED).join(', ')}${mute.length > MAX_NAMED ? ' and others' : ''}`;
    gaps.push({ source: 'loki:log-errors', reason: `Errors are not counted where lines have no level: ${names}.` });
  }
  const known = heardMs.length === 0 ? [] : (options.loggingServices ?? []);
  const services = [...new Set([...heard, ...known])].sort();
  return { signals: services.map((service) => toSignal(service, series, heardMs, query)), gaps };
}

function namesOf(series: readonly TimeSeries[]): readonly string[] {
  return [...new Set(series.flatMap(({ labels }) => labels['service_name'] || []))].sort();
}

function toSignal(service: string, series: readonly TimeSeries[], heardMs: readonly EpochMs[], query: string): Signal {
  const counts = new Map<EpochMs, number>();
  for (const { labels, timesMs, values } of series) {
    if (labels['service_name'] === service && isError(labels)) {
      timesMs.forEach((atMs, index) => counts.set(atMs, (counts.get(atMs) ?? 0) + (values[index] ?? 0)));
    }
  }
  return {
    id: `${service}/log-errors`,
    service,
    kind: 'log-errors',
    unit: 'count',
    harm: 'up',
    query,
    series: {
      labels: { service_name: service },
      timesMs: heardMs,
      values: heardMs.map((atMs) => counts.get(atMs) ?? 0),
    },
  };
}

function isError(labels: TimeSeries['labels']): boolean {
  return LEVEL_LABELS.some((name) => ERROR_LEVELS.includes(labels[name] ?? ''));
}

/** Loki calls a level unknown that it looked for and did not find. */
function hasLevel(labels: TimeSeries['labels']): boolean {
  return LEVEL_LABELS.some((name) => !['', 'unknown'].includes(labels[name] ?? ''));
}
