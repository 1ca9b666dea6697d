import { describe, expect, it } from 'vitest';
import type { SignalKind, Unit } from '#model';
import { healthySeries, signalOf, withoutPoints } from '../testing/series.ts';
import { judgeQuality, medianStepMs } from './quality-gate.ts';

const judge = (kind: SignalKind, values: readonly number[]) => judgeQuality(signalOf(kind, values));

describe('judgeQuality', () => {
  it.each([
    ['NaN', NaN, 'invalid'],
    ['infinity', Infinity, 'invalid'],
    ['a negative latency', -1, 'out-of-range'],
    ['zero', 0, 'ok'],
  ])('calls %s %s', (_, value, verdict) => {
    expect(judge('latency', [1, 2, value, 3])[2]).toBe(verdict);
  });

  it('calls a ratio far above one out of range', () => {
    expect(judge('error-ratio', [0, 0.5, 2])[2]).toBe('out-of-range');
  });

  it('re-warms for three points after more than three missing slots', () => {
    const values = healthySeries(40, 1, 0.1, 1);
    expect(judgeQuality(withoutPoints(signalOf('latency', values), 20, 24)).slice(18, 24)).toEqual([
      'ok',
      'ok',
      'gap',
      'gap',
      'gap',
      'ok',
    ]);
    expect(judgeQuality(withoutPoints(signalOf('latency', values), 20, 23))).not.toContain('gap');
  });

  it('calls a rate stale that stands still after it used to move', () => {
    const verdicts = judge('request-rate', [...healthySeries(100, 50, 0.05, 2), ...new Array<number>(40).fill(42)]);
    expect(verdicts[110]).toBe('ok');
    expect(verdicts[139]).toBe('stale');
  });

  it('calls a rate constant that never moved', () => {
    expect(judge('request-rate', new Array<number>(300).fill(7)).at(-1)).toBe('constant');
  });

  it('lets percentiles, error ratios and idle rates rest', () => {
    expect(new Set(judge('latency', new Array<number>(400).fill(0.0038)))).toEqual(new Set(['ok']));
    expect(new Set(judge('error-ratio', new Array<number>(400).fill(0)))).toEqual(new Set(['ok']));
    expect(new Set(judge('request-rate', new Array<number>(400).fill(0)))).toEqual(new Set(['ok']));
  });

  it.each<[Unit]>([['seconds'], ['dimensionless']])('takes an empty series in %s', (unit) => {
    expect(judgeQuality({ kind: 'latency', unit, series: { labels: {}, timesMs: [], values: [] } })).toEqual([]);
  });
});

it('medianStepMs ignores gaps and has a default', () => {
  expect(medianStepMs([0, 15_000, 30_000, 90_000, 105_000])).toBe(15_000);
  expect(medianStepMs([1])).toBe(15_000);
});
