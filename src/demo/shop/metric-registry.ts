import type { EpochMs, Labels } from '#model';
import type { MetricType, SeriesHandle, TelemetrySink } from '../telemetry-sink.ts';
import type { LatencyHistogram } from './latency-histogram.ts';

/** A histogram's series: one counter per bucket, the sum and the count. */
interface HistogramSeries {
  readonly buckets: readonly SeriesHandle[];
  readonly sum: SeriesHandle;
  readonly count: SeriesHandle;
}

/** Collects the readings of one scrape. A series that is not set in a scrape counts as not reported. */
export class MetricRegistry {
  readonly #sink: TelemetrySink;
  readonly #handles = new Map<string, SeriesHandle>();
  readonly #histograms = new WeakMap<LatencyHistogram, Map<string, HistogramSeries>>();
  #readings = new Float64Array(1024).fill(Number.NaN);
  #size = 0;

  constructor(sink: TelemetrySink) {
    this.#sink = sink;
  }

  /** Registers a series, once. All series of one name must have the same label names in the same order. */
  handle(type: MetricType, name: string, labels: Labels): SeriesHandle {
    let key: string = name;
    for (const label in labels) {
      key += `\u0000${labels[label] ?? ''}`;
    }
    const known = this.#handles.get(key);
    if (known !== undefined) {
      return known;
    }
    const handle = this.#sink.register({ name, type, labels });
    this.#handles.set(key, handle);
    this.#grow(handle + 1);
    return handle;
  }

  counter(name: string, labels: Labels, value: number): void {
    this.set(this.handle('counter', name, labels), value);
  }

  gauge(name: string, labels: Labels, value: number): void {
    this.set(this.handle('gauge', name, labels), value);
  }

  set(handle: SeriesHandle, value: number): void {
    this.#readings[handle] = value;
  }

  /** Reports a histogram under `<name>_bucket`, `_sum` and `_count`. One histogram has one set of labels per name. */
  histogram(name: string, labels: Labels, histogram: LatencyHistogram): void {
    const series = this.#histogramSeries(name, labels, histogram);
    let cumulative = 0;
    for (let i = 0; i < series.buckets.length; i++) {
      cumulative += histogram.counts[i] ?? 0;
      this.#readings[series.buckets[i] ?? 0] = cumulative;
    }
    this.#readings[series.sum] = histogram.sumSeconds;
    this.#readings[series.count] = histogram.count;
  }

  /** Hands the readings to the sink and forgets them. */
  scrape(atMs: EpochMs): void {
    this.#sink.scrape(atMs, this.#readings.subarray(0, this.#size));
    this.#readings.fill(Number.NaN);
  }

  #histogramSeries(name: string, labels: Labels, histogram: LatencyHistogram): HistogramSeries {
    const byName = this.#histograms.get(histogram) ?? new Map<string, HistogramSeries>();
    this.#histograms.set(histogram, byName);
    const known = byName.get(name);
    if (known) {
      return known;
    }
    const bounds = [...histogram.bounds.map(String), '+Inf'];
    const series: HistogramSeries = {
      buckets: bounds.map((le) => this.handle('counter', `${name}_bucket`, { ...labels, le })),
      sum: this.handle('counter', `${name}_sum`, labels),
      count: this.handle('counter', `${name}_count`, labels),
    };
    byName.set(name, series);
    return series;
  }

  #grow(size: number): void {
    if (size > this.#readings.length) {
      const next = new Float64Array(Math.max(size, 2 * this.#readings.length)).fill(Number.NaN);
      next.set(this.#readings);
      this.#readings = next;
    }
    this.#size = Math.max(this.#size, size);
  }
}
