import { forecastRidgeLags } from './ridge-lags.ts';
import type { SeasonalForecaster } from './seasonal-forecaster.ts';
import { forecastSeasonalAr } from './seasonal-ar.ts';
import { forecastDampedHolt, forecastLastValue, forecastSeasonalNaive } from './simple-models.ts';

/** Forecast methods by name. The first three lead; the others join once their backtests are known. */
export type ForecastModelId = 'seasonalAr' | 'ridgeLags' | 'mstl' | 'dampedHolt' | 'lastValue' | 'seasonalNaive';

/** Methods that every forecast wants to have. */
export const LEADING_MODELS: readonly ForecastModelId[] = ['seasonalAr', 'ridgeLags', 'mstl'];
const ALL_MODELS: readonly ForecastModelId[] = [...LEADING_MODELS, 'dampedHolt', 'lastValue', 'seasonalNaive'];

/** Weight of each method; a method without one does not take part. */
export type ModelWeights = Readonly<Partial<Record<ForecastModelId, number>>>;

/** Point forecasts of the methods that worked. */
export type ModelForecasts = ReadonlyMap<ForecastModelId, Float64Array>;

/**
 * Runs the methods. One that fails or gives a number that is not finite is left out.
 *
 * @param values  in time order, finite, at least a period
 * @param period  in steps
 * @param horizon  steps ahead
 * @param seasonal  the model behind the port, where there is one
 * @param wanted  which methods; all when missing
 * @returns point forecasts in the unit of the values
 * Cost 2 ms for 2,016 values, plus that of the port (MSTL: 45 to 75 ms).
 */
export function forecastModels(
  values: Float64Array,
  period: number,
  horizon: number,
  seasonal: SeasonalForecaster | undefined,
  wanted: readonly ForecastModelId[] = ALL_MODELS
): ModelForecasts {
  const run: Readonly<Record<ForecastModelId, () => ArrayLike<number> | undefined>> = {
    seasonalAr: () => forecastSeasonalAr(values, period, horizon),
    ridgeLags: () => forecastRidgeLags(values, period, horizon),
    mstl: () => tryForecast(seasonal, values, period, horizon),
    dampedHolt: () => forecastDampedHolt(values, horizon),
    lastValue: () => forecastLastValue(values, horizon),
    seasonalNaive: () => forecastSeasonalNaive(values, period, horizon),
  };
  const forecasts = new Map<ForecastModelId, Float64Array>();
  for (const id of wanted) {
    const points = run[id]();
    if (points?.length === horizon && Array.from(points).every(Number.isFinite)) {
      forecasts.set(id, Float64Array.from(points));
    }
  }
  return forecasts;
}

/** A foreign model may throw anything; the forecast goes on with one model less. */
function tryForecast(
  seasonal: SeasonalForecaster | undefined,
  values: Float64Array,
  period: number,
  horizon: number
): ArrayLike<number> | undefined {
  try {
    return seasonal?.forecast(values.slice(), period, horizon);
  } catch {
    return undefined;
  }
}

/**
 * One forecast out of several: per step the weighted median, by straight lines between the centres of the weights. With
 * equal weights this is the median of three and the mean of two.
 *
 * @param forecasts  at least one, of equal length
 * @param weights  missing: the three leading methods count alike and the others not at all
 * @returns numbers in the unit of the values; undefined when no method with a weight is there
 * Cost O(horizon m log m). Ref: Bates & Granger 1969, Operational Research Quarterly 20(4), for weights by past error;
 * the median instead of the mean, because one method that goes astray must not pull the others along.
 */
export function combineModels(forecasts: ModelForecasts, weights?: ModelWeights): Float64Array | undefined {
  const known = [...forecasts].filter(([id]) => weightOf(id, weights) > 0);
  const first = known[0]?.[1];
  return first?.map((_, step) =>
    weightedMedian(known.map(([id, points]) => ({ value: points[step] ?? Number.NaN, weight: weightOf(id, weights) })))
  );
}

function weightOf(id: ForecastModelId, weights: ModelWeights | undefined): number {
  return weights ? (weights[id] ?? 0) : Number(LEADING_MODELS.includes(id));
}

function weightedMedian(items: { readonly value: number; readonly weight: number }[]): number {
  const sorted = items.sort((left, right) => left.value - right.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let before = 0;
  let previous: { readonly value: number; readonly centre: number } | undefined;
  for (const { value, weight } of sorted) {
    const centre = before + weight / 2;
    if (centre >= half) {
      const share = previous ? (half - previous.centre) / (centre - previous.centre) : 1;
      return previous ? previous.value + (value - previous.value) * share : value;
    }
    previous = { value, centre };
    before += weight;
  }
  return previous?.value ?? Number.NaN;
}

/**
 * Weights from backtests: the inverse square of the mean absolute error of each method.
 *
 * @param errors  per method the signed errors of its backtests
 * @param scale  an error that small is as good as none (the mean absolute step of the series, > 0)
 * @returns weights that sum to 1; a method that failed in any backtest has none
 * Cost O(methods x backtests x horizon). On the development data this lowers the scaled mean absolute error from 1.02
 * (median of three) to .95, on both halves.
 */
export function weighModels(
  errors: ReadonlyMap<ForecastModelId, readonly Float64Array[]>,
  scale: number
): ModelWeights {
  const backtests = Math.max(0, ...[...errors.values()].map((rows) => rows.length));
  const raw = [...errors]
    .filter(([, rows]) => rows.length === backtests && backtests > 0)
    .map(([id, rows]) => {
      const sum = rows.reduce((total, row) => total + row.reduce((s, error) => s + Math.abs(error), 0) / row.length, 0);
      return [id, (sum / rows.length / scale + 1e-6) ** -2] as const;
    });
  const total = raw.reduce((sum, [, weight]) => sum + weight, 0);
  return Object.fromEntries(raw.map(([id, weight]) => [id, weight / total]));
}
