/**
 * Port to a seasonal model that the engine does not hold itself (MSTL with exponential smoothing). Implemented where
 * packages may be imported; absent, forecasts go on without it.
 */
export interface SeasonalForecaster {
  /**
   * @param values  at least two periods, finite; not changed
   * @param period  in steps
   * @param horizon  steps ahead
   * @returns `horizon` numbers in the unit of the values
   * @throws when the model cannot be fitted; the caller goes on without it
   */
  forecast(values: Float64Array, period: number, horizon: number): ArrayLike<number>;
}
