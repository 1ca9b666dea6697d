import type { ToolRow } from '#llm';
import type { Labels, TimeSeries } from '#model';

const SERVICE_LABELS = ['service', 'service_name', 'server', 'deployment', 'app', 'container', 'job'];
const MAX_LABELS = 6;
const MAX_LABEL_LENGTH = 80;

/** The service that labels name; empty when they name none. */
export function serviceOf(labels: Labels): string {
  return SERVICE_LABELS.map((label) => labels[label] ?? '').find((value) => value !== '') ?? '';
}

/** Labels as `a="b", c="d"`, in order of their names, cut. */
export function describeLabels(labels: Labels): string {
  const names = Object.keys(labels).toSorted();
  const shown = names
    .slice(0, MAX_LABELS)
    .map((name) => `${name}="${(labels[name] ?? '').slice(0, MAX_LABEL_LENGTH)}"`)
    .join(', ');
  return names.length > MAX_LABELS ? `${shown}, …` : shown;
}

/**
 * One row for each series: newest value, extremes and median against the median of the same series before, most changed first.
 * @param before  the same query over the time before; empty when it is not known
 */
export function toSeriesRows(
  series: readonly TimeSeries[],
  before: readonly TimeSeries[],
  source: ToolRow['source']
): readonly ToolRow[] {
  const usual = new Map(before.map((one) => [keyOf(one.labels), median(finite(one.values))]));
  return series
    .flatMap((one) => {
      const row = toRow(one, usual.get(keyOf(one.labels)), source);
      return row ? [row] : [];
    })
    .toSorted((left, right) => right.change - left.change)
    .map(({ row }) => row);
}

function toRow({ labels, timesMs, values }: TimeSeries, usual: number | undefined, source: ToolRow['source']) {
  const known = finite(values);
  const at = values.findLastIndex(Number.isFinite);
  const newest = values[at];
  const atMs = timesMs[at];
  const middle = median(known);
  if (newest === undefined || atMs === undefined || middle === undefined) {
    return undefined;
  }
  const low = known.reduce((least, value) => Math.min(least, value), Infinity);
  const high = known.reduce((most, value) => Math.max(most, value), -Infinity);
  const named = describeLabels(labels) || 'the value';
  const compared = usual === undefined ? '' : `; median before the incident ${short(usual)}`;
  const statement = `${named}: newest ${short(newest)}, median ${short(middle)}, from ${short(low)} to ${short(high)}${compared}`;
  const row: ToolRow = {
    source,
    service: serviceOf(labels),
    statement,
    atMs,
    observed: newest,
    ...(usual === undefined ? {} : { baseline: usual }),
  };
  const from = usual ?? middle;
  const farthest = Math.max(Math.abs(high - from), Math.abs(low - from));
  return { row, change: farthest === 0 ? 0 : farthest / Math.max(Math.abs(from), farthest * 1e-6) };
}

/** Four digits are enough to read and to compare. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function finite(values: readonly number[]): readonly number[] {
  return values.filter(Number.isFinite);
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
