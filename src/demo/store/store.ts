import type { EpochMs, LogLine, Seconds, Span } from '#model';
import type { SeriesDescriptor, SeriesHandle, TelemetrySink } from '../telemetry-sink.ts';
import type { PromqlEngine } from './promql/engine.ts';
import { createPromqlEngine } from './promql/engine.ts';
import { LogStore } from './logql/log-store.ts';
import { TraceStore } from './traceql/trace-store.ts';
import { Tsdb } from './tsdb/tsdb.ts';

/** Settings of the embedded store. */
export interface StoreOptions {
  /** How long metrics are kept after the newest scrape. Default 7 d and 1 h. */
  readonly retentionSeconds?: Seconds;
  /** How far an instant selector looks back. Default 300 s. */
  readonly lookbackSeconds?: Seconds;
  /** Step of subqueries that name none. Default 60 s. */
  readonly evaluationIntervalSeconds?: Seconds;
  /** How many traces are kept. Default 20,000. */
  readonly maxTraces?: number;
  /** Default time of queries that name none. Default: the system clock. */
  readonly now?: () => EpochMs;
}

/** Metrics, logs and traces in memory. The shop writes it as a `TelemetrySink`, the HTTP handler reads it. */
export interface EmbeddedStore extends TelemetrySink {
  readonly metrics: Tsdb;
  readonly promql: PromqlEngine;
  readonly logLines: LogStore;
  readonly traces: TraceStore;
  readonly now: () => EpochMs;
}

/** Creates an empty store. */
export function createStore(options: StoreOptions = {}): EmbeddedStore {
  const metrics = new Tsdb(options);
  const logLines = new LogStore();
  const traces = new TraceStore(options.maxTraces);
  return {
    metrics,
    promql: createPromqlEngine(metrics, options),
    logLines,
    traces,
    now: options.now ?? Date.now,
    register: (series: SeriesDescriptor): SeriesHandle => metrics.register(series),
    scrape(atMs: EpochMs, readings: Float64Array): void {
      metrics.scrape(atMs, readings);
    },
    logs(lines: readonly LogLine[]): void {
      logLines.push(lines);
    },
    spans(spans: readonly Span[]): void {
      traces.push(spans);
    },
  };
}
