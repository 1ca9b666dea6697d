import type { EpochMs, Span } from '#model';
import { FAILURES } from './failure.ts';
import type { MessageContext } from './message-queue.ts';
import type { Random } from './random.ts';
import type { SpanRecord, TraceBuffer } from './trace-buffer.ts';

/**
 * Turns the buffer of a request that is kept into OpenTelemetry spans.
 * @param context the trace to continue; a new one is begun without it
 * @returns the spans in the order of the buffer; messages that were published learn their context
 */
export function toSpans(
  trace: TraceBuffer,
  startMs: EpochMs,
  context: MessageContext | undefined,
  random: Random,
  versionOf: (service: string) => string | undefined
): readonly Span[] {
  const traceId = context?.traceId ?? random.hex(32);
  const spans: Span[] = [];
  for (let i = 0; i < trace.length; i++) {
    const record = trace.at(i);
    const parentSpanId = record.parent < 0 ? context?.parentSpanId : spans[record.parent]?.spanId;
    const spanId = random.hex(16);
    if (record.message) {
      record.message.context = { traceId, parentSpanId: spanId };
    }
    spans.push({
      traceId,
      spanId,
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      service: record.site.service,
      name: record.site.name,
      kind: record.site.kind,
      startMs: Math.round((startMs + record.startSeconds * 1000) * 1000) / 1000,
      durationSeconds: Math.round(record.durationSeconds * 1e6) / 1e6,
      failed: isFailed(record),
      attributes: attributesOf(record, versionOf(record.site.service)),
    });
  }
  return spans;
}

/** Span status ERROR: servers set it for 5xx only, clients for every failure. */
function isFailed(record: SpanRecord): boolean {
  return record.failure !== undefined && (record.site.kind !== 'SERVER' || record.status >= 500);
}

function attributesOf(record: SpanRecord, version: string | undefined): Span['attributes'] {
  const attributes: Record<string, string | number | boolean> = { ...record.site.attributes };
  if (record.status > 0 && 'http.request.method' in attributes) {
    attributes['http.response.status_code'] = record.status;
  }
  if (record.failure !== undefined) {
    const { errorType, status } = FAILURES[record.failure];
    attributes['error.type'] = record.failure === 'callee' ? String(status) : errorType;
  }
  if (record.pod) {
    attributes['k8s.pod.name'] = record.pod.name;
    attributes['k8s.namespace.name'] = 'shop';
  }
  if (version !== undefined) {
    attributes['service.version'] = version;
  }
  return attributes;
}
