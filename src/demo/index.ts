export type { MetricType, SeriesDescriptor, SeriesHandle, TelemetrySink } from './telemetry-sink.ts';
