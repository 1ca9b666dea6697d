import type { LabelSet } from '../tsdb/labels.ts';
import { METRIC_NAME, dropLabels, labelValue } from '../tsdb/labels.ts';
import type { Column, Matrix, Steps } from './matrix.ts';
import { createColumn, mergeColumns } from './matrix.ts';

interface Histogram {
  readonly labels: LabelSet;
  readonly buckets: { readonly bound: number; readonly column: Column }[];
}

const BOUND: ReadonlySet<string> = new Set(['le']);
const BOUND_AND_NAME: ReadonlySet<string> = new Set(['le', METRIC_NAME]);

/**
 * `histogram_quantile` over classic buckets: linear within a bucket, the second highest bound in the last.
 * Source: Prometheus 2.42, `promql/quantile.go`, `bucketQuantile`.
 *
 * @param quantileAt the quantile at a step
 * @throws PromqlError execution when two histograms differ in nothing but the metric name
 */
export function histogramQuantile(input: Matrix, steps: Steps, quantileAt: (index: number) => number): Matrix {
  return mergeColumns(
    groupBuckets(input).map((histogram) => {
      const out = createColumn(histogram.labels, steps.count);
      const bounds = new Float64Array(histogram.buckets.length);
      const counts = new Float64Array(histogram.buckets.length);
      for (let index = 0; index < steps.count; index++) {
        const length = gather(histogram, index, bounds, counts);
        if (length > 0) {
          out.values[index] = bucketQuantile(quantileAt(index), bounds, counts, length);
          out.present[index] = 1;
        }
      }
      return out;
    })
  );
}

function groupBuckets(input: Matrix): readonly Histogram[] {
  const histograms = new Map<string, Histogram>();
  for (const column of input) {
    const bound = parseBound(labelValue(column.labels, 'le'));
    if (bound === undefined) {
      continue;
    }
    const { key } = dropLabels(column.labels, BOUND);
    const histogram = histograms.get(key) ?? { labels: dropLabels(column.labels, BOUND_AND_NAME), buckets: [] };
    histograms.set(key, histogram);
    histogram.buckets.push({ bound, column });
  }
  for (const { buckets } of histograms.values()) {
    buckets.sort((a, b) => (a.bound === b.bound ? 0 : a.bound - b.bound));
  }
  return [...histograms.values()];
}

function parseBound(text: string): number | undefined {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) {
    return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Collects the buckets of a step, joining equal bounds. Returns how many there are. */
function gather({ buckets }: Histogram, index: number, bounds: Float64Array, counts: Float64Array): number {
  let length = 0;
  for (const { bound, column } of buckets) {
    if (column.present[index] !== 1) {
      continue;
    }
    const count = column.values[index] as number;
    if (length > 0 && bounds[length - 1] === bound) {
      counts[length - 1] = (counts[length - 1] as number) + count;
    } else {
      bounds[length] = bound;
      counts[length] = count;
      length++;
    }
  }
  return length;
}

function bucketQuantile(q: number, bounds: Float64Array, counts: Float64Array, length: number): number {
  if (Number.isNaN(q)) {
    return Number.NaN;
  }
  if (q < 0) {
    return Number.NEGATIVE_INFINITY;
  }
  if (q > 1) {
    return Number.POSITIVE_INFINITY;
  }
  if (bounds[length - 1] !== Number.POSITIVE_INFINITY || length < 2) {
    return Number.NaN;
  }
  ensureMonotonic(counts, length);
  const observations = counts[length - 1] as number;
  return observations === 0 ? Number.NaN : interpolate(q * observations, bounds, counts, length);
}

function interpolate(wanted: number, bounds: Float64Array, counts: Float64Array, length: number): number {
  const bucket = searchBucket(counts, length - 1, wanted);
  const end = bounds[bucket] as number;
  if (bucket === length - 1) {
    return bounds[length - 2] as number;
  }
  if (bucket === 0) {
    return end <= 0 ? end : end * (wanted / (counts[0] as number));
  }
  const start = bounds[bucket - 1] as number;
  const below = counts[bucket - 1] as number;
  return start + (end - start) * ((wanted - below) / ((counts[bucket] as number) - below));
}

/** Go's sort.Search, which also fixes what happens with NaN counts. */
function searchBucket(counts: Float64Array, length: number, rank: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((counts[middle] as number) >= rank) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

function ensureMonotonic(counts: Float64Array, length: number): void {
  let most = counts[0] as number;
  for (let index = 1; index < length; index++) {
    const count = counts[index] as number;
    if (count > most) {
      most = count;
    } else if (count < most) {
      counts[index] = most;
    }
  }
}
