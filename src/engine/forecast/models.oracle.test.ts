import { expect, it } from 'vitest';
import { forecastRidgeLags } from './ridge-lags.ts';
import { forecastSeasonalAr } from './seasonal-ar.ts';
import { forecastDampedHolt, forecastLastValue, forecastSeasonalNaive } from './simple-models.ts';
import { DAY } from './testing/series.ts';

const values = Float64Array.from(
  { length: 1440 },
  (_, i) =>
    40 +
    12 * Math.sin((2 * Math.PI * i) / 288) +
    3 * Math.sin(i * 1.7) +
    2 * Math.sin(i * i * 0.013) +
    (i === 700 ? 30 : 0)
);

// Steps 1, 6 and 12 from the prototype forecast.mjs (Gauss-Jordan instead of Cholesky) on the same series, Node 24.
it.each([
  ['damped Holt', forecastDampedHolt(values, 12), [40.6829722931633, 41.25079873176661, 41.63444230715451]],
  ['seasonal AR', forecastSeasonalAr(values, DAY, 12), [40.583537711919924, 40.88379458017204, 43.79363370572481]],
  ['ridge on lags', forecastRidgeLags(values, DAY, 12), [37.920893868735156, 39.02423367510043, 41.54819554413787]],
])('%s forecasts like the prototype', (_, forecast, expected) => {
  [0, 5, 11].forEach((step, i) => expect(forecast?.[step]).toBeCloseTo(expected[i] ?? 0, 6));
});

it('the simple methods repeat the last value and the last period', () => {
  expect([...forecastLastValue(values, 2)]).toEqual([values[1439], values[1439]]);
  expect([...forecastSeasonalNaive(values, DAY, 2)]).toEqual([values[1152], values[1153]]);
  expect([...forecastSeasonalNaive(Float64Array.of(1, 2, 3), 2, 5)]).toEqual([2, 3, 2, 3, 2]);
});
