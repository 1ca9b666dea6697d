import type { Span, SpanKind } from '#model';

const KINDS: Readonly<Record<SpanKind, number>> = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 };

/** Spans as an OTLP/HTTP JSON request, one resource per service and process. */
export function toOtlpRequest(spans: readonly Span[]): unknown {
  const resources = new Map<string, Span[]>();
  for (const span of spans) {
    const key = JSON.stringify([span.service, span.resource]);
    resources.set(key, [...(resources.get(key) ?? []), span]);
  }
  return {
    resourceSpans: [...resources.values()].map((own) => ({
      resource: { attributes: toAttributes({ 'service.name': own[0]?.service ?? '', ...own[0]?.resource }) },
      scopeSpans: [{ spans: own.map(toOtlp) }],
    })),
  };
}

function toOtlp(span: Span): unknown {
  const nanoseconds = (ms: number): string => `${Math.round(ms * 1000)}000`;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.startMs + span.durationSeconds * 1000),
    status: { code: span.failed ? 2 : 0 },
    attributes: toAttributes(span.attributes),
  };
}

function toAttributes(attributes: Span['attributes']): unknown {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: toValue(value) }));
}

function toValue(value: string | number | boolean): unknown {
  if (typeof value === 'boolean') {
    return { boolValue: value };
  }
  if (typeof value === 'string') {
    return { stringValue: value };
  }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
