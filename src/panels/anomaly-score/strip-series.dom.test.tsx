import { describe, expect, it } from 'vitest';
import type { ScoreSeries } from './score-series.ts';
import { toStripSeries } from './strip-series.ts';
import { describePoint, formatFieldValue } from './value-text.ts';

const SCORES = [0.1, 0.75, 0.95, 0.95, null, 0.2, 0.8];

function latency(name: string, values: ReadonlyArray<number | null>, rcaService = 'payment'): ScoreSeries {
  return {
    service: `${rcaService}: ${name}`,
    signalName: name,
    rcaService,
    timesMs: SCORES.map((_, index) => index * 15_000),
    scores: SCORES,
    signal: { unit: 's', values, lower: values.map(() => 0.01), upper: values.map(() => 0.05) },
    notices: [],
  };
}

describe('rows of the strip', () => {
  const p95 = latency('Latency p95', [0.02, 0.06, 2, 2, null, 0.02, 0.02]);
  const p99 = latency('Latency p99', [0.02, 0.04, 3.5, 3, null, 0.02, 0.02]);

  it('are one for all signals that were scored together, with the values that were not expected', () => {
    const rows = toStripSeries([p95, p99, latency('Latency p95', [], 'cart')], 'backend');
    expect(rows.map(({ service }) => service)).toEqual(['payment', 'cart']);
    expect(rows[0]).toMatchObject({ rcaService: 'payment', scores: SCORES });
    expect([...(rows[0]?.reasons ?? [])]).toEqual([
      [2, 'Latency p95 2 s, expected 10 ms to 50 ms; Latency p99 3.50 s, expected 10 ms to 50 ms.'],
    ]);
  });

  it('count the signals that are not named', () => {
    const [row] = toStripSeries([p95, p99, { ...p99, service: 'x', signalName: 'Latency p50' }], 'backend');
    expect(row?.reasons?.get(2)).toMatch(/; 1 more\.$/);
  });

  it('are those of the series where this browser judged, and of scores without values', () => {
    expect(toStripSeries([p95, p99], 'browser')).toEqual([p95, p99]);
    const { signal: _, ...scores } = p95;
    expect(toStripSeries([scores], 'backend')).toEqual([scores]);
    expect(toStripSeries([], 'backend')).toEqual([]);
  });
});

describe('a value', () => {
  it.each([
    [0.0238, 's', '23.8 ms'],
    [0.012, 'percentunit', '1.20 %'],
    [35.8, 'reqps', '35.8 req/s'],
    [1234, undefined, '1.23 K'],
    [5, 'no-such-unit', '5 no-such-unit'],
  ])('%s %s is written %s', (value, unit, text) => expect(formatFieldValue(value, unit)).toBe(text));

  it('stands beside what was expected, or alone while that is not known', () => {
    const series = latency('Latency p95', [0.02, null]);
    expect(describePoint(series, 0)).toBe('20 ms, expected 10 ms to 50 ms');
    expect(describePoint(series, 1)).toBe('');
    expect(describePoint({ ...series, signal: { ...series.signal!, lower: [null] } }, 0)).toBe('20 ms');
    expect(describePoint(series, -1)).toBe('');
  });
});
