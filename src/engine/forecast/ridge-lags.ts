import { solveCholesky } from '../stats/cholesky.ts';

const SHORT_LAGS = [1, 2, 3, 6, 12];
const PENALTY = 0.02;
const CONSTANT_PENALTY = 1e-6;
const CLIP = 8;

/**
 * Ridge regression of the standardised series on its own lags 1, 2, 3, 6, 12 and one period ago (and its two
 * neighbours), applied again and again to its own forecasts.
 *
 * @param values  more than a period, finite
 * @param period  in steps, more than 13; otherwise the lags of the period are left out
 * @param horizon  steps ahead
 * @returns `horizon` numbers in the unit of the values, within 8 standard deviations of their mean; undefined when the
 * normal equations cannot be solved. Follows a shift and a positive factor of the values.
 * Cost 40 n multiplications: below 1 ms for 2,016 values.
 * Ref: Hoerl & Kennard 1970, Technometrics 12(1), with .02 n on the diagonal (1e-6 for the constant); detection 12.2.
 */
export function forecastRidgeLags(values: Float64Array, period: number, horizon: number): Float64Array | undefined {
  const lags = lagsOf(values.length, period);
  const n = values.length;
  const { mean, deviation } = momentsOf(values);
  const extended = new Float64Array(n + horizon);
  for (let i = 0; i < n; i += 1) {
    extended[i] = ((values[i] ?? 0) - mean) / deviation;
  }
  const weights = fitLags(extended.subarray(0, n), lags);
  if (!weights) {
    return undefined;
  }
  const size = weights.length;
  return Float64Array.from({ length: horizon }, (_, h) => {
    let value = weights[size - 1] ?? 0;
    lags.forEach((lag, k) => {
      value += (weights[k] ?? 0) * (extended[n + h - lag] ?? 0);
    });
    extended[n + h] = Math.max(-CLIP, Math.min(CLIP, value));
    return mean + deviation * (extended[n + h] ?? 0);
  });
}

function lagsOf(length: number, period: number): readonly number[] {
  const longest = SHORT_LAGS.at(-1) ?? 0;
  const lags = period > longest + 1 ? [...SHORT_LAGS, period - 1, period, period + 1] : SHORT_LAGS;
  return lags.filter((lag) => 2 * lag < length);
}

function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

function fitLags(z: Float64Array, lags: readonly number[]): Float64Array | undefined {
  const size = lags.length + 1;
  const normal = new Float64Array(size * size);
  const rhs = new Float64Array(size);
  const row = new Float64Array(size).fill(1);
  const first = Math.max(0, ...lags) + 1;
  for (let i = first; i < z.length; i += 1) {
    lags.forEach((lag, k) => {
      row[k] = z[i - lag] ?? 0;
    });
    const target = z[i] ?? 0;
    for (let a = 0; a < size; a += 1) {
      const left = row[a] ?? 0;
      rhs[a] = (rhs[a] ?? 0) + left * target;
      for (let b = 0; b <= a; b += 1) {
        normal[a * size + b] = (normal[a * size + b] ?? 0) + left * (row[b] ?? 0);
      }
    }
  }
  for (let a = 0; a < size; a += 1) {
    const penalty = a < size - 1 ? PENALTY * z.length : CONSTANT_PENALTY;
    normal[a * size + a] = (normal[a * size + a] ?? 0) + penalty;
  }
  return solveCholesky(normal, rhs, size);
}
