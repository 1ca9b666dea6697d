import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIOR_RANKING_WEIGHTS, RANKING_FEATURES, type RankingFeature } from '#engine';
import { fitLinear, LINEAR_BOUNDS } from './fit-linear.ts';
import { toyItems } from './testing/toy-items.ts';
import { FEATURES, itemWeights, type TrainingItem } from './training-item.ts';

const column = (name: RankingFeature): number => RANKING_FEATURES.indexOf(name);

/** Two services that differ in one feature. */
function pair(name: RankingFeature, guilty: number, other: number): TrainingItem {
  const x = new Float64Array(2 * FEATURES);
  x[column(name)] = guilty;
  x[FEATURES + column(name)] = other;
  const rest = { system: 's', causeName: 'c', fault: 'f', inputs: new Float64Array(240), hasGraph: true };
  return { ...rest, rows: 2, x, truth: 0 };
}

describe('fitLinear', () => {
  it('gives the prior back without incidents', () => {
    expect(fitLinear([]).weights).toEqual(PRIOR_RANKING_WEIGHTS);
  });

  it('finds the optimum of one feature, which bisection finds as well', () => {
    // Minimise ln(1 + e^-w) + l2/2 (w - w0)^2: the slope l2 (w - w0) - 1 / (1 + e^w) rises, its zero is the optimum.
    const l2 = 0.05;
    const prior = PRIOR_RANKING_WEIGHTS[column('mem')]!;
    let [low, high] = [prior, prior + 20];
    for (let i = 0; i < 100; i += 1) {
      const middle = (low + high) / 2;
      [low, high] = l2 * (middle - prior) - 1 / (1 + Math.exp(middle)) < 0 ? [middle, high] : [low, middle];
    }
    const { weights } = fitLinear([pair('mem', 1, 0)], { l2 });
    expect(weights[column('mem')]).toBeCloseTo(low, 8);
    expect(weights[column('cpu')]).toBe(PRIOR_RANKING_WEIGHTS[column('cpu')]);
  });

  it('keeps a weight at its bound when the incidents pull through it', () => {
    const against = Array.from({ length: 20 }, () => pair('mem', 0, 1));
    expect(fitLinear(against, { l2: 0.001 }).weights[column('mem')]).toBe(0);
    const forVirtual = Array.from({ length: 20 }, () => pair('virtual', 1, 0));
    expect(fitLinear(forVirtual, { l2: 0.001 }).weights[column('virtual')]).toBeCloseTo(0, 12);
    expect(fitLinear(against.map((item) => ({ ...item, x: pair('net', 0, 1).x }))).weights[column('net')]).toBeLessThan(
      0
    );
  });

  it('ends where no allowed step is better', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 30 }), (seed, count) => {
        const items = toyItems(count, seed);
        const l2 = 0.05;
        const { weights } = fitLinear(items, { l2 });
        const slope = slopes(items, weights, l2);
        const wrong = [...weights.keys()].filter((i) => {
          const [weight, low, high] = [weights[i]!, LINEAR_BOUNDS.low[i]!, LINEAR_BOUNDS.high[i]!];
          const mayRise = weight < high && slope[i]! < -1e-7;
          const mayFall = weight > low && slope[i]! > 1e-7;
          return mayRise || mayFall || weight < low || weight > high;
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 40 }
    );
  });

  it('counts every system alike', () => {
    const one = pair('mem', 1, 0);
    const other = { ...pair('cpu', 1, 0), system: 't' };
    const many = fitLinear([...Array.from({ length: 9 }, () => one), other]).weights;
    fitLinear([one, other]).weights.forEach((weight, i) => expect(many[i]).toBeCloseTo(weight, 8));
    expect([...itemWeights([one, one, other])]).toEqual([0.25, 0.25, 0.5]);
  });

  it('refuses a pull of zero and a prior of another length', () => {
    expect(() => fitLinear([], { l2: 0 })).toThrow(RangeError);
    expect(() => fitLinear([], { prior: new Float64Array(3) })).toThrow(RangeError);
  });
});

/** Derivatives of the minimised function, written again from its definition. */
function slopes(items: readonly TrainingItem[], weights: Float64Array, l2: number): Float64Array {
  const sum = weights.map((weight, i) => l2 * (weight - PRIOR_RANKING_WEIGHTS[i]!));
  const shares = itemWeights(items);
  items.forEach(({ rows, x, truth }, at) => {
    const row = (r: number): Float64Array => x.subarray(r * FEATURES, (r + 1) * FEATURES);
    const scores = Array.from({ length: rows }, (_, r) =>
      row(r).reduce((dot, value, i) => dot + value * weights[i]!, 0)
    );
    const total = scores.reduce((all, score) => all + Math.exp(score), 0);
    scores.forEach((score, r) => {
      const error = Math.exp(score) / total - (r === truth ? 1 : 0);
      row(r).forEach((value, i) => (sum[i]! += shares[at]! * error * value));
    });
  });
  return sum;
}
