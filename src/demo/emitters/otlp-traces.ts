import type { Span } from '#model';
import { BoundedQueue, type SendBatch } from './bounded-queue.ts';
import { postJson } from './post-json.ts';

const LIMITS = { capacity: 20_000, batchSize: 512 };
const KINDS: Readonly<Record<Span['kind'], number>> = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 };

/** Body of an OTLP/HTTP JSON trace export: spans by service, ids in hex, times in nanoseconds as text. */
export function toExportBody(spans: readonly Span[]): unknown {
  const byService = new Map<string, Span[]>();
  for (const span of spans) {
    byService.set(span.service, [...(byService.get(span.service) ?? []), span]);
  }
  return {
    resourceSpans: [...byService].map(([service, own]) => ({
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: service } },
          { key: 'service.namespace', value: { stringValue: 'shop' } },
        ],
      },
      scopeSpans: [{ scope: { name: 'shop' }, spans: own.map(toOtlpSpan) }],
    })),
  };
}

function toOtlpSpan(span: Span): unknown {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.startMs + span.durationSeconds * 1000),
    attributes: Object.entries(span.attributes).map(([key, value]) => ({ key, value: toAnyValue(value) })),
    status: span.failed ? { code: 2 } : {},
  };
}

function toAnyValue(value: string | number | boolean): unknown {
  if (typeof value === 'string') {
    return { stringValue: value };
  }
  if (typeof value === 'boolean') {
    return { boolValue: value };
  }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}

/** Sends spans to an OTLP/HTTP receiver. */
export class OtlpTraces {
  readonly queue: BoundedQueue<Span>;

  /** @param url address of the receiver's traces endpoint, `http://collector:4318/v1/traces` */
  constructor(url: string, send: SendBatch<Span> = (batch) => postJson(url, toExportBody(batch))) {
    this.queue = new BoundedQueue(send, LIMITS);
  }

  spans(spans: readonly Span[]): void {
    this.queue.push(spans);
  }
}
