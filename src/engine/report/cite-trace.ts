import type { ServiceName, Span } from '#model';
import type { EvidenceBook } from './evidence-book.ts';
import { peerOf } from '../traces/peer-of.ts';
import { formatValue } from './format.ts';

/** The spans of one trace. */
export type Trace = readonly Span[];

/** Share of a trace's time below which it says nothing about a service. */
const WORTH_CITING = 0.25;

/**
 * Time of a trace by service, without the time that each span waits for its children.
 *
 * A client span without a child in another service stands for the peer it names, since stores and external systems send
 * no spans.
 *
 * @param trace  spans of one trace, any order
 * @returns seconds by service
 * Cost O(n). Source: exclusive time of the RCA specification, section 2.4. Deviation: overlapping children count in
 * full, which can only lower the time of their parent.
 */
export function exclusiveSeconds(trace: Trace): ReadonlyMap<ServiceName, number> {
  const childSeconds = new Map<string, number>();
  const parents = new Set<string>();
  const services = new Map(trace.map((span) => [span.spanId, span.service]));
  for (const { parentSpanId, durationSeconds, service } of trace) {
    if (parentSpanId !== undefined) {
      childSeconds.set(parentSpanId, (childSeconds.get(parentSpanId) ?? 0) + durationSeconds);
      if (services.get(parentSpanId) !== service) {
        parents.add(parentSpanId);
      }
    }
  }
  const found = new Map<ServiceName, number>();
  for (const span of trace) {
    const own = Math.max(0, span.durationSeconds - (childSeconds.get(span.spanId) ?? 0));
    const owner = parents.has(span.spanId) ? span.service : (peerOf(span) ?? span.service);
    found.set(owner, (found.get(owner) ?? 0) + own);
  }
  return found;
}

/** From the first start to the last end: work that a queue hands on may outlast the request. */
function lengthSeconds(trace: Trace): number {
  const ends = trace.map((span) => span.startMs / 1000 + span.durationSeconds);
  return trace.length === 0 ? 0 : Math.max(...ends) - Math.min(...trace.map((span) => span.startMs)) / 1000;
}

/**
 * Cites the trace in which a service took the largest share of the time.
 *
 * @param book  where facts are numbered
 * @param service  name
 * @param traces  slow traces of the window
 * @returns no number where the service took less than a quarter of every trace, else one
 * Cost O(spans).
 */
export function citeTrace(book: EvidenceBook, service: ServiceName, traces: readonly Trace[]): readonly number[] {
  const shares = traces.flatMap((trace) => {
    const totalSeconds = lengthSeconds(trace);
    const ownSeconds = Math.min(totalSeconds, exclusiveSeconds(trace).get(service) ?? 0);
    return totalSeconds > 0 && ownSeconds >= WORTH_CITING * totalSeconds ? [{ trace, totalSeconds, ownSeconds }] : [];
  });
  const best = shares.toSorted(
    (left, right) => right.ownSeconds / right.totalSeconds - left.ownSeconds / left.totalSeconds
  )[0];
  const first = best?.trace[0];
  if (!best || !first) {
    return [];
  }
  return [
    book.cite(`trace:${first.traceId}:${service}`, () => ({
      source: 'trace',
      service,
      statement: `${service}: took ${formatValue(best.ownSeconds, 'seconds')} of ${formatValue(best.totalSeconds, 'seconds')} in trace ${first.traceId.slice(0, 32)}.`,
      atMs: Math.min(...best.trace.map((span) => span.startMs)),
      observed: best.ownSeconds,
      unit: 'seconds',
    })),
  ];
}
