import type { EpochMs, Labels, LogLine, Span } from '#model';
import type { SeriesDescriptor, SeriesHandle, TelemetrySink } from '../../telemetry-sink.ts';

/** Keeps everything a shop reports, and answers the questions that tests ask. */
export class RecordingSink implements TelemetrySink {
  readonly series: SeriesDescriptor[] = [];
  readonly scrapes: { readonly atMs: EpochMs; readonly readings: Float64Array }[] = [];
  readonly lines: LogLine[] = [];
  readonly allSpans: Span[] = [];
  readonly #handles = new Map<string, SeriesHandle>();

  register(series: SeriesDescriptor): SeriesHandle {
    const key = JSON.stringify([series.name, Object.entries(series.labels).toSorted()]);
    const known = this.#handles.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#handles.set(key, this.series.length);
    return this.series.push(series) - 1;
  }

  scrape(atMs: EpochMs, readings: Float64Array): void {
    this.scrapes.push({ atMs, readings: readings.slice() });
  }

  logs(lines: readonly LogLine[]): void {
    this.lines.push(...lines);
  }

  spans(spans: readonly Span[]): void {
    this.allSpans.push(...spans);
  }

  /** Handles of the series with this name whose labels include the given ones. */
  handles(name: string, labels: Labels = {}): readonly SeriesHandle[] {
    return this.series.flatMap((series, handle) =>
      series.name === name && Object.entries(labels).every(([key, value]) => series.labels[key] === value)
        ? [handle]
        : []
    );
  }

  /** Sum of the matching series at a scrape; `back` counts from the last one. Missing readings count as nothing. */
  sum(name: string, labels: Labels = {}, back = 0): number {
    const readings = this.scrapes.at(-1 - back)?.readings;
    return this.handles(name, labels).reduce((sum, handle) => sum + (readings?.[handle] || 0), 0);
  }

  /** Growth of the matching counters over the last `steps` scrapes, per second. */
  rate(name: string, labels: Labels = {}, steps = 4): number {
    const to = this.scrapes.at(-1);
    const from = this.scrapes.at(-1 - steps);
    if (!to || !from) {
      return Number.NaN;
    }
    return (1000 * (this.sum(name, labels) - this.sum(name, labels, steps))) / (to.atMs - from.atMs);
  }

  /** Quantile over the last `steps` scrapes, interpolated within buckets as Prometheus does. */
  quantile(q: number, name: string, labels: Labels = {}, steps = 4): number {
    const bounds = [...new Set(this.handles(`${name}_bucket`, labels).map((h) => this.series[h]?.labels.le ?? ''))]
      .map((le) => ({ le, bound: le === '+Inf' ? Infinity : Number(le) }))
      .toSorted((a, b) => a.bound - b.bound);
    const counts = bounds.map(({ le }) => this.rate(`${name}_bucket`, { ...labels, le }, steps));
    const rank = q * (counts.at(-1) ?? Number.NaN);
    const i = counts.findIndex((count) => count >= rank);
    const upper = bounds[i]?.bound ?? Number.NaN;
    const lower = i > 0 ? (bounds[i - 1]?.bound ?? 0) : 0;
    if (upper === Infinity) {
      return lower;
    }
    const below = i > 0 ? (counts[i - 1] ?? 0) : 0;
    return lower + ((upper - lower) * (rank - below)) / ((counts[i] ?? 0) - below);
  }
}
