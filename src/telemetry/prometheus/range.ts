import type { EpochMs, Labels, Seconds, TimeSeries } from '#model';
import { TelemetryError } from '../errors.ts';
import { labelsKey } from './parse-matrix.ts';
import type { Annotations } from './parse-reply.ts';

/** Evaluation times of a range query: `startMs`, then every `stepSeconds`, up to and including `endMs`. */
export interface RangeQuery {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** At least 0.001. */
  readonly stepSeconds: Seconds;
}

/** Limit of Prometheus for the points of one series in one answer. */
export const MAX_POINTS_PER_QUERY = 11_000;
const MAX_PARTS = 50;

/**
 * Parts of a range with at most 11,000 points each, on the same grid of times.
 * @throws TelemetryError `bad-query` when the range is empty, not finite, or longer than 50 parts
 */
export function splitRange(range: RangeQuery, host: string): readonly RangeQuery[] {
  const stepMs = Math.round(range.stepSeconds * 1000);
  const points = stepMs >= 1 ? Math.floor((range.endMs - range.startMs) / stepMs) + 1 : Number.NaN;
  if (!Number.isFinite(points) || points < 1 || points > MAX_PARTS * MAX_POINTS_PER_QUERY) {
    const detail = `a range of ${points} points; raise the step or shorten the range.`;
    throw new TelemetryError('prometheus', 'bad-query', { host, detail });
  }
  return Array.from({ length: Math.ceil(points / MAX_POINTS_PER_QUERY) }, (_, part) => {
    const startMs = range.startMs + part * MAX_POINTS_PER_QUERY * stepMs;
    return {
      startMs,
      endMs: Math.min(range.endMs, startMs + (MAX_POINTS_PER_QUERY - 1) * stepMs),
      stepSeconds: range.stepSeconds,
    };
  });
}

/** Puts the parts of a range back together, series by series; annotations once each. */
export function joinParts(
  parts: readonly ({ readonly series: readonly TimeSeries[] } & Annotations)[]
): { readonly series: readonly TimeSeries[] } & Annotations {
  const [only] = parts;
  if (only && parts.length === 1) {
    return only;
  }
  const joined = new Map<string, { labels: Labels; timesMs: EpochMs[][]; values: number[][] }>();
  for (const { labels, timesMs, values } of parts.flatMap((part) => part.series)) {
    const key = labelsKey(labels);
    const entry = joined.get(key) ?? { labels, timesMs: [], values: [] };
    entry.timesMs.push([...timesMs]);
    entry.values.push([...values]);
    joined.set(key, entry);
  }
  return {
    series: [...joined.values()].map(({ labels, timesMs, values }) => ({
      labels,
      timesMs: timesMs.flat(),
      values: values.flat(),
    })),
    warnings: [...new Set(parts.flatMap((part) => part.warnings))],
    infos: [...new Set(parts.flatMap((part) => part.infos))],
  };
}
