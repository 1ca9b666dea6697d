import { describe, expect, it } from 'vitest';
import type { Signal } from '#model';
import type { Column } from '../tables/column-table.ts';
import { checkExpectations, documentedDrops } from './expectations.ts';
import { inspectSeries } from './inspect-series.ts';

const GRID = { fromMs: 0, toMs: 600_000, stepSeconds: 60 };

function signal(points: readonly (readonly [minute: number, value: number])[]): Signal {
  const series = { labels: {}, timesMs: points.map(([m]) => m * 60_000), values: points.map(([, value]) => value) };
  return { id: 'a/cpu', service: 'a', kind: 'cpu', unit: 'cores', harm: 'up', query: 'q', series };
}

describe('inspectSeries', () => {
  it('counts what is there and what is missing', () => {
    const found = inspectSeries(
      signal([
        [0, 1],
        [1, 0],
        [5, 1],
        [6, NaN],
        [7, 2],
      ]),
      { stale: 2, 'counter-reset': 1 },
      GRID
    );
    expect(found).toMatchObject({ expected: 10, accepted: 4, missing: 6, longestGap: 3, stale: 2, resets: 1 });
    expect(found).toMatchObject({ zeroShare: 0.25, constant: false, duplicates: 0, outOfOrder: 0, outOfRange: 0 });
  });

  it('counts repeated and backward times', () => {
    const points = [0, 1, 1, 3, 2].map((minute) => [minute, 5] as const);
    expect(inspectSeries(signal(points), {}, GRID)).toMatchObject({ duplicates: 1, outOfOrder: 1, constant: true });
  });

  it('counts outliers and leaves them in', () => {
    const points = [1, 2, 3, 4, 5, 6, 7, 100].map((value, minute) => [minute, value] as const);
    expect(inspectSeries(signal(points), {}, GRID)).toMatchObject({ accepted: 8, outlierShare: 1 / 8 });
  });

  it('has no shares for a series without values', () => {
    const empty = inspectSeries(signal([]), {}, GRID);
    expect(empty).toMatchObject({ accepted: 0, longestGap: 10, constant: false, zeroShare: NaN, outlierShare: NaN });
  });
});

describe('expectations', () => {
  const table = new Map<string, Column>([
    ['service_name', ['a', 'a', 'a', 'b']],
    ['timestamp', Float64Array.of(1, 1, 0, NaN)],
    ['latency_p99', Float64Array.of(0.1, 61, NaN, -1)],
    ['error_rate_1m', Float64Array.of(0, 1.5, 0.5, 1)],
    ['request_rate_1m', Float64Array.of(1, NaN, 2, 3)],
    ['cpu', Float64Array.of(50, 101, 20, 20)],
  ]);

  it('name each failed check with its count', () => {
    expect(checkExpectations(table).map(({ checked, failures }) => [checked, failures])).toEqual([
      [1, 0],
      [3, 2],
      [4, 1],
      [4, 1],
      [4, 1],
      [4, 1],
    ]);
    expect(checkExpectations(new Map([...table].reverse()))[0]?.failures).toBe(1);
  });

  it('say what the documented cleaning would drop', () => {
    expect(documentedDrops(table).map(({ rows }) => rows)).toEqual([1, 1, 1, 1]);
  });
});
