import type { Labels } from './series.ts';
import type { EpochMs, Seconds } from './units.ts';

/** One log line with the labels of its stream. `line` is hostile input. */
export interface LogLine {
  readonly atMs: EpochMs;
  readonly labels: Labels;
  readonly line: string;
}

/** OpenTelemetry span kinds. */
export type SpanKind = 'SERVER' | 'CLIENT' | 'INTERNAL' | 'PRODUCER' | 'CONSUMER';

/** One span. Attribute names are OpenTelemetry's. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startMs: EpochMs;
  readonly durationSeconds: Seconds;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** What is known of the process that sent it: namespace, workload, version, language; OpenTelemetry's names. */
  readonly resource?: Readonly<Record<string, string>>;
}
