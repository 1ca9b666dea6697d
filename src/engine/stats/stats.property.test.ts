import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitParetoTail, paretoQuantile, paretoSurvival } from './generalised-pareto.ts';
import { normalTailSurprisal } from './normal-tail.ts';
import { quantileSorted, sortedFinite } from './quantile.ts';
import { robustScale } from './robust-scale.ts';
import { sortedDistances } from './sorted-distances.ts';
import { rankOrder } from './rank-order.ts';
import { RankedRing } from './ranked-ring.ts';
import { SortedWindow } from './sorted-window.ts';
import { StateReader, StateWriter } from './state-bytes.ts';

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });

it('a sorted window holds the last values in order', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 20 }), (all, capacity) => {
      const window = new SortedWindow(capacity);
      all.forEach((value) => window.push(value));
      const plain = (list: Iterable<number>): number[] => [...list].map((value) => value + 0);
      expect(plain(window.ascending())).toEqual(plain(sortedFinite(all.slice(-capacity))));
    })
  );
});

it('windows and rings that grow hold what those of full size would, also after a save', () => {
  const wild = fc.array(
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 }), fc.double({ min: 0, max: 9, noNaN: true })),
    {
      minLength: 1,
      maxLength: 700,
    }
  );
  fc.assert(
    fc.property(
      wild,
      fc.integer({ min: 60, max: 400 }),
      fc.integer({ min: 1, max: 64 }),
      fc.nat(700),
      (all, capacity, batch, reload) => {
        let window = new SortedWindow(capacity);
        let ring = new RankedRing(capacity);
        for (let at = 0; at < all.length; at += batch) {
          const part = all.slice(at, at + batch);
          part.forEach((value) => window.push(value));
          ring.push(Float32Array.from(part), part.length);
          if (at <= reload && reload < at + batch) {
            const writer = new StateWriter();
            window.write(writer);
            window = new SortedWindow(capacity);
            window.read(new StateReader(writer.finish()));
            const values = ring.inTime();
            ring = new RankedRing(capacity);
            ring.restore(values);
          }
        }
        const kept = all.slice(-capacity).map(Math.fround);
        const sorted = kept.toSorted((left, right) => left - right);
        expect(window.ascending()).toEqual(sorted);
        expect([...ring.inTime()]).toEqual(kept);
        expect(Array.from({ length: ring.size }, (_, rank) => ring.at(rank))).toEqual(sorted);
        for (const value of [-1, 0, 3, sorted[capacity >> 1] ?? 5, 9]) {
          expect(ring.countBelow(value)).toBe(sorted.filter((other) => other < value).length);
        }
        expect(ring.zeroCount).toBe(kept.filter((value) => value === 0).length);
        expect(window.recent(0)).toBe(kept.at(-1));
      }
    )
  );
});

it('ranks are those of a stable sort', () => {
  const single = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1, -1));
  fc.assert(
    fc.property(fc.array(single, { maxLength: 200 }), (list) => {
      const all = Float32Array.from(list);
      const order = new Uint16Array(all.length);
      rankOrder(all, all.length, order);
      const wanted = list.map((_, i) => i).sort((left, right) => (all[left] ?? 0) - (all[right] ?? 0) || left - right);
      expect([...order]).toEqual(wanted);
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

it('sorted distances are what sorting the distances gives', () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(number, { maxLength: 40 }), number, (list, centre) => {
      const expected = sortedFinite(list.map((value) => Math.abs(value - centre)));
      expect([...sortedDistances(sortedFinite(list), centre)]).toEqual([...expected]);
    })
  );
});
