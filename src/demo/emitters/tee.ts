import type { EpochMs, LogLine, Span } from '#model';
import type { SeriesDescriptor, SeriesHandle, TelemetrySink } from '../telemetry-sink.ts';

/**
 * One sink that hands everything on to several.
 * @throws Error when the sinks give the same series different handles
 */
export function tee(sinks: readonly TelemetrySink[]): TelemetrySink {
  return {
    register(series: SeriesDescriptor): SeriesHandle {
      const handles = sinks.map((sink) => sink.register(series));
      const [first = 0] = handles;
      if (handles.some((handle) => handle !== first)) {
        throw new Error(`sinks disagree about the handle of ${series.name}`);
      }
      return first;
    },
    scrape: (atMs: EpochMs, readings: Float64Array) => sinks.forEach((sink) => sink.scrape(atMs, readings)),
    logs: (lines: readonly LogLine[]) => sinks.forEach((sink) => sink.logs(lines)),
    spans: (spans: readonly Span[]) => sinks.forEach((sink) => sink.spans(spans)),
  };
}
