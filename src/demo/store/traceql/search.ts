import type { EpochMs, Span } from '#model';
import { NAME_FIELD } from './fields.ts';
import { toNanoseconds, toOtlpValue } from './otlp-json.ts';
import type { SpanFilter } from './parse.ts';
import type { StoredTrace, TraceStore } from './trace-store.ts';

/** What a search returns at most. */
export interface SearchLimits {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly maxTraces: number;
  readonly maxSpansPerTrace: number;
}

/** Traces with a matching span in the time range, newest first, in the shape of Tempo's search reply. */
export function searchTraces(store: TraceStore, filter: SpanFilter, limits: SearchLimits): readonly unknown[] {
  const found: unknown[] = [];
  for (const trace of store.newestFirst()) {
    if (found.length >= limits.maxTraces) {
      break;
    }
    if (trace.startMs > limits.toMs || trace.startMs + trace.durationSeconds * 1000 < limits.fromMs) {
      continue;
    }
    const matched = trace.spans.filter((span) => filter.matches(span, trace));
    if (matched.length > 0) {
      found.push(toSummary(trace, matched, filter, limits.maxSpansPerTrace));
    }
  }
  return found;
}

function toSummary(trace: StoredTrace, matched: readonly Span[], filter: SpanFilter, maxSpans: number): unknown {
  const { root } = trace;
  const durationMs = Math.floor(trace.durationSeconds * 1000 + 1e-6);
  const spanSet = {
    spans: matched.slice(0, maxSpans).map((span) => toMatchedSpan(span, trace, filter)),
    matched: matched.length,
  };
  return {
    traceID: trace.traceId.replace(/^0+(?=.)/, ''),
    ...(root === undefined
      ? { rootServiceName: '<root span not yet received>' }
      : { rootServiceName: root.service, rootTraceName: root.name }),
    startTimeUnixNano: toNanoseconds(trace.startMs),
    ...(durationMs === 0 ? {} : { durationMs }),
    spanSet,
    spanSets: [spanSet],
    serviceStats: toServiceStats(trace.spans),
  };
}

function toMatchedSpan(span: Span, trace: StoredTrace, filter: SpanFilter): unknown {
  const attributes = new Map<string, unknown>();
  const shown = filter.comparisons.filter(({ holds }) => holds(span, trace)).map(({ field }) => field);
  for (const field of shown) {
    const value = field.shownAs === undefined ? undefined : field.read(span, trace);
    if (field.shownAs !== undefined && value !== undefined) {
      attributes.set(field.shownAs, { key: field.shownAs, value: toOtlpValue(value) });
    }
  }
  return {
    spanID: span.spanId,
    ...(shown.some((field) => field === NAME_FIELD) ? { name: span.name } : {}),
    startTimeUnixNano: toNanoseconds(span.startMs),
    durationNanos: toNanoseconds(span.durationSeconds * 1000),
    ...(attributes.size === 0 ? {} : { attributes: [...attributes.values()] }),
  };
}

function toServiceStats(spans: readonly Span[]): unknown {
  const stats = new Map<string, { spanCount: number; errorCount?: number }>();
  for (const { service, failed } of spans) {
    const entry = stats.get(service) ?? { spanCount: 0 };
    stats.set(service, entry);
    entry.spanCount++;
    if (failed) {
      entry.errorCount = (entry.errorCount ?? 0) + 1;
    }
  }
  return Object.fromEntries(stats);
}
