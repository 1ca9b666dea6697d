import type { DataGap, EpochMs, Seconds, Signal, TimeSeries, TimeWindow } from '#model';
import type { LokiClient } from '../loki/client.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { joinParts, type RangeQuery } from '../prometheus/range.ts';
import type { SignalAnswer } from '../signals/fetch-signals.ts';
import { type QueryOutcome, readQueries } from '../signals/read-queries.ts';
import { toGrid } from '../signals/time-grid.ts';
import { combineSeries } from './combine-series.ts';
import { ownerKey, type FeaturePlan, type FeatureQuery } from './feature-plan.ts';

/** Which stretch of the features to read. */
export interface FeatureRequest {
  /** Half-open: a point exactly at `toMs` is not read. */
  readonly window: TimeWindow;
  readonly stepSeconds: Seconds;
  /** Needed for features from access logs; without it they are gaps. */
  readonly loki?: Pick<LokiClient, 'queryRange'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

const MAX_SERIES_PER_QUERY = 5000;
/** Points of one answer, about 2.5 MB and seconds of work for Prometheus: long histories of many services are read in stretches. */
const MAX_POINTS_PER_ANSWER = 100_000;
const MAX_NAME_LENGTH = 253;

/**
 * Reads every feature of a plan as a signal `<service>/feature/<name>`, own signals as `<service>/user/<name>`. The
 * number of queries is that of the plan. A query that fails, an answer with warnings and a query without any series
 * become gaps; a service that is missing in an answer simply has no such signal in this window.
 * @throws TelemetryError when everything fails or the caller cancels; RangeError for an unusable window or step
 */
export async function fetchFeatureSignals(
  prometheus: Pick<PrometheusClient, 'queryRange'>,
  plan: Pick<FeaturePlan, 'queries'>,
  request: FeatureRequest
): Promise<SignalAnswer> {
  const range = toGrid(request.window, request.stepSeconds);
  const outcomes = await readQueries(plan.queries, async (query) => {
    const client = query.from === 'loki' ? request.loki : prometheus;
    return client ? readParts(client, query, range, request.signal) : 'No Loki is configured.';
  });
  const answers = outcomes.map(toSignals);
  const signals = new Map<string, Signal>();
  for (const signal of answers.flatMap((answer) => answer.signals)) {
    if (!signals.has(signal.id)) {
      signals.set(signal.id, signal);
    }
  }
  return { signals: [...signals.values()], gaps: answers.flatMap(({ gaps }) => gaps) };
}

/** Reads a range in stretches that keep one answer small; each stretch lies on the same grid. */
async function readParts(
  client: Pick<PrometheusClient, 'queryRange'> | Pick<LokiClient, 'queryRange'>,
  query: FeatureQuery,
  range: RangeQuery,
  signal: AbortSignal | undefined
): Promise<{ readonly series: readonly TimeSeries[]; readonly warnings: readonly string[] }> {
  const points = Math.max(1, Math.floor(MAX_POINTS_PER_ANSWER / Math.max(1, query.owners?.size ?? 1)));
  const stepMs = range.stepSeconds * 1000;
  const parts = [];
  for (let startMs: EpochMs = range.startMs; startMs <= range.endMs; startMs += points * stepMs) {
    const part = { ...range, startMs, endMs: Math.min(range.endMs, startMs + (points - 1) * stepMs) };
    parts.push({ infos: [], ...(await client.queryRange(query.expr, part, { signal })) });
  }
  return joinParts(parts);
}

function gapOf(query: FeatureQuery, reason: string): DataGap {
  const own = query.feature.startsWith('user:');
  return { source: `${query.from}:${own ? query.feature.replace(':', '/') : `feature/${query.id}`}`, reason };
}

function toSignals({ query, series, reasons }: QueryOutcome<FeatureQuery>): SignalAnswer {
  const gaps = reasons.map((reason) => gapOf(query, reason));
  if (series.length === 0 && reasons.length === 0) {
    gaps.push(gapOf(query, 'No series in this window.'));
  }
  if (series.length > MAX_SERIES_PER_QUERY) {
    gaps.push(gapOf(query, `${series.length} series; only ${MAX_SERIES_PER_QUERY} were read. Narrow the namespace.`));
  }
  const byOwner = new Map<string, TimeSeries[]>();
  for (const item of series.slice(0, MAX_SERIES_PER_QUERY)) {
    const owner = ownerOf(query, item);
    if (owner) {
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), item]);
    } else if (!query.owners) {
      gaps.push(gapOf(query, 'A series does not name its service.'));
    }
  }
  const signals = [...byOwner].map(([service, items]): Signal => {
    if (query.combine === 'only' && items.length > 1) {
      gaps.push(gapOf(query, `Several series belong to ${service}; only the first was read.`));
    }
    const { kind, unit, harm, expr, counter } = query;
    const id = `${service}/${query.feature.replace(/^user:/, 'user/').replace(/^(?!user\/)/, 'feature/')}`;
    const series = combineSeries(items, query.combine);
    return { id, service, kind, unit, harm, query: expr, ...(counter ? { counter } : {}), series };
  });
  return { signals, gaps: [...new Map(gaps.map((gap) => [gap.reason, gap])).values()] };
}

function ownerOf(query: FeatureQuery, { labels }: TimeSeries): string | undefined {
  if (query.owners) {
    return query.owners.get(ownerKey(labels, query.ownerLabels));
  }
  const name = labels[query.ownerLabels[0] ?? ''] ?? '';
  return name.length > 0 && name.length <= MAX_NAME_LENGTH ? name : undefined;
}
