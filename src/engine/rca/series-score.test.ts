import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreSeries, squash, withoutExcursions } from './series-score.ts';

// numpy 2.4.6, default_rng(1).normal(.05, .004, 40) rounded to 5 digits; the series score written out in numpy
const BASELINE = [
  0.05138, 0.05329, 0.05132, 0.04479, 0.05362, 0.05179, 0.04785, 0.05232, 0.05146, 0.05118, 0.05011, 0.05219, 0.04705,
  0.04935, 0.04807, 0.0524, 0.05016, 0.04883, 0.04687, 0.04897, 0.05003, 0.0489, 0.05518, 0.05403, 0.03916, 0.04244,
  0.0493, 0.04831, 0.05085, 0.05087, 0.05847, 0.04555, 0.04849, 0.05817, 0.05259, 0.05265, 0.04794, 0.04341, 0.05067,
  0.05044,
];
const INCIDENT = [0.051, 0.2, 0.9, 1.5, 2.2, 3.5];

describe('scoreSeries', () => {
  it('equals the formula in numpy', () => {
    const score = scoreSeries('latency', 'seconds', BASELINE, INCIDENT);
    expect(score?.up).toBeCloseTo(723.5189062692447, 6);
    expect(score?.down).toBeCloseTo(-102.65016217103909, 6);
    expect(score?.delta).toBeCloseTo(2.3497, 10);
    expect(score?.median).toBeCloseTo(0.0503, 12);
    expect(score?.scale).toBeCloseTo(0.0032476, 10);
  });

  it.each([
    ['fewer than five baseline values', [1, 1, 1, 1], [2]],
    ['no incident value', [1, 1, 1, 1, 1], []],
    ['nothing but NaN', [NaN, NaN, NaN, NaN, NaN], [NaN]],
  ])('drops a series with %s', (_, baseline, incident) => {
    expect(scoreSeries('latency', 'seconds', baseline, incident)).toBeUndefined();
  });

  it.each([
    ['latency', 'seconds', 0.05, 0.0503],
    ['error-ratio', 'ratio', 0, 0.004],
    ['log-errors', 'count', 4, 5],
    ['log-errors', 'per-second', 0, 0.04],
    ['rejected-requests', 'per-second', 0, 0.04],
    ['request-rate', 'per-second', 100, 108],
  ] as const)('a %s (%s) that stays near its constant %d is nothing', (kind, unit, normal, now) => {
    const score = scoreSeries(kind, unit, new Array<number>(20).fill(normal), [now]);
    expect(Math.abs(score?.up ?? 99)).toBeLessThan(2);
  });

  it('needs a larger deviation of a series that is often wild', () => {
    const wild = Array.from({ length: 100 }, (_, i) => (i % 20 === 0 ? 0.5 : 0.05 + 0.001 * (i % 5)));
    const calm = Array.from({ length: 100 }, (_, i) => 0.05 + 0.001 * (i % 5));
    const [rough, smooth] = [wild, calm].map((values) => scoreSeries('latency', 'seconds', values, [0.5])?.up ?? 0);
    expect(rough).toBeLessThan((smooth ?? 0) / 10);
  });

  it('does not change with the unit, where no absolute floor is in play', () => {
    const values = fc.array(fc.integer({ min: 500, max: 1500 }), { minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 2, max: 50 }),
        (baseline, now, factor) => {
          const plain = scoreSeries('latency', 'seconds', baseline, [now]);
          const scaled = scoreSeries(
            'latency',
            'seconds',
            baseline.map((value) => value * factor),
            [now * factor]
          );
          expect(scaled?.up).toBeCloseTo(plain?.up ?? NaN, 6);
        }
      )
    );
  });
});

describe('squash', () => {
  it.each([
    [0, 0],
    [50, 1],
    [-5, 0],
    [NaN, 0],
    [1e9, 1.5],
    [9, 0.5856],
  ])('of %d is %d', (z, g) => {
    expect(squash(z)).toBeCloseTo(g, 4);
  });
});

describe('withoutExcursions', () => {
  const floor = (): number => 0.01;
  it('leaves an earlier incident out, and keeps lone spikes and level shifts', () => {
    const calm = Array.from({ length: 60 }, (_, i) => 1 + 0.01 * (i % 3));
    expect(withoutExcursions([...calm, 9, 9, 9, 9, 9, ...calm], floor)).toHaveLength(120);
    expect(withoutExcursions([...calm, 9, ...calm], floor)).toHaveLength(121);
    expect(withoutExcursions([...calm, ...new Array<number>(55).fill(9)], floor)).toHaveLength(115);
    expect(withoutExcursions([...calm, 9, 9, 9, 9], floor)).toHaveLength(60);
  });
});
