import { describe, expect, it } from 'vitest';
import { fitParetoTail } from './generalised-pareto.ts';
import { normalTailSurprisal } from './normal-tail.ts';
import { median, quantileSorted, sortedFinite } from './quantile.ts';
import { robustScale, standardDeviation } from './robust-scale.ts';
import { SortedWindow } from './sorted-window.ts';

describe('quantiles', () => {
  it('refuses an empty list and a share outside 0..1', () => {
    expect(() => quantileSorted([], 0.5)).toThrow(RangeError);
    expect(() => quantileSorted([1], 1.1)).toThrow(RangeError);
    expect(() => quantileSorted([1], NaN)).toThrow(RangeError);
  });

  it('never sorts NaN or infinities', () => {
    expect([...sortedFinite([3, NaN, 1, Infinity, 2, -Infinity])]).toEqual([1, 2, 3]);
    expect(median([NaN, 4])).toBe(4);
  });
});

describe('robustScale', () => {
  it('falls back to half the standard deviation where the quartiles agree', () => {
    const values = [5, 5, 5, 5, 5, 5, 5, 5, 5, 6];
    expect(robustScale(values)).toEqual({ centre: 5, scale: 0.5 * standardDeviation(values) });
  });

  it('is zero for a constant', () => {
    expect(robustScale([2, 2, 2])).toEqual({ centre: 2, scale: 0 });
    expect(standardDeviation([])).toBe(0);
  });

  it('stands a quarter of contamination', () => {
    const clean = Array.from({ length: 75 }, (_, i) => i / 75);
    expect(robustScale([...clean, ...new Array<number>(24).fill(1e6)]).scale).toBeLessThan(2);
  });
});

describe('SortedWindow', () => {
  it('refuses a capacity that is no positive integer and values that are not finite', () => {
    expect(() => new SortedWindow(0)).toThrow(RangeError);
    expect(() => new SortedWindow(1.5)).toThrow(RangeError);
    expect(() => new SortedWindow(2).push(NaN)).toThrow(RangeError);
    expect(() => new SortedWindow(2).quantile(0.5)).toThrow(RangeError);
  });

  it('forgets the oldest value, also among equal ones', () => {
    const window = new SortedWindow(3);
    [7, 7, 1, 9].forEach((value) => window.push(value));
    expect([...window.ascending()]).toEqual([1, 7, 9]);
    expect(window.size).toBe(3);
    expect(window.countBelow(7)).toBe(1);
  });
});

describe('fitParetoTail', () => {
  it('is cautious with fewer than four excesses', () => {
    expect(fitParetoTail([], 2).shape).toBe(0.1);
    expect(fitParetoTail([0.5], 2)).toEqual({ shape: 0.1, scale: 0.5 });
  });

  it('holds the shape in 0 to 0.5 and the scale above zero', () => {
    const wild = fitParetoTail([0.001, 0.002, 0.003, 5000], 1);
    expect(wild.shape).toBeLessThanOrEqual(0.5);
    const flat = fitParetoTail([1, 1, 1, 1, 1], 1);
    expect(flat.shape).toBeGreaterThanOrEqual(0);
    expect(flat.scale).toBeGreaterThan(0);
  });
});

it('normalTailSurprisal knows infinity and refuses NaN', () => {
  expect(normalTailSurprisal(Infinity)).toBe(Infinity);
  expect(() => normalTailSurprisal(NaN)).toThrow(RangeError);
});
