import type { EpochMs, LogLine, Seconds, Span } from '#model';
import type { SeriesDescriptor, SeriesHandle, TelemetrySink } from '../telemetry-sink.ts';
import type { PromqlEngine } from './promql/engine.ts';
import { createPromqlEngine } from './promql/engine.ts';
import { Tsdb } from './tsdb/tsdb.ts';

/** Settings of the embedded store. */
export interface StoreOptions {
  /** How long metrics are kept after the newest scrape. Default 7 d and 1 h. */
  readonly retentionSeconds?: Seconds;
  /** How far an instant selector looks back. Default 300 s. */
  readonly lookbackSeconds?: Seconds;
  /** Step of subqueries that name none. Default 60 s. */
  readonly evaluationIntervalSeconds?: Seconds;
  /** Default time of queries that name none. Default: the system clock. */
  readonly now?: () => EpochMs;
}

/** Metrics, logs and traces in memory. The shop writes it as a `TelemetrySink`, the HTTP handler reads it. */
export interface EmbeddedStore extends TelemetrySink {
  readonly metrics: Tsdb;
  readonly promql: PromqlEngine;
  readonly now: () => EpochMs;
}

/** Creates an empty store. */
export function createStore(options: StoreOptions = {}): EmbeddedStore {
  const metrics = new Tsdb(options);
  return {
    metrics,
    promql: createPromqlEngine(metrics, options),
    now: options.now ?? Date.now,
    register: (series: SeriesDescriptor): SeriesHandle => metrics.register(series),
    scrape(atMs: EpochMs, readings: Float64Array): void {
      metrics.scrape(atMs, readings);
    },
    logs(_lines: readonly LogLine[]): void {},
    spans(_spans: readonly Span[]): void {},
  };
}
