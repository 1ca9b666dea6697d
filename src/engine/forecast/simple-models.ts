const HOLT = { level: 0.3, trend: 0.05, damping: 0.9 } as const;

/**
 * The last value, repeated: what every other forecast has to beat.
 *
 * @param values  at least one
 * @param horizon  steps ahead
 * @returns `horizon` numbers in the unit of the values. Cost O(horizon).
 */
export function forecastLastValue(values: Float64Array, horizon: number): Float64Array {
  return new Float64Array(horizon).fill(values.at(-1) ?? Number.NaN);
}

/**
 * The values of one period ago.
 *
 * @param values  at least `period`
 * @param period  in steps; horizons beyond it repeat
 * @param horizon  steps ahead
 * @returns `horizon` numbers in the unit of the values. Cost O(horizon).
 */
export function forecastSeasonalNaive(values: Float64Array, period: number, horizon: number): Float64Array {
  const start = values.length - period;
  return Float64Array.from({ length: horizon }, (_, h) => values[start + (h % period)] ?? Number.NaN);
}

/**
 * Exponential smoothing with a damped trend, started at the first value without a trend.
 *
 * @param values  at least one
 * @param horizon  steps ahead
 * @returns `horizon` numbers in the unit of the values. Cost O(n + horizon).
 * Ref: Gardner & McKenzie 1985, Management Science 31(10), eq. 1 to 4, with level .3, trend .05, damping .9.
 */
export function forecastDampedHolt(values: Float64Array, horizon: number): Float64Array {
  let level = values[0] ?? Number.NaN;
  let trend = 0;
  for (const value of values.subarray(1)) {
    const expected = level + HOLT.damping * trend;
    const next = HOLT.level * value + (1 - HOLT.level) * expected;
    trend = HOLT.trend * (next - level) + (1 - HOLT.trend) * HOLT.damping * trend;
    level = next;
  }
  let reach = 0;
  let power = 1;
  return Float64Array.from({ length: horizon }, () => {
    power *= HOLT.damping;
    reach += power;
    return level + reach * trend;
  });
}
