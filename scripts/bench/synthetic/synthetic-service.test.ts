import { describe, expect, it } from 'vitest';
import { RandomStream } from './random-stream.ts';
import { FEATURES, FIRST_SCORED_ROW, generateService, INCIDENT_KINDS } from './synthetic-service.ts';

describe('RandomStream', () => {
  it('repeats itself, and differs between seeds and streams', () => {
    const first = (seed: number, stream: number) => new RandomStream(seed, stream).uniform();
    expect(first(42, 0)).toBe(first(42, 0));
    expect(new Set([first(42, 0), first(42, 1), first(43, 0), first(43, 1), first(0, 0)]).size).toBe(5);
  });

  it('is uniform and normal', () => {
    const random = new RandomStream(7, 3);
    const uniform = Array.from({ length: 20_000 }, () => random.uniform());
    expect(uniform.reduce((sum, value) => sum + value, 0) / 20_000).toBeCloseTo(0.5, 2);
    const normal = Array.from({ length: 20_000 }, () => random.normal(2));
    expect(normal.reduce((sum, value) => sum + value ** 2, 0) / 20_000).toBeCloseTo(4, 0);
    const integers = new Set(Array.from({ length: 2000 }, () => random.integer(-20, 19)));
    expect([Math.min(...integers), Math.max(...integers), integers.size]).toEqual([-20, 19, 40]);
  });
});

describe('generateService', () => {
  const healthy = generateService(42, 3, 0);
  const broken = generateService(42, 3, 5);

  it('repeats itself and keeps the services apart', () => {
    expect(generateService(42, 3, 5)).toEqual(broken);
    expect(generateService(42, 4, 5).columns[0]).not.toEqual(broken.columns[0]);
  });

  it('injects one incident of each kind into the scored week, and nothing into a healthy service', () => {
    expect(broken.incidents.map(({ kind }) => kind)).toEqual(INCIDENT_KINDS);
    expect(healthy.incidents).toEqual([]);
    expect(healthy.labels.includes(1)).toBe(false);
    for (const { kind, start, end } of broken.incidents) {
      expect(start).toBeGreaterThanOrEqual(FIRST_SCORED_ROW + 20);
      expect(end).toBeLessThanOrEqual(broken.labels.length);
      expect(end - start).toBeGreaterThanOrEqual(kind === 'spike' ? 1 : 6);
      expect(end - start).toBeLessThanOrEqual(kind === 'spike' ? 3 : 35);
      expect(broken.labels.subarray(start, end).includes(0)).toBe(false);
    }
  });

  it('changes labelled rows only', () => {
    FEATURES.forEach((_, feature) => {
      const [clean, changed] = [healthy.columns[feature], broken.columns[feature]];
      const moved = clean?.findIndex((value, row) => broken.labels[row] === 0 && value !== changed?.[row]);
      expect(moved).toBe(-1);
    });
  });

  it('makes an incident of eight sigma larger than one of three in the same rows', () => {
    const error = FEATURES.indexOf('err');
    const { start, end } = broken.incidents[INCIDENT_KINDS.indexOf('errors')] ?? { start: 0, end: 0 };
    const moved = (sigma: number) =>
      (generateService(42, 3, sigma).columns[error]?.[end - 1] ?? 0) - (healthy.columns[error]?.[end - 1] ?? 0);
    expect(start).toBeGreaterThan(0);
    expect(moved(8) / moved(3)).toBeCloseTo(8 / 3, 9);
  });

  it('has levels of the size that the description names', () => {
    const mean = (values: Float64Array | undefined) =>
      Array.from(values ?? []).reduce((sum, value) => sum + value, 0) / (values?.length ?? 1);
    const means = Object.fromEntries(FEATURES.map((name, index) => [name, mean(healthy.columns[index])]));
    expect(means).toMatchObject({ rps: expect.closeTo(107, -0.5), cpu: expect.closeTo(52, 0) });
    expect(means.err).toBeCloseTo(0.627, 1);
    expect((means.p99 ?? 0) / (means.p95 ?? 1)).toBeCloseTo(1.67, 1);
  });
});
