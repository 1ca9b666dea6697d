import { beforeAll, describe, expect, it } from 'vitest';
import { forecastSeries, type SeasonalForecaster } from '#engine';
import { loadAugursForecaster } from './augurs-forecaster.ts';

const course = (i: number): number => 100 + 20 * Math.sin((2 * Math.PI * i) / 288) + Math.sin(i * 12.9898);
const week = Float64Array.from({ length: 2016 }, (_, i) => course(i));
let augurs: SeasonalForecaster;

beforeAll(async () => {
  augurs = await loadAugursForecaster();
});

describe('MSTL behind its port', () => {
  it('continues a daily course', () => {
    Array.from(augurs.forecast(week, 288, 12)).forEach((value, step) => {
      expect(Math.abs(value - course(2016 + step))).toBeLessThan(3);
    });
  });

  it('throws on what it cannot fit, and works on afterwards', () => {
    const broken = week.slice();
    broken[500] = Number.NaN;
    expect(() => augurs.forecast(broken, 288, 12)).toThrow(/./);
    expect(() => augurs.forecast(week.slice(0, 100), 288, 12)).toThrow(/./);
    expect(augurs.forecast(new Float64Array(2016).fill(5), 288, 3)).toEqual(Float64Array.of(5, 5, 5));
    expect(augurs.forecast(week, 288, 3)).toHaveLength(3);
  });

  it('makes three of three models', () => {
    const points = { timesMs: Float64Array.from(week, (_, i) => i * 300_000), values: week };
    expect(forecastSeries(points, { stepSeconds: 300, seasonal: augurs })).toMatchObject({
      models: ['seasonalAr', 'ridgeLags', 'mstl'],
      modelsWanted: 3,
    });
  });

  it('does not keep the memory of its models', () => {
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 30; i += 1) {
      augurs.forecast(week, 288, 12);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(60e6);
  });
});
