import type { Span, TimeWindow } from '#model';
import { TelemetryError } from '../errors.ts';
import type { ReadOptions } from '../prometheus/client.ts';
import { mapConcurrently } from '../signals/concurrency.ts';
import type { TempoClient } from '../tempo/client.ts';
import { type SpanTopology, toSpanTopology } from './span-topology.ts';

/** Which spans lie at the edges of services: those that call out, send and receive. */
const SEARCHES: readonly string[] = ['{ kind = client }', '{ kind = producer }', '{ kind = consumer }'];
const CONCURRENT_READS = 4;

/**
 * The graph in a sample of the newest traces of a window.
 * @param maxTraces at most this many traces are read, 1 to 100
 * @throws TelemetryError when Tempo cannot be searched
 */
export async function fetchTempoTopology(
  tempo: Pick<TempoClient, 'search' | 'trace'>,
  window: TimeWindow,
  options: ReadOptions & { readonly maxTraces?: number } = {}
): Promise<SpanTopology & { readonly traces: number }> {
  const { signal, maxTraces = 30 } = options;
  const limit = Math.min(100, Math.max(1, Math.round(maxTraces)));
  const found = await mapConcurrently(SEARCHES, SEARCHES.length, (query) =>
    tempo.search(query, { window, limit, signal })
  );
  const ids = interleave(found.map((traces) => traces.map(({ traceId }) => traceId))).slice(0, limit);
  const traces = await mapConcurrently(ids, CONCURRENT_READS, async (id): Promise<readonly Span[]> => {
    try {
      return (await tempo.trace(id, { signal })).spans;
    } catch (error) {
      if (error instanceof TelemetryError && error.failure === 'not-found') {
        return [];
      }
      throw error;
    }
  });
  return { ...toSpanTopology(traces), traces: ids.length };
}

/** The first of each list, then the second of each, and so on; each item once. */
function interleave(lists: ReadonlyArray<readonly string[]>): readonly string[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  const items = Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
  return [...new Set(items)];
}
