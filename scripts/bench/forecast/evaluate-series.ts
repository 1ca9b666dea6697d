import {
  calibrateForecast,
  combineModels,
  errorQuantiles,
  forecastDampedHolt,
  forecastLastValue,
  type ForecastModelId,
  forecastRidgeLags,
  forecastSeasonalAr,
  forecastSeasonalNaive,
  forecastSeries,
  type SeasonalForecaster,
} from '#engine';
import { type BenchSeries, STEP_SECONDS } from './find-series.ts';
import { RememberingForecaster } from './remembering-forecaster.ts';

/** Steps ahead. */
export const HORIZON = 12;
/** Methods and combinations, as they are called in the result. `median` is what the product shows. */
export const MODEL_IDS = [
  'lastValue', 'seasonalNaive', 'dampedHolt', 'seasonalAr', 'ridgeLags', 'mstl', 'meanOfTwo', 'medianOfThree', 'median',
] as const; // prettier-ignore
export type BenchModelId = (typeof MODEL_IDS)[number];

/** One forecast against what came. */
export interface OriginResult {
  readonly model: BenchModelId;
  /** Absolute errors per step, in mean absolute first differences of the lookback. */
  readonly scaledErrors: readonly number[];
  /** Steps inside the 95 % band; undefined where it was not asked for or could not be made. */
  readonly covered: number | undefined;
  readonly ms: number;
  readonly failed: boolean;
}

const PERIOD = 288;
const LOOKBACK = 2016;
const ORIGINS = 6;
const BACKTESTS = 30;
const BACKTEST_SPACING = 7;
const BACKTEST_LOOKBACK = 1440;
const LEAST_SCALE = 1e-9;
type Method = (values: Float64Array) => Float64Array;

/**
 * Forecasts one series at six origins with every method.
 * Errors are scaled by the mean absolute first difference of the lookback; origins where that is 0 are left out.
 */
export function evaluateSeries({ values }: BenchSeries, seasonal: SeasonalForecaster): readonly OriginResult[] {
  const results: OriginResult[] = [];
  for (let k = 0; k < ORIGINS; k += 1) {
    const origin = LOOKBACK + Math.floor(((values.length - LOOKBACK - HORIZON - 1) * (k + 0.5)) / ORIGINS);
    const history = values.slice(origin - LOOKBACK, origin);
    const scale = meanStep(history);
    if (scale > LEAST_SCALE) {
      const actual = values.subarray(origin, origin + HORIZON);
      results.push(...evaluateOrigin({ history, actual, scale, withBands: k % 3 === 0 }, seasonal));
    }
  }
  return results;
}

interface Origin {
  readonly history: Float64Array;
  readonly actual: Float64Array;
  readonly scale: number;
  readonly withBands: boolean;
}

function evaluateOrigin(origin: Origin, seasonal: SeasonalForecaster): readonly OriginResult[] {
  const remembering = new RememberingForecaster(seasonal);
  const product = evaluateProduct(origin, remembering);
  const methods = methodsOf(remembering);
  const single = MODEL_IDS.filter((id) => id !== 'median').map((id): OriginResult => {
    const method = methods[id];
    const begunMs = performance.now();
    const forecast = attempt(method, origin.history);
    const ms = performance.now() - begunMs + (usesMstl(id) ? remembering.meanMs : 0);
    const shown = forecast ?? forecastLastValue(origin.history, HORIZON);
    const widths = origin.withBands ? backtestWidths(origin.history, method) : undefined;
    return {
      model: id,
      scaledErrors: scaledErrors(origin, shown),
      covered: widths && countInside(origin.actual, shown, widths),
      ms,
      failed: forecast === undefined,
    };
  });
  return [...single, product];
}

