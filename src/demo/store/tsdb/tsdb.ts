import type { EpochMs, Seconds } from '#model';
import type { MetricType, SeriesDescriptor, SeriesHandle } from '../../telemetry-sink.ts';
import { StoreError } from '../errors.ts';
import type { Matcher } from '../matcher.ts';
import { CHUNK_SIZE } from './chunk.ts';
import { createLabelIndex } from './label-index.ts';
import type { LabelSet } from './labels.ts';
import { METRIC_NAME, compareLabelSets, toLabelSet } from './labels.ts';
import type { Samples } from './samples.ts';
import { NO_SAMPLES, compactSamples } from './samples.ts';
import { SeriesColumn } from './series-column.ts';
import { TimeAxis } from './time-axis.ts';

const METRIC_PATTERN = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_PATTERN = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A series as a selector finds it. */
export interface StoredSeries {
  readonly handle: SeriesHandle;
  readonly labels: LabelSet;
}

/** Options of the time series store. */
export interface TsdbOptions {
  /** How long samples are kept after the newest one. Default 7 d and 1 h. */
  readonly retentionSeconds?: Seconds;
}

/**
 * Time series in memory, one column per series over a time axis that all share.
 * About 8 bytes per sample at worst, 0 to 2 for whole-number counters and constants.
 */
export class Tsdb {
  readonly #axis = new TimeAxis();
  readonly #columns: SeriesColumn[] = [];
  readonly #labels: LabelSet[] = [];
  readonly #handles = new Map<string, SeriesHandle>();
  readonly #types = new Map<string, MetricType>();
  readonly #index = createLabelIndex((handle) => this.#labels[handle] as LabelSet);
  readonly #retentionMs: number;
  #slice: { from: number; to: number; times: Float64Array } = { from: 0, to: 0, times: new Float64Array(0) };

  constructor(options: TsdbOptions = {}) {
    this.#retentionMs = (options.retentionSeconds ?? 7 * 86_400 + 3_600) * 1000;
  }

  /** Time of the newest scrape, -Infinity before the first. */
  get lastMs(): EpochMs {
    return this.#axis.lastMs;
  }

  /** How many series were registered. */
  get seriesCount(): number {
    return this.#labels.length;
  }

  /** Type by metric name, for the metadata endpoint. */
  get metricTypes(): ReadonlyMap<string, MetricType> {
    return this.#types;
  }

  /**
   * Registers a series, or finds it again.
   * @throws StoreError STORE_BAD_SERIES
   */
  register(series: SeriesDescriptor): SeriesHandle {
    const labels = toLabelSet([...Object.entries(series.labels), [METRIC_NAME, series.name]]);
    const known = this.#handles.get(labels.key);
    if (known !== undefined) {
      return known;
    }
    checkNames(series);
    const handle = this.#labels.length;
    this.#labels.push(labels);
    this.#columns.push(new SeriesColumn());
    this.#handles.set(labels.key, handle);
    this.#types.set(series.name, series.type);
    this.#index.add(handle, labels);
    return handle;
  }

  /**
   * Stores one scrape: `readings[handle]` is the value. A series that was reported last time and is NaN or missing now
   * gets a stale marker, as Prometheus does.
   * @throws StoreError STORE_OUT_OF_ORDER
   */
  scrape(atMs: EpochMs, readings: Float64Array): void {
    const slot = this.#open(atMs);
    const columns = this.#columns;
    for (let handle = 0; handle < columns.length; handle++) {
      const value = handle < readings.length ? (readings[handle] as number) : Number.NaN;
      const column = columns[handle] as SeriesColumn;
      if (value === value) {
        column.write(slot, value, atMs);
      } else if (column.alive) {
        column.writeStale(slot);
      }
    }
    this.#close(slot);
  }

  /**
   * Stores samples of some series at one time, as a remote write does: series that are not named get nothing, NaN is a
   * value, `'stale'` a stale marker.
   * @throws StoreError STORE_OUT_OF_ORDER
   */
  append(atMs: EpochMs, samples: ReadonlyMap<SeriesHandle, number | 'stale'>): void {
    const slot = this.#open(atMs);
    for (const [handle, value] of samples) {
      const column = this.#columns[handle] as SeriesColumn;
      if (value === 'stale') {
        column.writeStale(slot);
      } else {
        column.write(slot, value, atMs);
      }
    }
    this.#close(slot);
  }

  /** Series that satisfy every matcher, in Prometheus' order of labels. */
  select(matchers: readonly Matcher[]): readonly StoredSeries[] {
    const found = this.#index.find(matchers).filter((handle) => (this.#columns[handle] as SeriesColumn).lastMs > 0);
    const series = found.map((handle) => ({ handle, labels: this.#labels[handle] as LabelSet }));
    return series.sort((a, b) => compareLabelSets(a.labels, b.labels));
  }

  /** Whether the series has a sample in `fromMs..toMs`, to the precision of its first and last sample. */
  isActive(handle: SeriesHandle, fromMs: EpochMs, toMs: EpochMs): boolean {
    const column = this.#columns[handle] as SeriesColumn;
    return column.firstMs <= toMs && column.lastMs >= fromMs;
  }

  /** Samples and stale markers with `fromMs <= t <= toMs`. Cost O(slots in the range). */
  read(handle: SeriesHandle, fromMs: EpochMs, toMs: EpochMs): Samples {
    if (!this.isActive(handle, fromMs, toMs)) {
      return NO_SAMPLES;
    }
    const from = this.#axis.lowerBound(fromMs);
    const to = this.#axis.lowerBound(toMs + 1);
    const values = new Float64Array(Math.max(0, to - from));
    (this.#columns[handle] as SeriesColumn).read(from, to, values);
    return compactSamples(this.#times(from, to), values);
  }

  #times(from: number, to: number): Float64Array {
    if (this.#slice.from !== from || this.#slice.to !== to) {
      this.#slice = { from, to, times: this.#axis.slice(from, to) };
    }
    return this.#slice.times;
  }

  #open(atMs: EpochMs): number {
    if (!(atMs > this.#axis.lastMs)) {
      throw new StoreError('STORE_OUT_OF_ORDER', `Got ${atMs} after ${this.#axis.lastMs}.`);
    }
    this.#axis.push(atMs);
    return this.#axis.length - 1;
  }

  #close(slot: number): void {
    if (slot % CHUNK_SIZE !== CHUNK_SIZE - 1) {
      return;
    }
    for (const column of this.#columns) {
      column.seal(Math.floor(slot / CHUNK_SIZE), this.#axis.droppedChunks);
    }
    const dropped = this.#axis.drop(this.#axis.lastMs - this.#retentionMs);
    if (dropped > 0) {
      for (const column of this.#columns) {
        column.drop(dropped, this.#axis.timeAt(this.#axis.firstSlot));
      }
    }
  }
}

function checkNames(series: SeriesDescriptor): void {
  const bad = METRIC_PATTERN.test(series.name)
    ? Object.keys(series.labels).find((name) => !LABEL_PATTERN.test(name) || name === METRIC_NAME)
    : series.name;
  if (bad !== undefined) {
    throw new StoreError('STORE_BAD_SERIES', JSON.stringify(bad));
  }
}
