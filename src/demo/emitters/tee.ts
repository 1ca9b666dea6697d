import type { EpochMs, LogLine, Span } from '#model';
import type { SeriesDescriptor, SeriesHandle, TelemetrySink } from '../telemetry-sink.ts';

/** Where the shop's telemetry goes. */
export interface TeeOutputs {
  readonly metrics: readonly Pick<TelemetrySink, 'register' | 'scrape'>[];
  readonly logs: readonly Pick<TelemetrySink, 'logs'>[];
  readonly spans: readonly Pick<TelemetrySink, 'spans'>[];
}

/**
 * One sink that hands everything on to several.
 * @throws Error when two outputs give the same series different handles
 */
export function tee(outputs: TeeOutputs): TelemetrySink {
  return {
    register(series: SeriesDescriptor): SeriesHandle {
      const handles = outputs.metrics.map((sink) => sink.register(series));
      const [first = 0] = handles;
      if (handles.some((handle) => handle !== first)) {
        throw new Error(`sinks disagree about the handle of ${series.name}`);
      }
      return first;
    },
    scrape: (atMs: EpochMs, readings: Float64Array) => outputs.metrics.forEach((sink) => sink.scrape(atMs, readings)),
    logs: (lines: readonly LogLine[]) => outputs.logs.forEach((sink) => sink.logs(lines)),
    spans: (spans: readonly Span[]) => outputs.spans.forEach((sink) => sink.spans(spans)),
  };
}
