import { describe, expect, it } from 'vitest';
import { withRatios } from './peers.ts';
import { bytesEach } from './state-bytes.ts';
import { CONSUMERS } from './streaming.ts';
import { medianMs, quantile } from './timing.ts';
import { dailySeries, normalRows } from './workload.ts';

describe('times', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 3],
    [[1, 2, 3], 0.99, 3],
    [[7], 0.5, 7],
  ])('quantile of %j at %d is %d', (values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });

  it('are taken after a warm-up, as often as asked', () => {
    const calls: string[] = [];
    medianMs(
      () => calls.push('run'),
      3,
      () => calls.push('warm')
    );
    expect(calls).toEqual(['warm', 'run', 'run', 'run']);
  });
});

describe('the work that is timed', () => {
  it('repeats itself', () => {
    expect(dailySeries(2, 10)).toEqual(dailySeries(2, 10));
    expect(normalRows(3, 2)).toEqual(normalRows(3, 2));
    expect(dailySeries(2, 10)[0]).not.toEqual(dailySeries(2, 10)[1]);
  });

  it.each(Object.keys(CONSUMERS))('%s runs on a short series', (name) => {
    const [values = new Float64Array()] = dailySeries(1, 200);
    expect(CONSUMERS[name]?.(values)).toBeDefined();
  });
});

describe('bytesEach', () => {
  it.each([
    ['garbage is not counted', () => new Float64Array(100_000).length, 0],
    ['what is kept is', () => new Float64Array(100_000), 800_000],
  ])('%s', async (_case, create, expected) => {
    expect(Math.abs((await bytesEach<unknown>(20, create)) - expected)).toBeLessThan(80_000);
  });
});

describe('peers', () => {
  it('are compared as times faster', () => {
    const output = JSON.stringify({
      scikitLearn: { version: '1', fitMs: 100, score120Ms: 20, score20kMs: 400 },
      statsmodels: { version: '1', stlMs: 300 },
    });
    const own = { fitMs: 5, score120Ms: 0.5, score20kMs: 200, seasonalArAndRidgeMs: 2 };
    expect(withRatios(output, own)).toMatchObject({
      ratios: { forestFit: 20, forestScore120: 40, forestScore20k: 2, seasonalArAndRidgeToStl: 150 },
    });
  });
});
