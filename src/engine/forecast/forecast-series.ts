import type { EpochMs, ForecastPoint, Ratio, Seconds } from '#model';
import { detectSeasonality } from '../anomaly/series/seasonality.ts';
import {
  combineModels,
  forecastModels,
  type ForecastModelId,
  LEADING_MODELS,
  type ModelWeights,
  weighModels,
} from './combine-models.ts';
import { backtestSpans, errorQuantiles, type ErrorQuantiles } from './conformal.ts';
import { fillHistory, type ForecastProblem, type ObservedPoints, stepProblem, toSlots } from './observed-window.ts';
import type { SeasonalForecaster } from './seasonal-forecaster.ts';

/** How far to look back and ahead. */
export interface ForecastOptions {
  readonly stepSeconds: Seconds;
  /** The last instant that may be known; the newest point when missing. */
  readonly atMs?: EpochMs;
  /** Default 60 minutes, at least one step. */
  readonly horizonSteps?: number;
  /** Default seven days. */
  readonly lookbackPoints?: number;
  /** Period of the season; chosen by the seasonality test when missing. */
  readonly periodSteps?: number;
  /** MSTL, where it is loaded. */
  readonly seasonal?: SeasonalForecaster | undefined;
}

/** What backtests taught about one series: kept and refreshed in the background, never computed in a query. */
export interface ForecastCalibration {
  readonly weights: ModelWeights;
  /** Absent where the history is too short for 20 backtests. */
  readonly errors: ErrorQuantiles | undefined;
}

/** Forecast of one series, or why there is none. */
export type SeriesForecast =
  | {
      readonly kind: 'forecast';
      readonly points: readonly ForecastPoint[];
      /** Leading methods that took part, or damped Holt alone; simple methods that only add weight are not counted. */
      readonly models: readonly ForecastModelId[];
      readonly modelsWanted: number;
      /** Fewer than three periods: damped Holt only. */
      readonly shortHistory: boolean;
      /** Points of the history that were missing and taken from the day before. */
      readonly filledPoints: number;
      readonly periodSteps: number;
      readonly coverage: Ratio;
    }
  | ForecastProblem;

interface Prepared {
  readonly values: Float64Array;
  readonly filled: number;
  readonly endMs: EpochMs;
  readonly period: number;
  readonly horizon: number;
  readonly lookback: number;
  readonly models: readonly ForecastModelId[] | undefined;
}

const DAY_SECONDS = 86_400;
const HORIZON_SECONDS = 3600;
const LOOKBACK_DAYS = 7;
const PERIODS_NEEDED = 3;
/** A backtest may have less than a forecast, or a history of three periods had none. */
const BACKTEST_PERIODS = 2;
const LEAST_POINTS = 12;
const MAX_HORIZON = 1000;
const MAX_LOOKBACK = 60_480;
/** Share of the lookback that each backtest has: 1,440 of 2,016 points. */
const BACKTEST_SHARE = 5 / 7;
const COVERAGE = 0.95;

/**
 * Forecast of one series with its 95 % band.
 *
 * @param points  the series, in its own unit; times in any order
 * @param options  step, horizon, lookback
 * @param calibration  from {@link calibrateForecast}; without it the median of the three leading methods, and no band
 * @returns one point per step ahead, or the problem: no data, a gap of more than three among the newest twelve points, too few points
 * Never throws, whatever the values are; a point or a time that is no finite number is a missing point.
 * Cost 3 ms for 2,016 points, 50 to 80 ms with MSTL.
 * Ref: detection 12, 12.3. Deviation: where backtests are known, six methods take part by a weighted median (Bates &
 * Granger 1969) instead of three by a plain one.
 */
export function forecastSeries(
  points: ObservedPoints,
  options: ForecastOptions,
  calibration?: ForecastCalibration
): SeriesForecast {
  const prepared = prepare(points, options);
  if ('kind' in prepared) {
    return prepared;
  }
  const { values, filled, endMs, period, horizon, models } = prepared;
  const shortHistory = models !== undefined;
  const forecasts = forecastModels(values, period, horizon, options.seasonal, models);
  const weights = shortHistory ? { dampedHolt: 1 } : calibration?.weights;
  const combined = combineModels(forecasts, weights) ?? combineModels(forecasts);
  if (!combined) {
    return { kind: 'unknown', why: 'fit-failed', reason: 'No forecast method could be fitted to this history.' };
  }
  const errors = calibration?.errors?.above.length === horizon ? calibration.errors : undefined;
  return {
    kind: 'forecast',
    points: Array.from(combined, (value, step) => ({
      atMs: endMs + (step + 1) * options.stepSeconds * 1000,
      value,
      ...(errors && { lower: value - (errors.below[step] ?? 0), upper: value + (errors.above[step] ?? 0) }),
    })),
    models: shortHistory ? ['dampedHolt'] : LEADING_MODELS.filter((id) => forecasts.has(id)),
    modelsWanted: LEADING_MODELS.length,
    shortHistory,
    filledPoints: filled,
    periodSteps: period,
    coverage: errors?.coverage ?? COVERAGE,
  };
}

