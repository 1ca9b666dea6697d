import type { DataGap, Seconds, Signal, SignalKind, TimeWindow } from '#model';
import type { PrometheusClient } from '../prometheus/client.ts';
import { rateWindowSeconds } from '../promql/expressions.ts';
import { SIGNAL_CATALOGUE } from './catalogue.ts';
import { type QueryOutcome, readQueries } from './read-queries.ts';
import type { SignalQuery } from './signal-query.ts';
import { toGrid } from './time-grid.ts';

/** What signals to read. */
export interface SignalRequest {
  /** Half-open: a point exactly at `toMs` is not read. */
  readonly window: TimeWindow;
  readonly stepSeconds: Seconds;
  /** Namespace of the workloads; all when missing or empty. */
  readonly namespace?: string | undefined;
  /** Only these kinds; all of the catalogue when missing. `log-errors` comes from `fetchLogErrorSignals`. */
  readonly kinds?: readonly SignalKind[];
  /** Scrape interval of the server, default 15. */
  readonly scrapeSeconds?: Seconds;
  readonly signal?: AbortSignal | undefined;
}

/** Signals, and everything that could not be read. An empty `gaps` means that every query was answered in full. */
export interface SignalAnswer {
  readonly signals: readonly Signal[];
  readonly gaps: readonly DataGap[];
}

const MAX_SERIES_PER_QUERY = 2000;
const MAX_NAME_LENGTH = 253;

/** A query of the catalogue as it was asked. */
interface BuiltQuery extends SignalQuery {
  readonly expr: string;
}

/**
 * Reads every signal of the catalogue. A query that fails, an answer with warnings and a kind without any series
 * become gaps; a service that has no series of a kind simply has no such signal.
 * @throws TelemetryError when everything fails or the caller cancels; RangeError for an unusable window or step
 */
export async function fetchSignals(
  prometheus: Pick<PrometheusClient, 'queryRange'>,
  request: SignalRequest
): Promise<SignalAnswer> {
  const range = toGrid(request.window, request.stepSeconds);
  const scope = {
    namespace: request.namespace,
    rateSeconds: rateWindowSeconds(request.stepSeconds, request.scrapeSeconds),
  };
  const wanted = SIGNAL_CATALOGUE.filter((query) => request.kinds?.includes(query.kind) ?? true);
  const outcomes = await readQueries<BuiltQuery>(
    wanted.map((query) => ({ ...query, expr: query.build(scope) })),
    ({ expr }) => prometheus.queryRange(expr, range, { signal: request.signal })
  );
  return toAnswer(outcomes);
}

function gapOf(query: SignalQuery, reason: string): DataGap {
  return { source: `prometheus:${query.id}`, reason };
}

function toAnswer(outcomes: readonly QueryOutcome<BuiltQuery>[]): SignalAnswer {
  const signals = new Map<string, Signal>();
  const gaps = outcomes.flatMap(({ query, reasons }) => reasons.map((reason) => gapOf(query, reason)));
  const failed = new Set(outcomes.filter(({ error }) => error).map(({ query }) => query.id));
  for (const outcome of outcomes) {
    const { needs } = outcome.query;
    if (needs !== undefined && failed.has(needs)) {
      gaps.push(gapOf(outcome.query, `Not used, since ${needs} could not be read.`));
      continue;
    }
    const found = toSignals(outcome);
    gaps.push(...found.gaps);
    for (const signal of found.signals) {
      if (!signals.has(signal.id)) {
        signals.set(signal.id, signal);
      }
    }
  }
  return { signals: [...signals.values()], gaps: [...gaps, ...emptyKinds(outcomes)] };
}

/**
 * Kinds that were asked for, answered without error, and have no series anywhere: nobody measures them here. Kinds that
 * only optional queries yield are left out.
 */
function emptyKinds(outcomes: readonly QueryOutcome<BuiltQuery>[]): readonly DataGap[] {
  const answered = outcomes.filter(({ error, query }) => !error && !query.optional);
  const kinds = new Set(answered.map((outcome) => outcome.query.kind));
  for (const outcome of outcomes) {
    if (outcome.series.length > 0) {
      kinds.delete(outcome.query.kind);
    }
  }
  return [...kinds].map((kind) => ({ source: `prometheus:${kind}`, reason: 'Prometheus has no series of this kind.' }));
}

function toSignals({ query, series }: QueryOutcome<BuiltQuery>): SignalAnswer {
  const gaps: DataGap[] = [];
  const signals = new Map<string, Signal>();
  if (series.length > MAX_SERIES_PER_QUERY) {
    gaps.push(gapOf(query, `${series.length} series; only ${MAX_SERIES_PER_QUERY} were read. Narrow the namespace.`));
  }
  for (const item of series.slice(0, MAX_SERIES_PER_QUERY)) {
    const owner = query.owner(item.labels);
    if (!owner || owner.service.length > MAX_NAME_LENGTH) {
      gaps.push(gapOf(query, 'A series does not name its service.'));
      continue;
    }
    const { service, peer, suffix } = owner;
    const id = [service, query.kind, ...(suffix ? [suffix] : [])].join('/');
    if (signals.has(id)) {
      gaps.push(gapOf(query, `Several series belong to ${id}; only the first was read.`));
      continue;
    }
    const { kind, unit, harm, expr } = query;
    signals.set(id, { id, service, kind, unit, harm, query: expr, series: item, ...(peer ? { peer } : {}) });
  }
  return { signals: [...signals.values()], gaps: [...new Map(gaps.map((gap) => [gap.reason, gap])).values()] };
}
