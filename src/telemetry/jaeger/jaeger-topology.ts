import type { EdgeReading, EpochMs, Seconds, ServiceName, Span, TimeWindow } from '#model';
import type { ReadOptions } from '../prometheus/client.ts';
import { mapConcurrently } from '../signals/concurrency.ts';
import type { SlowTrace, SlowTraceOptions } from '../signals/slow-traces.ts';
import { type SpanTopology, toSpanTopology } from '../topology/span-topology.ts';
import type { JaegerClient } from './client.ts';

const CONCURRENT_READS = 3;
const TRACES_PER_SERVICE = 4;
const SEARCHED = 20;

/**
 * The graph in a sample of the newest traces of a window: a few traces of each of some services. Jaeger searches one
 * service at a time, so that a caller with many services asks for the next ones each time.
 * @param skip how many services were asked for before; counts on from the first when it passes the last
 * @throws TelemetryError when Jaeger cannot be searched
 */
export async function fetchJaegerTopology(
  jaeger: Pick<JaegerClient, 'services' | 'search'>,
  window: TimeWindow,
  options: ReadOptions & { readonly maxServices?: number; readonly skip?: number } = {}
): Promise<SpanTopology & { readonly services: number }> {
  const { signal, maxServices = 12, skip = 0 } = options;
  const all = await jaeger.services({ signal });
  const chosen = Array.from(
    { length: Math.min(all.length, maxServices) },
    (_, index) => all[(skip + index) % all.length] ?? ''
  );
  const found = await mapConcurrently(chosen, CONCURRENT_READS, (service) =>
    jaeger.search({ service, window, limit: TRACES_PER_SERVICE }, { signal })
  );
  const traces = new Map<string, readonly Span[]>(found.flat().map(({ traceId, spans }) => [traceId, spans]));
  return { ...toSpanTopology([...traces.values()]), services: all.length };
}

/**
 * The calls that Jaeger counted over a time. When they were made within it is not known: the end counts as the last
 * sighting. Counts are of sampled traces where traces are sampled.
 * @throws TelemetryError
 */
export async function fetchJaegerDependencies(
  jaeger: Pick<JaegerClient, 'dependencies'>,
  range: { readonly atMs: EpochMs; readonly lookbackSeconds: Seconds },
  options: ReadOptions = {}
): Promise<readonly EdgeReading[]> {
  const { atMs, lookbackSeconds } = range;
  const links = await jaeger.dependencies({ endMs: atMs, lookbackSeconds }, options);
  return links
    .filter(({ callCount }) => callCount > 0)
    .map(({ parent, child, callCount }) => ({
      caller: parent,
      callee: child,
      kind: 'http',
      requestsPerSecond: callCount / lookbackSeconds,
      lastSeenMs: atMs,
    }));
}

/**
 * The longest traces in which the service was slow, longest first, as `fetchSlowTraces` gives them of Tempo.
 * @throws TelemetryError
 */
export async function fetchSlowJaegerTraces(
  jaeger: Pick<JaegerClient, 'search'>,
  service: ServiceName,
  window: TimeWindow,
  options: SlowTraceOptions = {}
): Promise<readonly SlowTrace[]> {
  const { minSeconds = 0.25, limit = 5, signal } = options;
  const found = await jaeger.search({ service, window, limit: SEARCHED, minSeconds }, { signal });
  return found.slice(0, Math.min(SEARCHED, Math.max(1, Math.round(limit)))).map(({ traceId, spans }) => {
    const endMs = spans.reduce((latest, span) => Math.max(latest, span.startMs + span.durationSeconds * 1000), 0);
    return { traceId, durationSeconds: (endMs - (spans[0]?.startMs ?? endMs)) / 1000, spans };
  });
}
