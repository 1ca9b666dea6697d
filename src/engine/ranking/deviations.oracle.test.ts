import { describe, expect, it } from 'vitest';
import { binomialAvailability } from './availability.ts';
import { countDeviation, durationDeviation } from './event-deviations.ts';
import type { MetricKind, RankingSeries } from './ranking-case.ts';
import { deviationOf, type SeriesDeviation } from './series-deviation.ts';
import { openSquash, squashDeviation } from './squash.ts';

// The expected values are from the reference implementation in numpy (zwin, zc, zd and the binomial z of its features).

function of(
  kind: MetricKind,
  baseline: readonly number[],
  incident: readonly number[],
  more: Partial<RankingSeries> = {}
) {
  return deviationOf(
    {
      service: 0,
      metric: 'm',
      kind,
      baseline: Float64Array.from(baseline),
      incident: Float64Array.from(incident),
      ...more,
    },
    { method: 'reference', withOnset: true }
  );
}

const NORMAL = [10, 11, 9, 10.5, 9.5, 10, 12, 8, 10.2, 9.8];

describe('deviationOf', () => {
  it.each<[MetricKind, readonly number[], readonly number[], number, number, number, number]>([
    ['cpu', NORMAL, [20, 25, 30], 17.5, -12.5, 17.5, 10.0],
    ['cpu', NORMAL, [10], 0.0, -0.0, 0.0, 10.0],
    ['latency', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1], [0.1, 0.4], 60.0, -0.0, 0.3, 0.1],
    ['latency', [0.1, 0.11, 0.1, 0.12, 0.1, 0.9], [0.5, 0.6], 1.825221239, -1.456489676, 0.495, 0.105],
    ['avail', [100, 100, 99.9, 100, 100, 99.8], [90, 100, 80], -10.0, 30.0, -5.0, 100.0],
    ['logsev', [0, 0, 1, 0, 9, 0, 0], [12], 3.968253968, -3.968253968, 12.0, 0.0],
    ['traffic', [100, 90, 110, 105, 95], [10, 12, 300], 5.6, 8.9, 56.0, 100.0],
    [
      'mem',
      [5000000, 5000000, 5000000, 5000000, 5000000, 5000000, 5000000, 5000000],
      [5500000, 5200000],
      5.0,
      -2.0,
      500000.0,
      5000000.0,
    ],
    ['other', [1, 1, 1, 1, 2], [7], 17.04545455, -17.04545455, 6.0, 1.0],
  ])('%s', (kind, baseline, incident, up, down, delta, median) => {
    const found = of(kind, baseline, incident) as SeriesDeviation;
    expect([found.up, found.down, found.delta, found.median].map((value) => Number(value.toPrecision(9)))).toEqual(
      [up, down, delta, median].map((value) => Number(value.toPrecision(9)))
    );
  });

  it('drops what is not finite, and says why nothing is left', () => {
    expect(of('cpu', [...NORMAL, Number.NaN, Infinity], [20, Number.NaN])).toEqual(of('cpu', NORMAL, [20]));
    expect(of('cpu', [1, 2, 3, 4, Number.NaN], [1])).toBe('few-baseline-values');
    expect(of('cpu', NORMAL, [Number.NaN, -Infinity, 1e200])).toBe('no-incident-value');
  });

  it('counts the baseline rows that were there', () => {
    expect(of('cpu', NORMAL, [20], { expectedBaselineRows: 100 })).toMatchObject({ coverage: 0.25 });
    expect(of('cpu', NORMAL, [20], { expectedBaselineRows: 12 })).toMatchObject({ coverage: 1 });
  });

  it('takes the floor of the series where it names one', () => {
    const flat = [5, 5, 5, 5, 5];
    expect((of('cpu', flat, [6]) as SeriesDeviation).up).toBeCloseTo(2, 9);
    expect((of('cpu', flat, [6], { absoluteFloor: 1 }) as SeriesDeviation).up).toBeCloseTo(1, 9);
  });

  it('sees an onset only when more than five values cross', () => {
    const jump = (crossing: number): readonly number[] => [10, 10, ...Array.from({ length: crossing }, () => 40), 10];
    expect((of('cpu', NORMAL, jump(6)) as SeriesDeviation).onset).toBe(2);
    expect((of('cpu', NORMAL, jump(5)) as SeriesDeviation).onset).toBeUndefined();
  });
});

describe('squash', () => {
  it('is 0 at 0, 1 at 50, at most 1.5 unless open', () => {
    expect([0, -3, 50, Number.NaN, Infinity].map(squashDeviation)).toEqual([0, 0, 1, 0, 0]);
    expect(squashDeviation(1e9)).toBe(1.5);
    expect(openSquash(51 ** 3 - 1)).toBeCloseTo(3, 12);
  });
});

describe('events', () => {
  it('compares counts with the exposure', () => {
    expect(countDeviation([293, 4], [434, 49], 0)).toBeCloseTo(-4.727695598311942, 9);
    expect(countDeviation([0, 5], [100, 20], 0)).toBeCloseTo(4.6338646699040735, 9);
    expect(countDeviation([50, 0], [171, 30], 0)).toBeCloseTo(-2.6151258784331084, 9);
    expect(countDeviation([1000, 100], [1000, 100], 0)).toBeCloseTo(0.004742436190108749, 9);
  });

  it('compares durations on the log scale', () => {
    expect(
      durationDeviation(
        { count: 8, medianLnMs: 1.282, madLnMs: 0.121, p90LnMs: 1.65 },
        { count: 7, medianLnMs: 0.809, madLnMs: 0.239, p90LnMs: 1.077 }
      )
    ).toBeCloseTo(-2.246399029192473, 9);
    expect(
      durationDeviation(
        { count: 100, medianLnMs: 0.0, madLnMs: 0.05, p90LnMs: 0.2 },
        { count: 3, medianLnMs: 2.5, madLnMs: 0.1, p90LnMs: 3.0 }
      )
    ).toBeCloseTo(11.619832947086481, 9);
  });
});

describe('binomialAvailability', () => {
  it('does not take one failed request of three for an outage', () => {
    const series = (kind: MetricKind, baseline: readonly number[], incident: readonly number[]): RankingSeries => ({
      service: 0,
      metric: 'm',
      kind,
      baseline: Float64Array.from(baseline),
      incident: Float64Array.from(incident),
    });
    const availability = series('avail', [100, 100, 99.5, 100, 100, 100], [66.7, 100, 100]);
    const few = binomialAvailability(availability, series('traffic', [], [3, 3, 3]))!;
    const many = binomialAvailability(availability, series('traffic', [], [3000, 3000, 3000]))!;
    expect(few.z).toBeCloseTo(8.698145510482593, 9);
    expect(few.failedRequests).toBeCloseTo(0.4995000000000003, 9);
    expect(many.z).toBeCloseTo(32.68326595638235, 9);
    expect(many.failedRequests).toBeCloseTo(499.5000000000003, 9);
    expect(binomialAvailability(availability, series('traffic', [], []))).toBeUndefined();
  });
});
