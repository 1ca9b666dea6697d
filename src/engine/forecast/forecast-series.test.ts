import { describe, expect, it } from 'vitest';
import { combineModels, weighModels } from './combine-models.ts';
import { backtestSpans, errorQuantiles } from './conformal.ts';
import { calibrateForecast, forecastSeries } from './forecast-series.ts';
import { bridgeShortGaps, closeGaps, toSlots } from './observed-window.ts';
import type { SeasonalForecaster } from './seasonal-forecaster.ts';
import { DAY, dailySeries, END_MS, pointsOf } from './testing/series.ts';

const STEP = { stepSeconds: 300 };
const week = dailySeries(7 * DAY);
const gone = (values: Float64Array, from: number, to: number): (number | undefined)[] =>
  Array.from(values, (value, i) => (i >= from && i < to ? undefined : value));

describe('a forecast', () => {
  it('continues the day, one point per step for an hour', () => {
    const forecast = forecastSeries(pointsOf(week), STEP);
    if (forecast.kind !== 'forecast') {
      throw new Error(forecast.reason);
    }
    expect(forecast.points).toHaveLength(12);
    expect(forecast.points[0]?.atMs).toBe(END_MS + 300_000);
    expect(forecast).toMatchObject({ models: ['seasonalAr', 'ridgeLags'], modelsWanted: 3, shortHistory: false });
    forecast.points.forEach(({ value, lower }, step) => {
      const expected = 50 + 10 * Math.sin((2 * Math.PI * (7 * DAY + step)) / DAY);
      expect(Math.abs(value - expected)).toBeLessThan(3);
      expect(lower).toBeUndefined();
    });
  });

  it.each([60, 300, 900, 3600])('takes a step of %d seconds', (stepSeconds) => {
    const length = Math.round((7 * 86_400) / stepSeconds);
    const values = Float64Array.from({ length }, (_, i) => 5 + Math.sin((2 * Math.PI * i * stepSeconds) / 86_400));
    const forecast = forecastSeries(pointsOf(values, stepSeconds), { stepSeconds });
    expect(forecast).toMatchObject({ kind: 'forecast', shortHistory: false });
    const points = forecast.kind === 'forecast' ? forecast.points : [];
    const last = 5 + Math.sin((2 * Math.PI * (length * stepSeconds + 3600 - stepSeconds)) / 86_400);
    expect(points).toHaveLength(3600 / stepSeconds);
    expect(Math.abs((points.at(-1)?.value ?? 0) - last)).toBeLessThan(0.3);
  });

  it('finds an hourly season where there is no daily one', () => {
    const hourly = Float64Array.from({ length: 2016 }, (_, i) => (i % 12 < 2 ? 6 : 0) + Math.sin(i * 2.3) * 0.3);
    expect(forecastSeries(pointsOf(hourly), STEP)).toMatchObject({ kind: 'forecast', periodSteps: 12 });
  });

  it('uses damped Holt alone for a short history, and says so', () => {
    const forecast = forecastSeries(pointsOf(week.slice(-2 * DAY)), STEP);
    expect(forecast).toMatchObject({ models: ['dampedHolt'], modelsWanted: 3, shortHistory: true });
    expect(forecastSeries(pointsOf(week.slice(-11)), STEP)).toMatchObject({ why: 'warming-up', have: 11, need: 12 });
  });

  it.each([
    ['three points', 1000, 1003, 'forecast'],
    ['the newest three points', 2013, 2016, 'forecast'],
    ['the newest four points', 2012, 2016, 'unknown'],
    ['four of the newest twelve points', 2006, 2010, 'unknown'],
  ])('bridges a gap of at most three points: %s', (_, from, to, kind) => {
    const forecast = forecastSeries(pointsOf(gone(week, from, to)), { ...STEP, atMs: END_MS });
    const reason = expect.stringMatching(/^4 points are missing from 20\d\d-\d\d-\d\dT/);
    expect(forecast).toMatchObject(kind === 'forecast' ? { kind } : { kind, why: 'gap', have: 4, need: 3, reason });
  });

  it('survives an old outage: it takes the day before, says so, and forecasts nearly the same', () => {
    const whole = forecastSeries(pointsOf(week), STEP);
    const holed = forecastSeries(pointsOf(gone(week, 1500, 1560)), STEP);
    expect(holed).toMatchObject({ kind: 'forecast', filledPoints: 60, shortHistory: false });
    expect(whole).toMatchObject({ filledPoints: 0 });
    const last = (forecast: typeof whole): number =>
      forecast.kind === 'forecast' ? (forecast.points.at(-1)?.value ?? NaN) : NaN;
    const spread = Math.max(...week) - Math.min(...week);
    expect(Math.abs(last(holed) - last(whole))).toBeLessThan(0.1 * spread);
  });

  it('uses what comes after the newest gap where too much is missing', () => {
    const forecast = forecastSeries(pointsOf(gone(week, 200, 1900)), STEP);
    expect(forecast).toMatchObject({ kind: 'forecast', filledPoints: 0, shortHistory: true });
  });

  it('does not look at anything after the instant it is asked for', () => {
    const atMs = END_MS - 100 * 300_000;
    const changed = week.map((value, i) => (i > week.length - 101 ? 1e6 : value));
    expect(forecastSeries(pointsOf(changed), { ...STEP, atMs })).toEqual(
      forecastSeries(pointsOf(week), { ...STEP, atMs })
    );
  });

  it('goes on with two of three models when the seasonal one fails or talks nonsense', () => {
    const broken: readonly SeasonalForecaster['forecast'][] = [
      () => {
        throw new Error('no');
      },
      () => [Number.NaN],
      () => Array.from({ length: 12 }, () => Infinity),
    ];
    const plain = forecastSeries(pointsOf(week), STEP);
    for (const forecast of broken) {
      expect(forecastSeries(pointsOf(week), { ...STEP, seasonal: { forecast } })).toEqual(plain);
    }
    const good: SeasonalForecaster = {
      forecast: (values, _, horizon) => new Float64Array(horizon).fill(values.at(-1) ?? 0),
    };
    expect(forecastSeries(pointsOf(week), { ...STEP, seasonal: good })).toMatchObject({
      models: ['seasonalAr', 'ridgeLags', 'mstl'],
    });
  });

  it('has no band where its calibration is for another horizon', () => {
    const calibration = calibrateForecast(pointsOf(week), STEP);
    if (calibration.kind !== 'calibration') {
      throw new Error(calibration.reason);
    }
    const shown = forecastSeries(pointsOf(week), STEP, calibration);
    const other = forecastSeries(pointsOf(week), { ...STEP, horizonSteps: 6 }, calibration);
    expect(shown.kind === 'forecast' && shown.points.every(({ lower }) => lower !== undefined)).toBe(true);
    expect(other.kind === 'forecast' && other.points.every(({ lower }) => lower === undefined)).toBe(true);
  });
});

