import type { EpochMs, Labels, LogLine, Span } from '#model';

/** Prometheus metric types the shop emits. Histograms are emitted as their `_bucket`, `_sum` and `_count` counters. */
export type MetricType = 'counter' | 'gauge';

/** One series the shop will report. */
export interface SeriesDescriptor {
  readonly name: string;
  readonly type: MetricType;
  /** Without `__name__`. */
  readonly labels: Labels;
}

/** Dense index of a registered series. */
export type SeriesHandle = number;

/**
 * Where the simulated shop writes. The embedded store implements it for the demo; exposition, Loki push and OTLP
 * implement it for the real stack.
 */
export interface TelemetrySink {
  /** Registers a series once; the same name and labels give the same handle. */
  register(series: SeriesDescriptor): SeriesHandle;
  /** One scrape: `readings[handle]` is the value; NaN or a missing index means the target did not report the series. */
  scrape(atMs: EpochMs, readings: Float64Array): void;
  /** Log lines, in order of time per stream. */
  logs(lines: readonly LogLine[]): void;
  /** Finished spans; those of one trace may come in several calls. */
  spans(spans: readonly Span[]): void;
}
