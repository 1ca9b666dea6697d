import type { EvidenceSeries } from '#model';
import { formatValue } from '../format.ts';
import { toPlainLine, toUtc } from './plain.ts';

/** Points of a chart; more of them are no longer told apart. */
const POINTS = 40;
const BARS = '▁▂▃▄▅▆▇█';
/** Stands where nothing was measured. */
const GAP = '·';

/** Means of equally long stretches; null where nothing was measured in one, which is never drawn as a value. */
export function toPoints({ values }: Pick<EvidenceSeries, 'values'>): ReadonlyArray<number | null> {
  const count = Math.min(POINTS, values.length);
  return Array.from({ length: count }, (_, index) => {
    const stretch = values
      .slice(Math.floor((index * values.length) / count), Math.floor(((index + 1) * values.length) / count))
      .filter((value): value is number => value !== null && Number.isFinite(value));
    return stretch.length === 0 ? null : stretch.reduce((sum, value) => sum + value, 0) / stretch.length;
  });
}

/** What a chart shows, in a sentence: it stands beside the chart, for readers and programs that cannot draw it. */
export function describeChart(series: EvidenceSeries): string {
  const { service, metric, unit, usual, values, timesMs } = series;
  const measured = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const first = timesMs[0];
  const last = timesMs.at(-1);
  const span = first === undefined || last === undefined ? '' : `, ${toUtc(first)} to ${toUtc(last)}`;
  const name = `${metric} of ${service}${span}`;
  if (measured.length === 0) {
    return `${name}: nothing was measured.`;
  }
  const highest = measured.reduce((most, value) => Math.max(most, value), -Infinity);
  const lowest = measured.reduce((least, value) => Math.min(least, value), Infinity);
  const missing = values.length - measured.length;
  return [
    `${name}: lowest ${formatValue(lowest, unit)}, highest ${formatValue(highest, unit)}`,
    `usually ${formatValue(usual.median, unit)}`,
    ...(missing > 0 ? [`${missing} of ${values.length} samples are missing`] : []),
  ]
    .join(', ')
    .concat('.');
}

/**
 * A chart that GitHub and GitLab draw; neither shows inline SVG. Undefined where a stretch has no value: the format has no
 * gaps, and a gap is not drawn as a value.
 */
export function toMermaid(series: EvidenceSeries): string | undefined {
  const points = toPoints(series);
  const first = series.timesMs[0];
  const last = series.timesMs.at(-1);
  if (points.length < 2 || first === undefined || last === undefined || last <= first) {
    return undefined;
  }
  const values: number[] = [];
  for (const point of points) {
    if (point === null) {
      return undefined;
    }
    values.push(point);
  }
  const minutes = toNumber((last - first) / 60_000);
  const low = Math.min(0, ...values);
  const high = Math.max(...values, series.usual.high);
  return [
    'xychart-beta',
    `  title "${toMermaidText(`${series.metric} of ${series.service}`)}"`,
    `  x-axis "minutes after ${toMermaidText(toUtc(first))}" 0 --> ${minutes}`,
    `  y-axis "${toMermaidText(series.unit)}" ${toNumber(low)} --> ${toNumber(high > low ? high : low + 1)}`,
    `  line [${values.map(toNumber).join(', ')}]`,
  ].join('\n');
}

/** Letters, digits and a few signs: nothing that ends a text or begins a directive of Mermaid. */
function toMermaidText(text: string): string {
  return toPlainLine(text)
    .replaceAll(/[^\p{L}\p{N} _.,:/-]/gu, ' ')
    .replaceAll(/-{2,}/g, '-')
    .slice(0, 120);
}

/** Without an exponent, which Mermaid does not read. */
function toNumber(value: number): string {
  return Number(value.toPrecision(4))
    .toFixed(Math.abs(value) >= 1000 ? 0 : 6)
    .replace(/\.?0+$/, '');
}

/** The course in characters, with gaps. */
export function toSparkline(series: EvidenceSeries): string {
  const points = toPoints(series);
  const known = points.filter((point) => point !== null);
  const low = Math.min(...known);
  const height = Math.max(...known) - low;
  return points
    .map((point) =>
      point === null ? GAP : (BARS[height > 0 ? Math.round(((point - low) / height) * (BARS.length - 1)) : 0] ?? GAP)
    )
    .join('');
}
