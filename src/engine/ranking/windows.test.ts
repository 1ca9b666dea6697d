import { describe, expect, it } from 'vitest';
import { counterGrowth, cutSeries, guardBeforeOnset } from './windows.ts';

const MINUTE = 60_000;

describe('cutSeries', () => {
  it('leaves two steps and at least two minutes before the onset out', () => {
    expect([15_000, MINUTE, 5 * MINUTE, Number.NaN].map(guardBeforeOnset)).toEqual([
      2 * MINUTE,
      2 * MINUTE,
      10 * MINUTE,
      2 * MINUTE,
    ]);
    const times = Array.from({ length: 20 }, (_, i) => i * MINUTE);
    const cut = cutSeries(
      times,
      times.map((time) => time / MINUTE),
      {
        baselineFromMs: 2 * MINUTE,
        onsetMs: 10 * MINUTE,
        toMs: 13 * MINUTE,
        stepMs: MINUTE,
      }
    );
    expect([...cut.baseline]).toEqual([2, 3, 4, 5, 6, 7]);
    expect([...cut.incident]).toEqual([10, 11, 12]);
    expect(cut.expectedBaselineRows).toBe(6);
  });

  it('is empty where the windows are reversed', () => {
    const cut = cutSeries([1, 2, 3], [1, 2, 3], { baselineFromMs: 9, onsetMs: 3, toMs: 1, stepMs: 1 });
    expect([cut.baseline.length, cut.incident.length, cut.expectedBaselineRows]).toEqual([0, 0, 0]);
  });

  it('keeps at most 3,000 points, as means of equal stretches', () => {
    const times = Array.from({ length: 6000 }, (_, i) => i * 1000);
    const values = times.map((_, i) => (i % 2 === 0 ? i : i % 4 === 1 ? Number.NaN : i));
    const { baseline } = cutSeries(times, values, { baselineFromMs: 0, onsetMs: 1e9, toMs: 2e9, stepMs: 1000 });
    expect(baseline).toHaveLength(3000);
    expect(Array.from(baseline.slice(0, 4))).toEqual([0, 2.5, 4, 6.5]);
  });
});

describe('counterGrowth', () => {
  it('turns a reset into a gap', () => {
    expect([...counterGrowth([5, 7, 7, 2, 6, Number.NaN, 9])]).toEqual([
      Number.NaN,
      2,
      0,
      Number.NaN,
      4,
      Number.NaN,
      Number.NaN,
    ]);
  });
});
