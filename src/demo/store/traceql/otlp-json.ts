import type { Span } from '#model';
import type { FieldValue } from './fields.ts';
import { toFieldValue } from './fields.ts';
import type { StoredTrace } from './trace-store.ts';

/** An OTLP attribute in protobuf JSON: whole numbers as text. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

/** Resource spans in the JSON that Tempo sends: ids in base64, times in nanoseconds as text. */
export function toResourceSpans(trace: StoredTrace): readonly unknown[] {
  const byResource = new Map<string, Span[]>();
  for (const span of trace.spans) {
    const key = JSON.stringify([span.service, span.resource]);
    const spans = byResource.get(key) ?? [];
    byResource.set(key, spans);
    spans.push(span);
  }
  return [...byResource.values()].map((spans) => ({
    resource: { attributes: toAttributes({ ...spans[0]?.resource, 'service.name': spans[0]?.service ?? '' }) },
    scopeSpans: [{ scope: {}, spans: spans.map((span) => toOtlpSpan(span, trace.traceId)) }],
  }));
}

/** A value as OTLP writes it. */
export function toOtlpValue(field: FieldValue): OtlpAttribute['value'] {
  switch (field.type) {
    case 'boolean':
      return { boolValue: field.value };
    case 'string':
    case 'status':
    case 'kind':
      return { stringValue: field.value };
    default:
      return field.whole === true ? { intValue: String(field.value) } : { doubleValue: field.value };
  }
}

/** Milliseconds to nanoseconds as text, to the microsecond. */
export function toNanoseconds(milliseconds: number): string {
  return `${BigInt(Math.round(milliseconds * 1000)) * 1000n}`;
}

function toOtlpSpan(span: Span, traceId: string): unknown {
  const { spanId, parentSpanId, name, kind, startMs, durationSeconds, failed } = span;
  const attributes = toAttributes(span.attributes);
  return {
    traceId: toBase64(traceId),
    spanId: toBase64(spanId),
    ...(parentSpanId === undefined || parentSpanId === '' ? {} : { parentSpanId: toBase64(parentSpanId) }),
    name,
    kind: `SPAN_KIND_${kind}`,
    startTimeUnixNano: toNanoseconds(startMs),
    endTimeUnixNano: toNanoseconds(startMs + durationSeconds * 1000),
    ...(attributes.length === 0 ? {} : { attributes }),
    status: failed ? { code: 'STATUS_CODE_ERROR' } : {},
  };
}

function toAttributes(attributes: Span['attributes']): readonly OtlpAttribute[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    const field = toFieldValue(value);
    return field === undefined ? [] : [{ key, value: toOtlpValue(field) }];
  });
}

function toBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
