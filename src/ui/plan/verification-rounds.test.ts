import { describe, expect, it } from 'vitest';
import type { CheckResult } from '#contracts';
import { countPasses, toCheckRounds } from './verification-rounds.ts';

const CHECK = { name: 'p99', query: 'q', operator: '<', threshold: 10, unit: 'seconds' } as const;

function results(...values: ReadonlyArray<number | null>): readonly CheckResult[] {
  return values.map((value, index) => ({ name: 'p99', atMs: index, value, passed: value !== null && value < 10 }));
}

describe('toCheckRounds', () => {
  it('places values between the edges, with the threshold on the same scale', () => {
    const { points, thresholdY, wanted } = toCheckRounds(CHECK, results(0, 20));
    expect(points.map(({ x, y }) => [x, y])).toEqual([
      [0, expect.closeTo(90)],
      [100, expect.closeTo(10)],
    ]);
    expect(thresholdY).toBeCloseTo(50);
    expect(wanted).toBe('below');
  });

  it('leaves a gap where there was no data, and where a value is no number', () => {
    const { points, lines } = toCheckRounds(CHECK, results(1, 2, null, NaN, 3, 4));
    expect(points.map(({ y }) => y === undefined)).toEqual([false, false, true, true, false, false]);
    expect(lines.map((line) => line.map(({ round }) => round))).toEqual([
      [1, 2],
      [5, 6],
    ]);
  });

  it('puts a single value and nothing but the threshold in the middle', () => {
    expect(toCheckRounds(CHECK, results(10)).points[0]).toMatchObject({ x: 50, y: 50 });
    expect(toCheckRounds(CHECK, []).thresholdY).toBe(50);
  });

  it('ignores results of other checks', () => {
    expect(toCheckRounds({ ...CHECK, name: 'other' }, results(1)).points).toEqual([]);
  });
});

describe('countPasses', () => {
  it.each([
    [[1, 2], 2],
    [[20, 1], 1],
    [[1, 20], 0],
    [[1, null], 0],
    [[], 0],
  ])('of %j is %i', (values, passes) => {
    expect(countPasses([CHECK], results(...values))).toBe(passes);
  });

  it('counts rounds in which all checks passed', () => {
    const other = results(1, 20, 1).map((result) => ({ ...result, name: 'other' }));
    expect(countPasses([CHECK, { ...CHECK, name: 'other' }], [...results(1, 1, 1), ...other])).toBe(1);
    expect(countPasses([], [])).toBe(0);
  });
});
