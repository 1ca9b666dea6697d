import type { Span, TimeWindow } from '#model';
import { TelemetryError } from '../errors.ts';
import type { PrometheusClient, ReadOptions } from '../prometheus/client.ts';
import { quoteTraceQl } from '../promql/escape.ts';
import { mapConcurrently } from '../signals/concurrency.ts';
import type { TempoClient } from '../tempo/client.ts';

/** Bound of a read. */
export interface TraceOptions extends ReadOptions {
  /** At most this many traces, 1 to 20. */
  readonly limit: number;
}

const SEARCHED = 20;
const CONCURRENT_READS = 3;

/**
 * Traces that a TraceQL query finds, longest first; those that expire meanwhile are left out.
 * @throws TelemetryError
 */
export async function fetchTraces(
  tempo: Pick<TempoClient, 'search' | 'trace'>,
  query: string,
  window: TimeWindow,
  { limit, signal }: TraceOptions
): Promise<ReadonlyArray<readonly Span[]>> {
  const found = await tempo.search(query, { window, limit, signal });
  return readTraces(
    tempo,
    found.slice(0, limit).map(({ traceId }) => traceId),
    { signal }
  );
}

/**
 * Traces of usual length of the same request, by service and name of its first span; those whose first span failed are none.
 * @throws TelemetryError
 */
export async function fetchGoodTraces(
  tempo: Pick<TempoClient, 'search' | 'trace'>,
  { service, name }: Pick<Span, 'service' | 'name'>,
  window: TimeWindow,
  { limit, signal }: TraceOptions
): Promise<ReadonlyArray<readonly Span[]>> {
  const query = `{ resource.service.name = ${quoteTraceQl(service)} && name = ${quoteTraceQl(name)} && status != error }`;
  const found = await tempo.search(query, { window, limit: SEARCHED, signal });
  // Longest first: those in the middle are the usual ones, wherever traces are sampled by their length.
  const start = Math.max(0, Math.floor((found.length - limit) / 2));
  const ids = found.slice(start, start + limit).map(({ traceId }) => traceId);
  return readTraces(tempo, ids, { signal });
}

async function readTraces(
  tempo: Pick<TempoClient, 'trace'>,
  ids: readonly string[],
  options: ReadOptions
): Promise<ReadonlyArray<readonly Span[]>> {
  const traces = await mapConcurrently(ids, CONCURRENT_READS, async (traceId) => {
    try {
      return (await tempo.trace(traceId, options)).spans;
    } catch (error) {
      if (error instanceof TelemetryError && error.failure === 'not-found') {
        return undefined;
      }
      throw error;
    }
  });
  return traces.filter((spans) => spans !== undefined);
}

/**
 * Ids of the traces behind the slowest observations of histograms, slowest first. None where the server keeps no exemplars or does not know
 * the question: it is an option of Prometheus, and few of the stores behind its API have it.
 * @throws TelemetryError
 */
export async function slowestExemplars(
  prometheus: Pick<PrometheusClient, 'exemplars'>,
  histograms: readonly string[],
  window: TimeWindow,
  { limit, signal }: TraceOptions
): Promise<readonly string[]> {
  const range = { startMs: window.fromMs, endMs: window.toMs };
  try {
    const found = await prometheus.exemplars(histograms.join(' or '), range, { signal });
    const slowest = found.toSorted((left, right) => right.value - left.value);
    return [...new Set(slowest.map(({ traceId }) => traceId))].slice(0, limit);
  } catch (error) {
    if (error instanceof TelemetryError && (error.failure === 'not-found' || error.failure === 'bad-query')) {
      return [];
    }
    throw error;
  }
}
