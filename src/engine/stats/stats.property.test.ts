import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitParetoTail, paretoQuantile, paretoSurvival } from './generalised-pareto.ts';
import { normalTailSurprisal } from './normal-tail.ts';
import { quantileSorted, sortedFinite } from './quantile.ts';
import { robustScale } from './robust-scale.ts';
import { SortedWindow } from './sorted-window.ts';

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });

it('a sorted window holds the last values in order', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 20 }), (all, capacity) => {
      const window = new SortedWindow(capacity);
      all.forEach((value) => window.push(value));
      expect([...window.ascending()]).toEqual(sortedFinite(all.slice(-capacity)));
    })
  );
});

it('a quantile lies inside the sample and rises with the share', () => {
  fc.assert(
    fc.property(
      values,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (all, p, q) => {
        const sorted = sortedFinite(all);
        const [low, high] = [quantileSorted(sorted, Math.min(p, q)), quantileSorted(sorted, Math.max(p, q))];
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(sorted[0] ?? 0);
        expect(high).toBeLessThanOrEqual(sorted.at(-1) ?? 0);
      }
    )
  );
});

it('the robust scale moves with the data and stretches with it', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 16 }), (all, shift, factor) => {
      const base = robustScale(all);
      const moved = robustScale(all.map((value) => factor * value + shift));
      expect(moved.centre).toBeCloseTo(factor * base.centre + shift, 6);
      expect(moved.scale).toBeCloseTo(factor * base.scale, 6);
    })
  );
});

it('a larger deviation is never less surprising', () => {
  fc.assert(
    fc.property(fc.double({ min: -8, max: 40, noNaN: true }), fc.double({ min: 0, max: 5, noNaN: true }), (z, more) => {
      expect(normalTailSurprisal(z + more)).toBeGreaterThanOrEqual(normalTailSurprisal(z) - 1e-6);
    })
  );
});

it('the Pareto quantile inverts the survival function', () => {
  const excesses = fc.array(fc.double({ min: 1e-3, max: 100, noNaN: true }), { minLength: 4, maxLength: 30 });
  fc.assert(
    fc.property(excesses, fc.double({ min: 1e-9, max: 1, noNaN: true }), (list, p) => {
      const tail = fitParetoTail(sortedFinite(list), 1);
      expect(paretoSurvival(tail, paretoQuantile(tail, p)) / p).toBeCloseTo(1, 6);
    })
  );
});
