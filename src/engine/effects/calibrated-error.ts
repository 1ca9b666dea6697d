import { addScaled, dot } from '../stats/dense-vector.ts';
import type { SlopeError } from './newey-west.ts';
import { product, type SlopeFit } from './slope-fit.ts';
import { workingAutocovariance } from './working-model.ts';

/** Below this share of the expected error the residuals say nothing about it: one row decides the slope. */
const LEAST_TRACE = 1e-9;

/**
 * Error of a slope from its residuals, brought to the size it must have under a model of how residuals depend on those
 * before them.
 *
 * The classical formula ({@link ./newey-west.ts}) is too small where few rows decide the slope, as the rows of an
 * incident do among sixty quiet ones: the fit follows those rows, so their residuals are small whatever the error was.
 * It is also too small where errors last longer than its lags. Both can be worked out for a given covariance S of the
 * errors. With e = M y the residuals, w the influence of each row on the slope and W = diag(w^2):
 *
 *     raw      = e' W e                      expected: tr(W M S M)
 *     variance = raw * (w' S w) / tr(W M S M)
 *     degrees  = tr(W M S M)^2 / tr((W M S M)^2)
 *
 * S comes from the residuals themselves ({@link workingAutocovariance}). `raw` follows the residuals of the rows that
 * decide: when an incident is noisier than normal times, so is the error.
 *
 * @param fit  of n rows
 * @param positions  n rising whole numbers: the place of each row on the time grid
 * @returns error in the unit of the slope with fractional degrees of freedom; undefined when one row decides the slope or
 * the residuals are all zero
 * Cost O(n^2 k). Ref: Bell & McCaffrey 2002, Survey Methodology 28(2), and Imbens & Kolesár 2016, Review of Economics and
 * Statistics 98(4), eq. for the working model: their two steps, here with dependent errors. Measured: docs/benchmarks/effects.md.
 */
export function calibratedError(fit: SlopeFit, positions: ArrayLike<number>): SlopeError | undefined {
  const sigma = covarianceOf(fit, positions);
  if (!sigma) {
    return undefined;
  }
  const { influence, residuals } = fit;
  const n = residuals.length;
  const spread = product(influence, times(sigma, influence));
  project(sigma, fit.basis);
  const weights = influence.map((value) => value * value);
  let [raw, trace, square] = [0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    const weight = weights[i] ?? 0;
    const own = sigma[i * n + i] ?? 0;
    raw += weight * (residuals[i] ?? 0) ** 2;
    trace += weight * own;
    let beside = 0;
    for (let j = 0; j < i; j += 1) {
      beside += (weights[j] ?? 0) * (sigma[i * n + j] ?? 0) ** 2;
    }
    square += weight * (2 * beside + weight * own * own);
  }
  if (!(trace > LEAST_TRACE * spread && square > 0)) {
    return undefined;
  }
  return { standardError: Math.sqrt((raw * spread) / trace), degreesOfFreedom: (trace * trace) / square };
}

/** Covariance of the errors, n x n, row by row. */
function covarianceOf(fit: SlopeFit, positions: ArrayLike<number>): Float64Array | undefined {
  const autocovariance = workingAutocovariance(fit, positions);
  if (!autocovariance) {
    return undefined;
  }
  const known: number[] = [];
  const n = fit.residuals.length;
  const sigma = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const distance = (positions[i] ?? 0) - (positions[j] ?? 0);
      const value = (known[distance] ??= autocovariance(distance));
      sigma[i * n + j] = value;
      sigma[j * n + i] = value;
    }
  }
  return sigma;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return vector.map((_, i) => dot(matrix, i * n, vector, 0, n));
}

/** Replaces the lower half of S by that of M S M, M the projection that leaves residuals. */
function project(sigma: Float64Array, basis: readonly Float64Array[]): void {
  const images = basis.map((direction) => times(sigma, direction));
  const n = basis[0]?.length ?? 0;
  basis.forEach((direction, a) => {
    const half = images[a]?.slice() ?? new Float64Array(n);
    basis.forEach((other) => addScaled(half, 0, -product(images[a] ?? half, other) / 2, other, 0, n));
    for (let i = 0; i < n; i += 1) {
      addScaled(sigma, i * n, -(direction[i] ?? 0), half, 0, i + 1);
      addScaled(sigma, i * n, -(half[i] ?? 0), direction, 0, i + 1);
    }
  });
}
