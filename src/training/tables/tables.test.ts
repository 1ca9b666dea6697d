import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarFields } from './calendar.ts';
import { type NumericColumns, numericColumns, rowCount } from './column-table.ts';
import { openDanfo } from './danfo-table.ts';
import { buildFeatureTable } from './feature-table.ts';
import { forwardFill, lag, rollingMoments } from './rolling.ts';

const numbers = (...values: number[]): Float64Array => Float64Array.from(values);

describe('filling and rolling', () => {
  it('carries forward over three rows, never backward, and marks it', () => {
    const { values, imputed } = forwardFill(numbers(NaN, 1, NaN, NaN, NaN, NaN, 2));
    expect([...values]).toEqual([NaN, 1, 1, 1, 1, NaN, 2]);
    expect([...imputed]).toEqual([0, 0, 1, 1, 1, 0, 0]);
  });

  it('takes infinities for missing', () => {
    expect([...forwardFill(numbers(1, Infinity)).values]).toEqual([1, 1]);
  });

  it('rolls over known values only', () => {
    const { mean, std, max } = rollingMoments(numbers(1, 3, NaN, 5), 2);
    expect([...mean]).toEqual([1, 2, 3, 5]);
    expect([...max]).toEqual([1, 3, 3, 5]);
    expect([...std]).toEqual([NaN, Math.SQRT2, NaN, NaN]);
    expect(() => rollingMoments(numbers(1), 0)).toThrow(RangeError);
  });

  it('never looks ahead', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 30 }),
        fc.double({ min: -1e6, max: 1e6 }),
        (list, other) => {
          const changed = [...list.slice(0, -1), other];
          for (const column of [
            (x: Float64Array) => rollingMoments(x, 4).mean,
            (x: Float64Array) => forwardFill(x).values,
            (x: Float64Array) => lag(x),
          ]) {
            expect(column(numbers(...list)).slice(0, -1)).toEqual(column(numbers(...changed)).slice(0, -1));
          }
        }
      )
    );
  });
});

describe('calendar', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0, { hourOfDay: 0, dayOfWeek: 4, dayOfMonth: 1, isWeekend: false, isBusinessHour: false }],
    [
      '2026-11-21T10:30:00Z',
      0,
      { hourOfDay: 10, dayOfWeek: 6, isWeekend: true, isBusinessHour: false, isPeakHour: true },
    ],
    ['2026-11-20T23:30:00Z', 32_400, { hourOfDay: 8, dayOfWeek: 6, dayOfMonth: 21 }],
    ['2026-11-20T17:59:59Z', 0, { isBusinessHour: true, isPeakHour: false }],
    ['2026-11-20T18:00:00Z', 0, { isBusinessHour: false }],
  ])('of %s with offset %d', (text, offset, fields) => {
    expect(calendarFields(Date.parse(text), offset)).toMatchObject(fields);
  });
});

describe('feature table', () => {
  const series = (values: number[]) => ({ labels: {}, timesMs: values.map((_, i) => i * 60_000), values });
  const grid = { fromMs: 0, toMs: 240_000, stepSeconds: 60, utcOffsetSeconds: () => 0 };
  const table = buildFeatureTable(
    [
      {
        service: 'a',
        series: new Map([['error_rate_5m', series([0, 0.1, NaN, 0.3])]]),
        downstream: ['b'],
        anomalies: [{ fromMs: 60_000, toMs: 120_000, label: 'incident' }],
      },
      { service: 'b', series: new Map([['error_rate_5m', series([0.5, 0.6, 0.7, 0.8])]]), downstream: [] },
    ],
    grid
  );

  it('has one row per service and step', () => {
    expect([rowCount(table), table.get('service_name')]).toEqual([8, ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b']]);
  });

  it('takes the errors of callees from the step before', () => {
    expect([...(numericColumns(table).get('downstream_error_rate') ?? [])].slice(0, 4)).toEqual([NaN, 0.5, 0.6, 0.7]);
  });

  it('marks what it filled in and what is known to be an anomaly', () => {
    expect([...(table.get('error_rate_5m_imputed') ?? [])].slice(0, 4)).toEqual([0, 0, 1, 0]);
    expect([...(table.get('is_anomaly') ?? [])].slice(0, 4)).toEqual([0, 1, 0, 0]);
    expect([...(table.get('anomaly_type') ?? [])].slice(0, 2)).toEqual(['unknown', 'incident']);
  });
});

describe('danfojs adapter', () => {
  const columns: NumericColumns = new Map([
    ['x', numbers(1, 2, NaN, 4, 10)],
    ['y', numbers(5, 5, 5, 5, 5)],
  ]);
  const known = (name: string): number[] => [...(columns.get(name) ?? [])].filter(Number.isFinite);
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

  it('says nothing on the console when it is used first', async () => {
    const lines: unknown[] = [];
    const { console: terminal } = globalThis;
    const { log, warn } = terminal;
    terminal.log = terminal.warn = (line: unknown) => void lines.push(line);
    try {
      (await openDanfo()).standardise(columns);
    } finally {
      Object.assign(terminal, { log, warn });
    }
    expect(lines).toEqual([]);
  });

  it('agrees with own arithmetic on describe', async () => {
    const [x] = (await openDanfo()).describe(columns);
    const list = known('x');
    const std = Math.sqrt(list.reduce((sum, value) => sum + (value - mean(list)) ** 2, 0) / (list.length - 1));
    expect(x).toMatchObject({ column: 'x', count: 4, min: 1, median: 3, max: 10 });
    expect(x?.mean).toBeCloseTo(mean(list), 9);
    expect(x?.std).toBeCloseTo(std, 9);
  });

  it('agrees on group means, leaving missing values out', async () => {
    const means = (await openDanfo()).groupMeans(['a', 'a', 'a', 'b', 'b'], columns);
    expect(means.get('a')?.get('x')).toBeCloseTo(1.5, 9);
    expect(means.get('b')?.get('x')).toBeCloseTo(7, 9);
  });

  it('agrees on the scaler within single precision', async () => {
    const scaled = (await openDanfo()).standardise(columns).get('x') ?? numbers();
    const list = known('x');
    const sigma = Math.sqrt(list.reduce((sum, value) => sum + (value - mean(list)) ** 2, 0) / list.length);
    expect(scaled[2]).toBeNaN();
    for (const [row, value] of [
      [0, 1],
      [1, 2],
      [3, 4],
      [4, 10],
    ] as const) {
      expect(scaled[row]).toBeCloseTo((value - mean(list)) / sigma, 5);
    }
  });

  it('names the command when the package is missing', async () => {
    const opening = openDanfo(() => Promise.reject(new Error('Cannot find package')));
    await expect(opening).rejects.toMatchObject({
      code: 'CAUSEWAY_TRAINING_PACKAGE_MISSING',
      remedy: expect.stringContaining('npm install'),
    });
  });
});