/** The way of the product: calibration in the background, forecast in the query; the latter is timed. */
function evaluateProduct(origin: Origin, seasonal: RememberingForecaster): OriginResult {
  const { history, actual } = origin;
  const points = { timesMs: Float64Array.from(history, (_, i) => i * STEP_SECONDS * 1000), values: history };
  const options = { stepSeconds: STEP_SECONDS, seasonal };
  const begunMs = performance.now();
  forecastSeries(points, options);
  const ms = performance.now() - begunMs;
  const calibration = calibrateForecast(points, options);
  const forecast = forecastSeries(points, options, calibration.kind === 'calibration' ? calibration : undefined);
  if (forecast.kind !== 'forecast') {
    const shown = forecastLastValue(history, HORIZON);
    return { model: 'median', scaledErrors: scaledErrors(origin, shown), covered: undefined, ms, failed: true };
  }
  const shown = Float64Array.from(forecast.points, ({ value }) => value);
  const inside = forecast.points.filter(({ lower, upper }, step) => {
    const value = actual[step] ?? Number.NaN;
    return lower !== undefined && upper !== undefined && value >= lower && value <= upper;
  }).length;
  const covered = origin.withBands ? inside : undefined;
  return { model: 'median', scaledErrors: scaledErrors(origin, shown), covered, ms, failed: false };
}

function methodsOf(seasonal: SeasonalForecaster): Readonly<Record<Exclude<BenchModelId, 'median'>, Method>> {
  const single = {
    lastValue: (values: Float64Array) => forecastLastValue(values, HORIZON),
    seasonalNaive: (values: Float64Array) => forecastSeasonalNaive(values, PERIOD, HORIZON),
    dampedHolt: (values: Float64Array) => forecastDampedHolt(values, HORIZON),
    seasonalAr: (values: Float64Array) => forecastSeasonalAr(values, PERIOD, HORIZON),
    ridgeLags: (values: Float64Array) => forecastRidgeLags(values, PERIOD, HORIZON) ?? fail('ridge on lags'),
    mstl: (values: Float64Array) => Float64Array.from(seasonal.forecast(values, PERIOD, HORIZON)),
  };
  const combined =
    (ids: readonly (ForecastModelId & keyof typeof single)[]): Method =>
    (values) =>
      combineModels(new Map(ids.map((id) => [id, single[id](values)]))) ?? fail('the combination');
  return {
    ...single,
    meanOfTwo: combined(['seasonalAr', 'ridgeLags']),
    medianOfThree: combined(['seasonalAr', 'ridgeLags', 'mstl']),
  };
}

function fail(what: string): never {
  throw new Error(`${what} cannot be fitted`);
}

function usesMstl(id: BenchModelId): boolean {
  return id === 'mstl' || id === 'medianOfThree';
}

function attempt(method: Method, values: Float64Array): Float64Array | undefined {
  try {
    const forecast = method(values);
    return forecast.every(Number.isFinite) ? forecast : undefined;
  } catch {
    return undefined;
  }
}

function backtestWidths(history: Float64Array, method: Method): Float64Array | undefined {
  const errors = Array.from({ length: BACKTESTS }, (_, b) => history.length - HORIZON - b * BACKTEST_SPACING).flatMap(
    (end) => {
      const forecast = attempt(method, history.slice(Math.max(0, end - BACKTEST_LOOKBACK), end));
      return forecast ? [forecast.map((value, step) => (history[end + step] ?? Number.NaN) - value)] : [];
    }
  );
  return errorQuantiles(errors)?.above;
}

function countInside(actual: Float64Array, forecast: Float64Array, widths: Float64Array): number {
  return actual.filter((value, step) => Math.abs(value - (forecast[step] ?? Number.NaN)) <= (widths[step] ?? 0)).length;
}

function scaledErrors({ actual, scale }: Origin, forecast: Float64Array): readonly number[] {
  return Array.from(actual, (value, step) => Math.abs(value - (forecast[step] ?? Number.NaN)) / scale);
}

function meanStep(values: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < values.length; i += 1) {
    sum += Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0));
  }
  return sum / (values.length - 1);
}
