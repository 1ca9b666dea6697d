import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gaussian, xorshift32 } from '../testing/xorshift.ts';
import { fitIsolationForest } from './isolation-forest.ts';

const ROWS = 256;

function table(seed: number, featureCount: number): Float64Array {
  const random = xorshift32(seed);
  return Float64Array.from({ length: ROWS * featureCount }, () => gaussian(random));
}

it('is the same forest for the same seed and rows', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (dataSeed, seed) => {
      const rows = table(dataSeed, 3);
      const scores = (): Float64Array => fitIsolationForest(rows, ROWS, 3, { seed, trees: 20 }).scoreRows(rows, ROWS);
      expect(scores()).toEqual(scores());
    }),
    { numRuns: 15 }
  );
});

it('hardly depends on the order of the rows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), (seed) => {
      const rows = table(seed, 3);
      const reversed = Float64Array.from(rows, (_, i) => rows[(ROWS - 1 - Math.floor(i / 3)) * 3 + (i % 3)]!);
      const before = fitIsolationForest(rows, ROWS, 3, { trees: 500 }).scoreRows(rows, ROWS);
      const after = fitIsolationForest(reversed, ROWS, 3, { trees: 500 }).scoreRows(rows, ROWS);
      const moved = before.map((score, i) => Math.abs(score - after[i]!));
      expect(moved.reduce((sum, value) => sum + value, 0) / ROWS).toBeLessThan(0.01);
      expect(Math.max(...moved)).toBeLessThan(0.03);
    }),
    { numRuns: 5 }
  );
});

it('does not change when features are shifted and scaled', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1 }),
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: -8, max: 8 }),
      (s, p, b) => {
        const rows = table(s, 2);
        const scaled = rows.map((value) => value * 2 ** p + b * 2 ** p);
        const before = fitIsolationForest(rows, ROWS, 2, { trees: 10 }).scoreRows(rows, ROWS);
        const after = fitIsolationForest(scaled, ROWS, 2, { trees: 10 }).scoreRows(scaled, ROWS);
        const same = before.filter((score, i) => Math.abs(score - after[i]!) < 1e-9).length;
        expect(same).toBeGreaterThan(0.99 * ROWS);
      }
    ),
    { numRuns: 15 }
  );
});

it('stays in 0 to 1 with duplicate rows, constant columns and hostile numbers', () => {
  const hostile = fc.oneof(fc.constantFrom(0, 1, NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324), fc.double());
  fc.assert(
    fc.property(fc.array(fc.tuple(hostile, hostile), { minLength: 1, maxLength: 40 }), (pairs) => {
      const usual = [0, 5, 0, 5, 1, 5, 0, 5];
      const rows = Float64Array.from([...usual, ...pairs.flat()]);
      const rowCount = rows.length / 2;
      const scores = fitIsolationForest(rows, rowCount, 2, { trees: 10 }).scoreRows(rows, rowCount);
      scores.forEach((score, i) => {
        const missing = Number.isNaN(rows[2 * i]) || Number.isNaN(rows[2 * i + 1]);
        expect(missing ? Number.isNaN(score) : score > 0 && score <= 1).toBe(true);
      });
    })
  );
});
