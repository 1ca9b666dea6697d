import { describe, expect, it } from 'vitest';
import type { Signal } from '#model';
import type { Column } from '../tables/column-table.ts';
import { checkExpectations, documentedDrops } from './expectations.ts';
import { inspectSeries } from './inspect-series.ts';
import { parseRange } from '../parse-time.ts';
import { openDanfo } from '../tables/danfo-table.ts';
import { makeReport, renderReport } from './report.ts';

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

describe('report', () => {
  it('puts the worst series first and hides nothing', async () => {
    const table = new Map<string, Column>([
      ['service_name', ['a', 'a']],
      ['timestamp', Float64Array.of(0, 60_000)],
      ['latency_p99', Float64Array.of(0.5, NaN)],
    ]);
    const whole = Array.from({ length: 10 }, (_, minute) => [minute, minute] as const);
    const signals = [
      { ...signal(whole), id: 'a/whole' },
      { ...signal([[0, 1]]), id: 'a/broken' },
    ];
    const gaps = [{ source: 'prometheus:memory', reason: 'Prometheus has no series of this kind.' }];
    const report = makeReport({ signals, table, grid: GRID, gaps, judge: () => ({ stale: 1 }) }, await openDanfo());
    expect(report.series.map(({ signalId, missing }) => [signalId, missing])).toEqual([
      ['a/broken', 9],
      ['a/whole', 0],
    ]);
    expect(report.features).toMatchObject([{ column: 'latency_p99', count: 1 }]);
    const text = renderReport(report);
    expect(text).toMatch(/a\/broken +10 +1 +9 +9 +1/);
    expect(text).toContain('prometheus:memory: Prometheus has no series of this kind.');
  });
});

describe('times on the command line', () => {
  const NOW = Date.parse('2026-01-08T00:00:00Z');
  it.each([
    ['now-7d', 'now', NOW - 7 * 86_400_000, NOW],
    ['2026-01-01T00:00:00Z', '2026-01-02', NOW - 7 * 86_400_000, NOW - 6 * 86_400_000],
    ['1767225600000', 'now-30m', 1_767_225_600_000, NOW - 1_800_000],
  ])('%s to %s', (from, to, fromMs, toMs) => {
    expect(parseRange(from, to, NOW)).toEqual({ fromMs, toMs });
  });

  it.each([
    ['yesterday', 'now', /--from "yesterday"/],
    ['now', 'soon', /--to "soon"/],
    ['now', 'now-1h', /--to does not lie after --from/],
  ])('%s to %s is refused', (from, to, message) => {
    expect(() => parseRange(from, to, NOW)).toThrow(message);
  });
});
