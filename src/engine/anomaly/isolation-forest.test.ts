import { describe, expect, it } from 'vitest';
import { gaussian, xorshift32 } from '../testing/xorshift.ts';
import { fitIsolationForest, IsolationForest } from './isolation-forest.ts';
import { averagePathLength } from './isolation-tree.ts';

function normalRows(rowCount: number, featureCount: number, seed: number): Float64Array {
  const random = xorshift32(seed);
  return Float64Array.from({ length: rowCount * featureCount }, () => gaussian(random));
}

describe('averagePathLength', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    // 2 (ln 255 + .5772156649) - 2 * 255 / 256
    [256, 10.244770920116],
  ])('of %i rows is %d', (size, expected) => {
    expect(averagePathLength(size)).toBeCloseTo(expected, 9);
  });
});

describe('isolation forest', () => {
  const rows = normalRows(2000, 4, 5);
  const forest = fitIsolationForest(rows, 2000, 4);

  it('scores a far row higher than a usual one', () => {
    expect(forest.score([0, 0, 0, 0])).toBeLessThan(0.45);
    expect(forest.score([6, -6, 6, -6])).toBeGreaterThan(0.7);
  });

  it('scores rows of a table as it scores them alone', () => {
    const all = forest.scoreRows(rows, 700);
    expect([0, 255, 256, 699].map((row) => forest.score(rows, row * 4))).toEqual(
      [0, 255, 256, 699].map((row) => all[row])
    );
  });

  it('is unknown for a row with a missing number, and scores infinities as far away', () => {
    expect(forest.score([0, NaN, 0, 0])).toBeNaN();
    expect(forest.score([0, 0, 0])).toBeNaN();
    expect([...forest.scoreRows([0, NaN, 0, 0, 0, 0, 0, 0], 2)]).toEqual([NaN, forest.score([0, 0, 0, 0])]);
    expect(forest.score([Infinity, -Infinity, Infinity, 1e308])).toBeGreaterThan(0.7);
  });

  it('comes back from its bytes with the same scores', () => {
    const again = IsolationForest.load(forest.save());
    expect(again.scoreRows(rows, 50)).toEqual(forest.scoreRows(rows, 50));
    expect(forest.save().length).toBeLessThan(400_000);
  });

  it.each([
    ['cut', forest.save().slice(0, 1000)],
    ['foreign', new Uint8Array(64)],
    ['empty', new Uint8Array(0)],
  ])('refuses %s bytes', (_, bytes) => {
    expect(() => IsolationForest.load(bytes)).toThrow(RangeError);
  });

  it('is one constant where nothing can be split', () => {
    const flat = fitIsolationForest(new Float64Array(300).fill(7), 100, 3);
    expect(flat.score([7, 7, 7])).toBe(flat.score([9, 0, 1e9]));
  });

  it('ignores rows that are not finite', () => {
    const spoilt = Float64Array.from([...rows, NaN, 0, 0, 0, 0, Infinity, 0, 0]);
    expect(fitIsolationForest(spoilt, 2002, 4).score(rows)).toBe(forest.score(rows));
  });

  it.each([
    ['no rows', new Float64Array(0), 0, 3],
    ['too few numbers', new Float64Array(5), 2, 3],
    ['nothing finite', new Float64Array(6).fill(NaN), 2, 3],
    ['too many features', new Float64Array(600), 2, 300],
  ])('refuses %s', (_, table, rowCount, featureCount) => {
    expect(() => fitIsolationForest(table, rowCount, featureCount)).toThrow(RangeError);
  });
});
