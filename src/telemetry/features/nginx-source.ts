import type { DataGap, EpochMs, FeatureName, Labels } from '#model';
import { TelemetryError } from '../errors.ts';
import type { LokiClient } from '../loki/client.ts';
import { quote } from '../promql/escape.ts';
import { duration } from '../promql/expressions.ts';
import { inNamespace, toMatcher } from '../promql/selector.ts';
import { isObject } from '../reply.ts';
import { ownerKey, type FeatureScope } from './feature-plan.ts';
import { TOO_LATE, type ProbeSignals } from './probe.ts';
import type { FeatureRecipe, SourceSlice } from './feature-source.ts';

/** Labels under which log shippers keep the name of what writes a log; the first that has nginx is used. */
const STREAM_LABELS = ['service_name', 'job', 'container', 'app'] as const;
/** Labels under which they keep the host. */
const HOST_LABELS = ['host', 'hostname', 'nodename', 'node_name', 'instance'];
const PROBE_SECONDS = 300;
const SAMPLED_LINES = 20;
const COMBINED = /^\S+ \S+ \S+ \[[^\]]+\] "[^"]*" \d{3} (?:\d+|-)/;

/** How lines are taken apart. */
export type AccessLogFormat = 'combined' | 'json';

const PARSERS: Readonly<Record<AccessLogFormat, string>> = {
  combined: '| pattern `<ip> - <_> [<_>] "<_>" <status> <size> <_>`',
  json: '| json ip="remote_addr", status="status", size="body_bytes_sent"',
};

/** The format of the access lines among some lines; undefined when there are none. */
export function accessLogFormat(lines: readonly string[]): AccessLogFormat | undefined {
  for (const line of lines) {
    if (COMBINED.test(line)) {
      return 'combined';
    }
    if (isJsonAccess(line)) {
      return 'json';
    }
  }
  return undefined;
}

function isJsonAccess(line: string): boolean {
  try {
    const body: unknown = JSON.parse(line);
    return isObject(body) && 'remote_addr' in body && 'status' in body && 'body_bytes_sent' in body;
  } catch {
    return false;
  }
}

/** Queries of the five features of access logs, over a stream selector in braces. */
export function accessLogRecipes(
  streams: string,
  format: AccessLogFormat,
  scope: FeatureScope
): readonly FeatureRecipe[] {
  const range = `[${duration(scope.rateSeconds)}]`;
  const hosts = HOST_LABELS.join(', ');
  const lines = `${streams} ${PARSERS[format]} | status=~"[1-5].."`;
  const total = `sum by (${hosts}) (rate(${lines} ${range}))`;
  const share = (status: string): string =>
    `(sum by (${hosts}) (rate(${lines} | status=~"${status}" ${range})) or ${total} * 0) / ${total}`;
  const recipe = (feature: FeatureName, expr: string): FeatureRecipe => ({ feature, expr, combine: 'only' });
  return [
    recipe('request_rate', total),
    recipe('error_rate_4xx', share('4..')),
    recipe('error_rate_5xx', share('5..')),
    recipe(
      'unique_ips_per_min',
      `count by (${hosts}) (sum by (${hosts}, ip) (count_over_time(${lines} | ip!="" [1m])))`
    ),
    recipe('avg_response_size', `avg_over_time(${lines} | unwrap size | __error__="" ${range}) by (${hosts})`),
  ];
}

/**
 * Looks for access logs of nginx. They belong to the host that their labels name, else to the only known host, else
 * to a host of the name that the stream has.
 * @throws TelemetryError when the caller cancels
 */
export async function findAccessLogs(
  loki: Pick<LokiClient, 'queryRange' | 'queryLines'>,
  atMs: EpochMs,
  scope: FeatureScope,
  hosts: ReadonlySet<string>,
  { signal: cancelled, deadline }: ProbeSignals
): Promise<{ readonly slices: readonly SourceSlice[]; readonly gaps: readonly DataGap[] }> {
  const signal = cancelled ? AbortSignal.any([cancelled, deadline]) : deadline;
  try {
    for (const label of STREAM_LABELS) {
      const streams = `{${[...inNamespace(scope.namespace).map(toMatcher), `${label}=~${quote('.*nginx.*')}`].join(', ')}}`;
      const names = [...HOST_LABELS, label].join(', ');
      const count = `sum by (${names}) (count_over_time(${streams}[${duration(PROBE_SECONDS)}]))`;
      const { series } = await loki.queryRange(count, { startMs: atMs, endMs: atMs, stepSeconds: 60 }, { signal });
      if (series.length > 0) {
        const window = { fromMs: atMs - PROBE_SECONDS * 1000, toMs: atMs };
        const lines = await loki.queryLines(streams, { window, limit: SAMPLED_LINES, signal });
        const format = accessLogFormat(lines.map(({ line }) => line));
        return format
          ? { slices: [toSlice(series, label, streams, format, scope, hosts)], gaps: [] }
          : noFormat(streams);
      }
    }
    return { slices: [], gaps: [] };
  } catch (error) {
    if (error instanceof TelemetryError && !cancelled?.aborted) {
      const reason = deadline.aborted ? TOO_LATE : `${error.code}: ${error.message}`;
      return { slices: [], gaps: [{ source: 'loki:feature-nginx', reason }] };
    }
    throw error;
  }
}

function noFormat(streams: string): { readonly slices: readonly SourceSlice[]; readonly gaps: readonly DataGap[] } {
  const reason = `The lines of ${streams} are neither in the combined format nor JSON with remote_addr, status and body_bytes_sent.`;
  return { slices: [], gaps: [{ source: 'loki:feature-nginx', reason }] };
}

function toSlice(
  series: readonly { readonly labels: Labels }[],
  label: string,
  streams: string,
  format: AccessLogFormat,
  scope: FeatureScope,
  hosts: ReadonlySet<string>
): SourceSlice {
  const [onlyHost] = hosts.size === 1 ? hosts : [];
  const owners = series.flatMap(({ labels }) => {
    const named = HOST_LABELS.map((host) => labels[host]).find((host) => host !== undefined && host !== '');
    const name = named ?? onlyHost ?? labels[label];
    return name ? [[ownerKey(labels, HOST_LABELS), name] as const] : [];
  });
  const recipes = accessLogRecipes(streams, format, scope);
  return { id: format, ownerLabels: HOST_LABELS, owners: new Map(owners), recipes };
}