/**
 * Backtests the methods inside the history of a series: weights for the combination and half widths of the band.
 *
 * @param points  the series, in its own unit
 * @param options  as for {@link forecastSeries}
 * @returns weights and error quantiles, or the problem
 * Cost 30 forecasts: 60 ms, 1.5 to 2.3 s with MSTL. Ref: detection 12.3.
 */
export function calibrateForecast(
  points: ObservedPoints,
  options: ForecastOptions
): ({ readonly kind: 'calibration' } & ForecastCalibration) | ForecastProblem {
  const prepared = prepare(points, options);
  if ('kind' in prepared) {
    return prepared;
  }
  const { values, period, horizon, lookback, models } = prepared;
  const least = models ? LEAST_POINTS : BACKTEST_PERIODS * period;
  const spans = backtestSpans(values.length, horizon, Math.round(lookback * BACKTEST_SHARE), least);
  const backtests = spans.map(({ start, end }) => ({
    forecasts: forecastModels(values.subarray(start, end), period, horizon, options.seasonal, models),
    actual: values.subarray(end, end + horizon),
  }));
  const errors = new Map<ForecastModelId, Float64Array[]>();
  for (const { forecasts, actual } of backtests) {
    for (const [id, forecast] of forecasts) {
      errors.set(id, [...(errors.get(id) ?? []), toErrors(actual, forecast)]);
    }
  }
  const weights = weighModels(errors, meanStep(values));
  const combined = backtests.flatMap(({ forecasts, actual }) => {
    const forecast = combineModels(forecasts, weights);
    return forecast ? [toErrors(actual, forecast)] : [];
  });
  return { kind: 'calibration', weights, errors: errorQuantiles(combined) };
}

function prepare(points: ObservedPoints, options: ForecastOptions): Prepared | ForecastProblem {
  const { stepSeconds } = options;
  const unusable = stepProblem(stepSeconds);
  if (unusable) {
    return unusable;
  }
  const day = Math.max(2, Math.round(DAY_SECONDS / stepSeconds));
  const lookback = clamp(options.lookbackPoints ?? LOOKBACK_DAYS * day, 1, MAX_LOOKBACK);
  const horizon = clamp(options.horizonSteps ?? Math.round(HORIZON_SECONDS / stepSeconds), 1, MAX_HORIZON);
  const window = toSlots(points, stepSeconds, lookback, options.atMs);
  const history = fillHistory(window, stepSeconds, LEAST_POINTS);
  if ('kind' in history) {
    return history;
  }
  const { values, filled } = history;
  if (values.length < LEAST_POINTS) {
    const reason = `There are ${values.length} points; a forecast needs ${LEAST_POINTS}.`;
    return { kind: 'unknown', why: 'warming-up', reason, have: values.length, need: LEAST_POINTS };
  }
  const period = options.periodSteps ?? choosePeriod(values, stepSeconds, day);
  const isShort = values.length < PERIODS_NEEDED * period;
  return {
    values,
    filled,
    endMs: window.endMs,
    period,
    horizon,
    lookback,
    models: isShort ? ['dampedHolt'] : undefined,
  };
}

/** A season shorter than a day where the test finds one; else the day, which the methods weigh by its strength. */
function choosePeriod(values: Float64Array, stepSeconds: Seconds, day: number): number {
  const found = detectSeasonality(values, stepSeconds);
  return found && found.period < day ? found.period : day;
}

function toErrors(actual: Float64Array, forecast: Float64Array): Float64Array {
  return forecast.map((value, step) => (actual[step] ?? Number.NaN) - value);
}

/** Mean absolute difference of neighbours; a tiny positive number for a constant. */
function meanStep(values: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < values.length; i += 1) {
    sum += Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0));
  }
  return Math.max(sum / values.length, 1e-9 * (1 + Math.abs(values.at(-1) ?? 0)));
}

function clamp(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.max(least, Math.min(most, Math.round(value))) : least;
}
