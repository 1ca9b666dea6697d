import type { Seconds, Span, TimeWindow } from '#model';
import { TelemetryError } from '../errors.ts';
import type { ReadOptions } from '../prometheus/client.ts';
import { quoteTraceQl } from '../promql/escape.ts';
import type { TempoClient } from '../tempo/client.ts';
import { mapConcurrently } from './concurrency.ts';

/** A trace with its spans. */
export interface SlowTrace {
  readonly traceId: string;
  readonly durationSeconds: Seconds;
  readonly spans: readonly Span[];
}

/** Options of `fetchSlowTraces`. */
export interface SlowTraceOptions extends ReadOptions {
  /** Least duration of the service's span, seconds. Default 0.25. */
  readonly minSeconds?: Seconds;
  /** At most this many traces, 1 to 20. Default 5. */
  readonly limit?: number;
}

const SEARCHED = 20;
const CONCURRENT_READS = 3;

/** TraceQL for spans of a service that took at least so long. */
export function slowSpanQuery(service: string, minSeconds: Seconds): string {
  return `{ resource.service.name = ${quoteTraceQl(service)} && duration >= ${Math.max(1, Math.round(minSeconds * 1000))}ms }`;
}

/**
 * The longest traces in which the service was slow, longest first; those that expire meanwhile are left out. An empty
 * list means that Tempo has none, which says nothing where traces are sampled.
 * @throws TelemetryError
 */
export async function fetchSlowTraces(
  tempo: Pick<TempoClient, 'search' | 'trace'>,
  service: string,
  window: TimeWindow,
  options: SlowTraceOptions = {}
): Promise<readonly SlowTrace[]> {
  const { minSeconds = 0.25, limit = 5, signal } = options;
  const found = await tempo.search(slowSpanQuery(service, minSeconds), { window, limit: SEARCHED, signal });
  const longest = found.slice(0, Math.min(SEARCHED, Math.max(1, Math.round(limit))));
  const traces = await mapConcurrently(longest, CONCURRENT_READS, async ({ traceId, durationSeconds }) => {
    try {
      const { spans } = await tempo.trace(traceId, { signal });
      return { traceId, durationSeconds, spans };
    } catch (error) {
      if (error instanceof TelemetryError && error.failure === 'not-found') {
        return undefined;
      }
      throw error;
    }
  });
  return traces.filter((trace) => trace !== undefined);
}
