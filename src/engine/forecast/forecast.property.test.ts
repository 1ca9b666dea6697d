import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, xorshift32 } from '../testing/xorshift.ts';
import { dayThreeSigma } from './day-three-sigma.ts';
import { exhaustion } from './exhaustion.ts';
import { calibrateForecast, forecastSeries, type SeriesForecast } from './forecast-series.ts';
import { fitFourierRidge } from './fourier-ridge.ts';
import { saturation } from './saturation.ts';
import { arNoise, DAY, dailySeries, END_MS, pointsOf } from './testing/series.ts';
import { weeklyBand } from './weekly-band.ts';

const STEP = { stepSeconds: 300 };

function calibrated(values: Float64Array): SeriesForecast {
  const calibration = calibrateForecast(pointsOf(values), STEP);
  return forecastSeries(pointsOf(values), STEP, calibration.kind === 'calibration' ? calibration : undefined);
}

function pointsIn(forecast: SeriesForecast): readonly { value: number; lower?: number; upper?: number }[] {
  return forecast.kind === 'forecast' ? forecast.points : [];
}

describe('forecasts', () => {
  it('continue a line with a sine without noise to 1e-6 of its range (3)', () => {
    const course = (i: number): number => 7 + i / 2016 + Math.sin((2 * Math.PI * i) / DAY);
    const fit = fitFourierRidge(
      Float64Array.from({ length: 2016 }, (_, i) => course(i)),
      DAY,
      0
    );
    for (let step = 2016; step < 2028; step += 1) {
      expect(Math.abs((fit?.at(step) ?? 0) - course(step))).toBeLessThan(3e-6);
    }
  });

  it('follow a shift and a positive factor of the values, band and all', () => {
    const base = dailySeries(5 * DAY, 7);
    const plain = pointsIn(calibrated(base));
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (shift, factor) => {
          const moved = pointsIn(calibrated(base.map((value) => shift + factor * value)));
          const digits = 1e-6 * (Math.abs(shift) + factor * 60);
          expect(moved).toHaveLength(plain.length);
          moved.forEach((point, i) => {
            expect(Math.abs(point.value - (shift + factor * (plain[i]?.value ?? 0)))).toBeLessThan(digits);
            expect(Math.abs((point.upper ?? 0) - (shift + factor * (plain[i]?.upper ?? 0)))).toBeLessThan(digits);
          });
        }
      ),
      { numRuns: 4 }
    );
  });

  it('have bands in order that never narrow with the horizon', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 200, max: 1500 }), (seed, length) => {
        let width = 0;
        for (const { value, lower, upper } of pointsIn(calibrated(dailySeries(length, seed)))) {
          expect(lower).toBeLessThanOrEqual(value);
          expect(upper).toBeGreaterThanOrEqual(value);
          expect((upper ?? 0) - (lower ?? 0)).toBeGreaterThanOrEqual(width - 1e-9);
          width = (upper ?? 0) - (lower ?? 0);
        }
        expect(width).toBeGreaterThan(0);
      }),
      { numRuns: 8 }
    );
  });

  it('cover .92 to .98 of simulated AR(.85) series', () => {
    let inside = 0;
    let total = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const values = arNoise(1500, 0.85, 1, seed);
      const future = values.subarray(1488);
      pointsIn(calibrated(values.slice(0, 1488))).forEach(({ lower = Infinity, upper = -Infinity }, step) => {
        const value = future[step] ?? Number.NaN;
        inside += Number(value >= lower && value <= upper);
        total += 1;
      });
    }
    expect(total).toBe(720);
    expect(inside / total).toBeGreaterThan(0.92);
    expect(inside / total).toBeLessThan(0.98);
  });
});

describe('saturation', () => {
  it('warns before a ramp crosses, whatever its length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 60 }), fc.integer({ min: 1, max: 1e6 }), (length, seed) => {
        const base = arNoise(1200, 0.85, 0.5, seed).map((value) => 45 + value);
        const start = 1100;
        const ramp = base.map((value, i) => value + (Math.max(0, i - start) * 45) / length);
        const crossing = ramp.findIndex((value) => value >= 90);
        const ends = Array.from({ length: crossing - start }, (_, i) => start + 1 + i);
        const first = ends.find(
          (end) => saturation(pointsOf(ramp.slice(0, end)), { ...STEP, limit: 90 }).kind === 'saturating'
        );
        expect(first).toBeDefined();
        expect(first ?? Infinity).toBeLessThan(crossing);
      }),
      { numRuns: 12 }
    );
  });

  it('warns in fewer than 1 of 200 windows of flat noise at 80 % of the limit', () => {
    let warned = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = xorshift32(seed);
      const values = Float64Array.from({ length: 3 * DAY }, () => 80 + gaussian(random));
      const verdicts = [0, 6, 12, 18].map((ago) =>
        saturation(pointsOf(values.slice(0, values.length - ago)), { ...STEP, limit: 100 })
      );
      warned += Number(verdicts.some(({ kind }) => kind !== 'clear'));
    }
    expect(warned).toBe(0);
  });

  it('says the same of a resource that runs down as of its mirror', () => {
    const ramp = dailySeries(1000, 5, 0.4).map((value, i) => value + Math.max(0, i - 980) * 2);
    const up = saturation(pointsOf(ramp), { ...STEP, limit: 100 });
    const down = saturation(pointsOf(ramp.map((value) => 200 - value)), { ...STEP, limit: 100, direction: 'down' });
    expect(up.kind).toBe('saturating');
    expect(down).toEqual(up);
  });
});

describe('hostile input', () => {
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom<unknown>(Number.NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324, '12', null, undefined, {}, 10n),
    fc.integer({ min: -5, max: 5 })
  );
  const time = fc.oneof(
    fc.integer({ min: 0, max: 600 }).map((i) => END_MS - i * 300_000),
    fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -1e308, 0)
  );

  it('never throws, and never makes a number that is not finite', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(time, value), { maxLength: 120 }), fc.double(), (pairs, limit) => {
        const points = { timesMs: pairs.map(([at]) => at), values: pairs.map(([, item]) => item) };
        const forecast = forecastSeries(points, STEP);
        pointsIn(forecast).forEach((point) => expect(Number.isFinite(point.value)).toBe(true));
        calibrateForecast(points, STEP);
        const verdict = saturation(points, { ...STEP, limit });
        expect(verdict.kind === 'saturating' ? verdict.etaSeconds : 0).toBeGreaterThanOrEqual(0);
        exhaustion(points, { ...STEP, limit });
        const stretch = { ...STEP, fromMs: END_MS - 3_600_000, toMs: END_MS };
        dayThreeSigma(points, stretch);
        weeklyBand(points, stretch);
      }),
      { numRuns: 60 }
    );
  });

  it.each([0, -1, Number.NaN, Infinity, 1e-300, 1e300])('knows no step of %d seconds', (stepSeconds) => {
    const points = pointsOf(dailySeries(50));
    expect(forecastSeries(points, { stepSeconds }).kind).toBe('unknown');
    expect(saturation(points, { stepSeconds, limit: 1 }).kind).toBe('unknown');
    expect(exhaustion(points, { stepSeconds, limit: 1 }).kind).toBe('unknown');
  });
});
