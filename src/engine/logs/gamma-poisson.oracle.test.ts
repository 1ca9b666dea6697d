import { describe, expect, it } from 'vitest';
import { gammaPoissonTailSurprisal } from './gamma-poisson.ts';

describe('gammaPoissonTailSurprisal', () => {
  // P(C >= c) of NB(shape, rate / (rate + exposure)) summed term by term with 60 digits (Python's decimal)
  it.each([
    [1, 0.5, 288.5, 1, 2.762303038579],
    [3, 0.5, 288.5, 1, 7.889532321715],
    [20, 60.5, 288.5, 1, 30.831916315072],
    [5, 2.5, 12.5, 0.25, 7.479266626675],
    [100, 10.5, 2016.5, 1, 317.32799190119],
    [2, 400.5, 100.5, 1, 0.042764831879],
  ])('count %d, shape %d, rate %d, exposure %d', (count, shape, rate, exposure, surprisal) => {
    expect(gammaPoissonTailSurprisal(count, shape, rate, exposure) / surprisal).toBeCloseTo(1, 8);
  });

  it('is 0 for no line and never less', () => {
    expect(gammaPoissonTailSurprisal(0, 0.5, 100)).toBe(0);
    expect(gammaPoissonTailSurprisal(1, 1e6, 1)).toBeGreaterThanOrEqual(0);
    expect(gammaPoissonTailSurprisal(Infinity, 0.5, 100)).toBeGreaterThan(100);
  });

  it.each([
    [1, 0, 1],
    [1, 1, NaN],
    [1, 1, Infinity],
  ])('refuses %d %d %d', (count, shape, rate) => {
    expect(() => gammaPoissonTailSurprisal(count, shape, rate)).toThrow(RangeError);
  });
});
