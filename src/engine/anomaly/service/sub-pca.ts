import { addScaled, dot } from '../../stats/dense-vector.ts';
import { symmetricEigen } from '../../stats/symmetric-eigen.ts';
import type { StateReader, StateWriter } from './state-bytes.ts';
import { addWindowMoments } from './window-covariance.ts';

/** Steps at the end of a window whose residuals count. */
export const RESIDUAL_STEPS = 3;

const KEPT_VARIANCE = 0.8;
const RMS_FLOOR = 0.05;
const MAX_RMS_WINDOWS = 4000;

/** A linear model of the last `window` rows of robust z, as {@link fitSubPca} makes it. */
export interface SubPcaParts {
  /** Rows of a window. */
  readonly window: number;
  /** Numbers of a row. */
  readonly width: number;
  /** Mean window, row after row. */
  readonly mean: Float64Array;
  /** `count` vectors of window * width numbers each, orthonormal. */
  readonly basis: Float64Array;
  readonly count: number;
  /** Per feature: root mean square of the training residuals of the last three steps, at least 0.05. */
  readonly residualRms: Float64Array;
}

/**
 * Sub-PCA: how badly the last rows of a service's vector fit the linear patterns of its history.
 *
 * `e = (w - mean) - V V' (w - mean)`; per feature `r_j` = root mean square of e_j over the last three steps against that
 * of training.
 *
 * Ref: Aggarwal 2017, Outlier Analysis, 3.3 (linear models on windows); the strongest training-free method of TSB-AD
 * (Liu & Paparrizos 2024) for single series.
 */
export class SubPca {
  readonly parts: SubPcaParts;
  private readonly projectedMean: Float64Array;

  /** @param parts  fitted model */
  constructor(parts: SubPcaParts) {
    this.parts = parts;
    const size = parts.window * parts.width;
    this.projectedMean = new Float64Array(parts.count);
    for (let k = 0; k < parts.count; k += 1) {
      this.projectedMean[k] = dot(parts.basis, k * size, parts.mean, 0, size);
    }
  }

  /**
   * Residuals of the last three steps of a window.
   *
   * @param rows  rows of robust z, one after the other
   * @param offset  where the window begins in `rows`
   * @param target  receives 3 * width residuals, oldest step first
   * Cost count * width * (window + 3) multiplications.
   */
  residuals(rows: Float64Array, offset: number, target: Float64Array): void {
    const { window, width, mean, basis, count } = this.parts;
    const size = window * width;
    const tail = size - RESIDUAL_STEPS * width;
    for (let i = tail; i < size; i += 1) {
      target[i - tail] = (rows[offset + i] ?? 0) - (mean[i] ?? 0);
    }
    for (let k = 0; k < count; k += 1) {
      const coefficient = dot(basis, k * size, rows, offset, size) - (this.projectedMean[k] ?? 0);
      addScaled(target, 0, -coefficient, basis, k * size + tail, size - tail);
    }
  }

  /** Appends the model to a state. */
  save(writer: StateWriter): void {
    const { window, width, mean, basis, count, residualRms } = this.parts;
    writer.int(window).int(width).int(count).float64(mean).float64(basis).float64(residualRms);
  }

  /** Reads what {@link save} wrote. */
  static load(reader: StateReader): SubPca {
    const [window, width, count] = [reader.int(), reader.int(), reader.int()];
    const mean = reader.float64(window * width);
    const basis = reader.float64(count * window * width);
    return new SubPca({ window, width, mean, basis, count, residualRms: reader.float64(width) });
  }
}

/**
 * Fits the linear patterns of windows: the fewest principal components with 80 % of the variance.
 *
 * @param rows  robust z, row after row
 * @param runs  stretches of consecutive rows, `[from, to)` in rows; windows do not cross them
 * @param width  numbers of a row
 * @param window  rows of a window
 * @returns the model; undefined when no stretch holds a window
 * Cost O(rows width^2 window + (width window)^3).
 * Ref: detection 6.2. Deviation: the covariance is that of all windows, not of 4,000 drawn ones; it costs less (see
 * {@link addWindowMoments}) and draws nothing.
 */
export function fitSubPca(
  rows: Float64Array,
  runs: readonly (readonly [number, number])[],
  width: number,
  window: number
): SubPca | undefined {
  const size = window * width;
  const moments = { sums: new Float64Array(size), products: new Float64Array(size * size), count: 0 };
  for (const [from, to] of runs) {
    addWindowMoments(moments, rows, from, to, width, window);
  }
  if (moments.count === 0) {
    return undefined;
  }
  const mean = moments.sums.map((sum) => sum / moments.count);
  const covariance = moments.products;
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k <= i; k += 1) {
      covariance[i * size + k] = (covariance[i * size + k] ?? 0) / moments.count - (mean[i] ?? 0) * (mean[k] ?? 0);
    }
  }
  const { vectors, count } = symmetricEigen(covariance, size, keepShare);
  const bare = new SubPca({ window, width, mean, basis: vectors, count, residualRms: new Float64Array(width).fill(1) });
  return new SubPca({ ...bare.parts, residualRms: trainingRms(bare, rows, runs) });
}

function keepShare(values: Float64Array): number {
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let kept = 0;
  let count = 0;
  while (count < values.length && kept < KEPT_VARIANCE * total) {
    kept += Math.max(0, values[count] ?? 0);
    count += 1;
  }
  return count;
}

/** Over at most about 4,000 windows, evenly spread: a root mean square needs no more. */
function trainingRms(model: SubPca, rows: Float64Array, runs: readonly (readonly [number, number])[]): Float64Array {
  const { width, window } = model.parts;
  const windows = runs.reduce((sum, [from, to]) => sum + Math.max(0, to - from - window + 1), 0);
  const stride = Math.ceil(windows / MAX_RMS_WINDOWS);
  const squares = new Float64Array(width);
  const residuals = new Float64Array(RESIDUAL_STEPS * width);
  let count = 0;
  for (const [from, to] of runs) {
    for (let start = from; start + window <= to; start += stride) {
      model.residuals(rows, start * width, residuals);
      residuals.forEach((residual, i) => (squares[i % width] = (squares[i % width] ?? 0) + residual * residual));
      count += RESIDUAL_STEPS;
    }
  }
  return squares.map((sum) => Math.max(Math.sqrt(sum / count), RMS_FLOOR));
}