describe('the calibration', () => {
  it('lays backtests inside the history, the newest first', () => {
    const spans = backtestSpans(2016, 12, 1440, 864);
    expect(spans).toHaveLength(30);
    expect(spans[0]).toEqual({ start: 564, end: 2004 });
    expect(spans.at(-1)).toEqual({ start: 361, end: 1801 });
    expect(backtestSpans(100, 12, 1440, 80)).toHaveLength(2);
  });

  it('needs twenty backtests for a quantile of .95', () => {
    const row = Float64Array.of(1, 2);
    expect(errorQuantiles(Array.from({ length: 19 }, () => row))).toBeUndefined();
    expect(errorQuantiles(Array.from({ length: 20 }, () => row))?.above).toEqual(Float64Array.of(2, 2));
    const holes = [...Array.from({ length: 19 }, () => row), Float64Array.of(Number.NaN, 1)];
    expect(errorQuantiles(holes)).toBeUndefined();
  });

  it('keeps sides apart when asked', () => {
    const rows = Array.from({ length: 30 }, (_, i) => Float64Array.of(i / 10, 3));
    const bands = errorQuantiles(rows, { asymmetric: true });
    expect(bands?.below).toEqual(Float64Array.of(0, 0));
    expect(bands?.above[1]).toBe(3);
  });

  it('weighs a method by the inverse square of its error and drops one that failed', () => {
    const rows = (error: number, count: number): Float64Array[] =>
      Array.from({ length: count }, () => Float64Array.of(error, -error));
    const weights = weighModels(
      new Map([
        ['seasonalAr', rows(1, 4)],
        ['ridgeLags', rows(2, 4)],
        ['mstl', rows(0.1, 3)],
      ]),
      1
    );
    expect(weights.seasonalAr).toBeCloseTo(0.8, 4);
    expect(weights.ridgeLags).toBeCloseTo(0.2, 4);
    expect(weights.mstl).toBeUndefined();
  });

  it.each([
    ['the median of three', [1, 9, 2], undefined, 2],
    ['the mean of two', [1, 9], undefined, 5],
    // Centres of the weights: 1 at .01, 2 at .03, 9 at .52; one half lies 47/49 of the way from 2 to 9.
    ['the weighted median', [1, 9, 2], { seasonalAr: 0.02, ridgeLags: 0.96, mstl: 0.02 }, 2 + (7 * 47) / 49],
  ])('combines by %s', (_, values, weights, expected) => {
    const ids = ['seasonalAr', 'ridgeLags', 'mstl'] as const;
    const forecasts = new Map(values.map((value, i) => [ids[i] ?? 'mstl', Float64Array.of(value)]));
    expect(combineModels(forecasts, weights)?.[0]).toBeCloseTo(expected, 6);
  });
});

describe('the grid', () => {
  it('floors times, takes the last of a slot and sorts', () => {
    const points = { timesMs: [900_000, 10, 620_000, 610_000, 300_500, Number.NaN], values: [4, 1, 2, 3, 9, 7] };
    expect(toSlots(points, 300, 10)).toEqual({ values: Float64Array.of(1, 9, 3, 4), endMs: 900_000 });
    expect(toSlots(points, 300, 2)).toEqual({ values: Float64Array.of(3, 4), endMs: 900_000 });
  });

  it('bridges short gaps and leaves long ones', () => {
    const { NaN: gap } = Number;
    const values = Float64Array.of(1, gap, gap, gap, 2, gap, gap, gap, gap, 3, gap);
    expect(bridgeShortGaps(values)).toEqual(Float64Array.of(1, 1, 1, 1, 2, gap, gap, gap, gap, 3, 3));
    expect(bridgeShortGaps(new Float64Array())).toHaveLength(0);
  });

  it('has no values where nothing is usable', () => {
    for (const values of [[], ['1', null, undefined], [Number.NaN, Infinity, 1e308]]) {
      const window = toSlots({ timesMs: [1, 2, 3], values }, 300, 5);
      expect(window.values).toHaveLength(0);
      expect(closeGaps(window, 300)).toMatchObject({ kind: 'unknown', why: 'no-data' });
    }
  });
});
