import { describe, expect, it } from 'vitest';
import { injectIncidents } from './inject-incidents.ts';

const NAMES = ['request_rate_1m', 'error_rate_1m', 'latency_p95', 'latency_p99', 'cpu', 'memory'];
const ROWS = 2016;
const clean = {
  names: NAMES,
  columns: NAMES.map((_, j) => Float64Array.from({ length: ROWS }, (__, i) => 100 + j + Math.sin(i * (j + 1)))),
};

describe('injected incidents', () => {
  it('repeat for a seed, change labelled rows only, and leave the original alone', () => {
    const before = clean.columns.map((column) => Float64Array.from(column));
    const replay = injectIncidents(clean, 5, 3);
    expect(injectIncidents(clean, 5, 3)).toEqual(replay);
    expect(injectIncidents(clean, 5, 4).labels).not.toEqual(replay.labels);
    expect(clean.columns).toEqual(before);
    replay.columns.forEach((column, j) => {
      const outside = column.findIndex((value, i) => replay.labels[i] === 0 && value !== clean.columns[j]?.[i]);
      expect(outside).toBe(-1);
    });
  });

  it('are eight stretches, apart from each other', () => {
    const { labels } = injectIncidents(clean, 5, 3);
    const starts = labels.reduce((sum, label, i) => sum + Number(label === 1 && labels[i - 1] !== 1), 0);
    expect(starts).toBe(8);
  });

  it('grow with sigma', () => {
    const moved = (sigma: number): number => {
      const { columns } = injectIncidents(clean, sigma, 3);
      return Math.max(...(columns[1] ?? []).map((value, i) => value - (clean.columns[1]?.[i] ?? 0)));
    };
    expect(moved(6) / moved(3)).toBeCloseTo(2, 1);
  });

  it('leave out an incident that no feature can show', () => {
    const only = { names: ['memory'], columns: clean.columns.slice(5) };
    const { labels } = injectIncidents(only, 5, 3);
    const starts = labels.reduce((sum, label, i) => sum + Number(label === 1 && labels[i - 1] !== 1), 0);
    expect(starts).toBe(2);
  });

  it('refuse a stretch that is too short', () => {
    expect(() => injectIncidents({ names: ['cpu'], columns: [new Float64Array(300)] }, 5, 1)).toThrow(/too few/);
  });
});
