import { backtestSpans, errorQuantiles, type ErrorQuantiles } from './conformal.ts';
import { type BandOptions, openBand, type SeriesBand, setBand } from './day-three-sigma.ts';
import { fitFourierRidge } from './fourier-ridge.ts';
import type { ObservedPoints } from './observed-window.ts';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
const HISTORY_DAYS = 7;
const LEAST_DAYS = 2;
const LONG_HISTORY_DAYS = 18;
const LONGEST_DAYS = 28;
/** Minimum half width: the band is at least 8 % of the level wide. */
const LEAST_HALF_WIDTH = 0.04;
/** Blocks of an hour after which the error quantiles are computed anew. */
const CALIBRATION_BLOCKS = 6;
const BACKTEST_SHARE = 5 / 7;

/**
 * The documented weekly band, in the manner of Prophet: a ridge regression on trend, hinges and Fourier terms over the
 * 168 hours before, fitted anew every hour, with conformal quantiles at .95 and a minimum width of 8 % of the level.
 *
 * @param points  the series; history before `fromMs` is used as far as it reaches (7 days, or 28 where there are at least
 * 18: then with a weekly course)
 * @param options  stretch and step
 * @returns band in the unit of the series on the grid of the step, each point forecast from what lies before its hour; unknown
 * where less than two days were observed
 * Never throws. Cost 5 ms an hour of band and 100 ms per six hours of it (30 backtests) at 5 minutes.
 * Ref: detection 9 (A3.1), {@link fitFourierRidge}, {@link errorQuantiles}.
 */
export function weeklyBand(points: ObservedPoints, options: BandOptions): SeriesBand {
  const { stepSeconds } = options;
  const day = Math.max(2, Math.round(DAY_SECONDS / stepSeconds));
  const hour = Math.max(1, Math.round(HOUR_SECONDS / stepSeconds));
  const { history, band, offset } = openBand(points, options, LONGEST_DAYS * day);
  let errors: ErrorQuantiles | undefined;
  for (let block = 0; block * hour < band.values.length; block += 1) {
    const start = block * hour;
    const past = knownPast(history.subarray(0, offset + start), day);
    const week = past.length >= LONG_HISTORY_DAYS * day ? 7 * day : 0;
    if (block % CALIBRATION_BLOCKS === 0 || !errors) {
      errors = calibrate(past, day, week, hour);
    }
    const fit = errors && fitFourierRidge(past, day, week);
    for (let i = start; errors && fit && i < Math.min(start + hour, band.values.length); i += 1) {
      const centre = fit.at(past.length + i - start);
      const least = LEAST_HALF_WIDTH * Math.abs(centre);
      const below = Math.max(least, errors.below[i - start] ?? Number.NaN);
      setBand(band, i, centre, below, Math.max(least, errors.above[i - start] ?? Number.NaN));
    }
  }
  const missing = band.centre.filter(Number.isNaN).length;
  return missing > 0
    ? { ...band, reason: `${missing} of ${band.centre.length} points have less than two days of history before them.` }
    : band;
}

/** The last seven days, or all where a weekly course can be learnt; empty with less than two days of values. */
function knownPast(past: Float64Array, day: number): Float64Array {
  const first = past.findIndex(Number.isFinite);
  const known = first < 0 ? past.subarray(0, 0) : past.subarray(first);
  const used = known.length >= LONG_HISTORY_DAYS * day ? known : known.subarray(-HISTORY_DAYS * day);
  return used.filter(Number.isFinite).length >= LEAST_DAYS * day ? used : past.subarray(0, 0);
}

function calibrate(past: Float64Array, day: number, week: number, horizon: number): ErrorQuantiles | undefined {
  const lookback = Math.round(past.length * BACKTEST_SHARE);
  const rows = backtestSpans(past.length, horizon, lookback, Math.min(lookback, day)).flatMap(({ start, end }) => {
    const fit = fitFourierRidge(past.subarray(start, end), day, week);
    const actual = past.subarray(end, end + horizon);
    return fit ? [actual.map((value, step) => value - fit.at(end - start + step))] : [];
  });
  return errorQuantiles(rows);
}
