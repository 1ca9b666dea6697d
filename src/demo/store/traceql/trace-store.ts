import type { EpochMs, Seconds, Span } from '#model';

/** A trace with what a search shows of it. */
export interface StoredTrace {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  readonly spans: readonly Span[];
  /** The span without a parent, or the earliest; Tempo calls the trace by it. */
  readonly root: Span | undefined;
  readonly startMs: EpochMs;
  readonly durationSeconds: Seconds;
}

const DEFAULT_MAX_TRACES = 20_000;
const MAX_SPANS_PER_TRACE = 10_000;

/** The newest traces in memory; the oldest give way. Spans of one trace may come in several calls. */
export class TraceStore {
  readonly #traces = new Map<string, Span[]>();
  readonly #capacity: number;

  /** `capacity` is the number of traces kept. Default 20,000. */
  constructor(capacity = DEFAULT_MAX_TRACES) {
    this.#capacity = capacity;
  }

  /** Adds spans. */
  push(spans: readonly Span[]): void {
    for (const span of spans) {
      const key = normaliseTraceId(span.traceId);
      const trace = this.#traces.get(key);
      if (trace === undefined) {
        this.#traces.set(key, [span]);
        this.#evict();
      } else if (trace.length < MAX_SPANS_PER_TRACE) {
        trace.push(span);
      }
    }
  }

  /** A trace by id, in any case, with or without leading zeros. */
  get(traceId: string): StoredTrace | undefined {
    const key = normaliseTraceId(traceId);
    const spans = this.#traces.get(key);
    return spans === undefined ? undefined : toTrace(key, spans);
  }

  /** Traces from the newest arrival to the oldest. */
  *newestFirst(): Generator<StoredTrace> {
    for (const [key, spans] of [...this.#traces].reverse()) {
      yield toTrace(key, spans);
    }
  }

  #evict(): void {
    if (this.#traces.size > this.#capacity) {
      const [oldest] = this.#traces.keys();
      this.#traces.delete(oldest as string);
    }
  }
}

function normaliseTraceId(traceId: string): string {
  return traceId.toLowerCase().padStart(32, '0');
}

function toTrace(traceId: string, spans: readonly Span[]): StoredTrace {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    startMs = Math.min(startMs, span.startMs);
    endMs = Math.max(endMs, span.startMs + span.durationSeconds * 1000);
  }
  const root = spans.find((span) => span.parentSpanId === undefined || span.parentSpanId === '');
  return { traceId, spans, root, startMs, durationSeconds: (endMs - startMs) / 1000 };
}
