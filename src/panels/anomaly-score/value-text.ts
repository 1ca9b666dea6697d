import { formattedValueToString, getValueFormat } from '@grafana/data';
import type { ScoreSeries } from './score-series.ts';

/** A value in the unit of its field, as an axis writes it: `23.8 ms`, `1.2 %`. */
export function formatFieldValue(value: number, unit: string | undefined): string {
  const { text, prefix, suffix } = getValueFormat(unit ?? 'short')(value);
  const trimmed = suffix?.trim() ?? '';
  return formattedValueToString({ text, ...(prefix ? { prefix } : {}), suffix: trimmed === '' ? '' : ` ${trimmed}` });
}

/** The value of a point beside the expected one: `3.3 s, expected 7.1 ms to 62 ms`; empty where there is no value. */
export function describePoint({ signal }: ScoreSeries, index: number): string {
  const value = signal?.values[index] ?? null;
  if (!signal || value === null) {
    return '';
  }
  const [lower = null, upper = null] = [signal.lower[index], signal.upper[index]];
  const format = (bound: number) => formatFieldValue(bound, signal.unit);
  return lower === null || upper === null
    ? format(value)
    : `${format(value)}, expected ${format(lower)} to ${format(upper)}`;
}

/** Whether the value of a point lies outside of what was expected. */
export function isOutside({ signal }: ScoreSeries, index: number): boolean {
  const value = signal?.values[index] ?? null;
  const [lower = null, upper = null] = [signal?.lower[index], signal?.upper[index]];
  return value !== null && lower !== null && upper !== null && (value < lower || value > upper);
}
