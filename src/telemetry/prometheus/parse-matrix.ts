import type { EpochMs, Labels, TimeSeries } from '#model';
import type { ReplyReader } from '../reply.ts';
import { PointColumns } from './matrix-json.ts';
import { parseSamplePair } from './parse-sample.ts';

/** The times a range query asked for, inclusive at both ends. */
export interface SampleRange {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}

/** A key that is equal for equal label sets, whatever their order. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/**
 * The series of a `matrix` result. Points outside the range and points that do not ascend in time are dropped and
 * reported in `warnings`; two series with the same labels make the reply invalid, since no one can say which is right.
 * Cost O(points).
 * @throws TelemetryError `bad-reply`
 */
export function parseMatrix(
  result: unknown,
  range: SampleRange,
  reader: ReplyReader,
  labelField = 'metric'
): { readonly series: readonly TimeSeries[]; readonly warnings: readonly string[] } {
  const seen = new Set<string>();
  const counts = { misplaced: 0, outside: 0, histograms: 0 };
  const series = reader.array(result, 'data.result').map((item, index) => {
    const field = `data.result[${index}]`;
    const entry = reader.object(item, field);
    const labels = reader.labels(entry[labelField], `${field}.${labelField}`);
    const key = labelsKey(labels);
    if (seen.has(key)) {
      return reader.fail(`the series ${key} occurs twice.`);
    }
    seen.add(key);
    counts.histograms += entry['histograms'] === undefined ? 0 : 1;
    const values = entry['values'] ?? (entry['histograms'] === undefined ? undefined : []);
    const points =
      values instanceof PointColumns ? values : toColumns(reader.array(values, `${field}.values`), field, reader);
    return { labels, ...inRange(points, range, counts) };
  });
  return { series: series.filter((item) => item.timesMs.length > 0), warnings: toWarnings(counts) };
}

function toColumns(points: readonly unknown[], field: string, reader: ReplyReader): PointColumns {
  const pairs = points.map((point, index) => parseSamplePair(point, `${field}.values[${index}]`, reader));
  return new PointColumns(
    pairs.map(({ atMs }) => atMs),
    pairs.map(({ value }) => value)
  );
}

/** The points that lie in the range and ascend. */
function inRange(
  { timesMs, values }: PointColumns,
  range: SampleRange,
  counts: { misplaced: number; outside: number }
): { readonly timesMs: readonly EpochMs[]; readonly values: readonly number[] } {
  const kept: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < timesMs.length; index += 1) {
    const atMs = timesMs[index] ?? Number.NaN;
    if (atMs < range.startMs || atMs > range.endMs) {
      counts.outside += 1;
    } else if (atMs <= last) {
      counts.misplaced += 1;
    } else {
      last = atMs;
      kept.push(index);
    }
  }
  return kept.length === timesMs.length
    ? { timesMs, values }
    : { timesMs: kept.map((index) => timesMs[index] ?? 0), values: kept.map((index) => values[index] ?? Number.NaN) };
}

function toWarnings(counts: { misplaced: number; outside: number; histograms: number }): readonly string[] {
  return [
    counts.misplaced > 0 ? `dropped ${counts.misplaced} points that were out of order or had the time of another` : '',
    counts.outside > 0 ? `dropped ${counts.outside} points outside the range that was asked for` : '',
    counts.histograms > 0 ? `ignored native histograms of ${counts.histograms} series` : '',
  ].filter((warning) => warning !== '');
}
