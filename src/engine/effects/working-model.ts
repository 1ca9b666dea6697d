import { solveCholesky } from '../stats/cholesky.ts';
import { addScaled } from '../stats/dense-vector.ts';
import type { SlopeFit } from './slope-fit.ts';

/** Autocovariance of the residuals as a function of the distance of two rows; a scale of its own, 0 or more. */
export type Autocovariance = (distance: number) => number;

interface Shape {
  /** Correlation of the lasting part between neighbouring rows. */
  readonly memory: number;
  /** Share of the variance that lasts; the rest is fresh in every row. */
  readonly lasting: number;
}

const MEMORIES = [0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97];
const LASTING = [0.3, 0.6, 1];
const SHAPES: readonly Shape[] = [
  { memory: 0, lasting: 1 },
  { memory: -0.3, lasting: 1 },
  { memory: -0.6, lasting: 1 },
  ...MEMORIES.flatMap((memory) => LASTING.map((lasting) => ({ memory, lasting }))),
];

/**
 * How residuals depend on those before them: an autoregression of order one plus fresh noise, averaged over a grid of
 * shapes by their restricted likelihood. Restricted, because residuals of a fit with many columns look less dependent
 * than the errors are; averaged, because sixty rows do not tell the shapes apart.
 *
 * @param fit  of n rows
 * @param positions  n rising whole numbers: the place of each row on the time grid, so that gaps count
 * @returns the autocovariance; undefined when the fit leaves nothing
 * Cost O(22 n k^2). Ref: Harville 1977, JASA 72(358) (REML); Harvey 1989, Forecasting, section 3.4 (filter with missing
 * rows).
 */
export function workingAutocovariance(fit: SlopeFit, positions: ArrayLike<number>): Autocovariance | undefined {
  const table = rowTable([...fit.basis, fit.residuals]);
  const judged = SHAPES.map((shape) => ({ shape, ...judge(shape, table, positions) })).filter(({ logLikelihood }) =>
    Number.isFinite(logLikelihood)
  );
  const best = Math.max(...judged.map(({ logLikelihood }) => logLikelihood));
  const weighted = judged.map(({ shape, variance, logLikelihood }) => ({
    shape,
    weight: variance * Math.exp(logLikelihood - best),
  }));
  if (!(weighted.reduce((sum, { weight }) => sum + weight, 0) > 0)) {
    return undefined;
  }
  return (distance) =>
    weighted.reduce((sum, { shape: { memory, lasting }, weight }) => {
      return sum + weight * (distance === 0 ? 1 : lasting * memory ** distance);
    }, 0);
}

/** Columns as rows: what is read together lies together. The last column is the outcome. */
interface RowTable {
  readonly values: Float64Array;
  readonly rows: number;
  readonly size: number;
}

function rowTable(columns: readonly Float64Array[]): RowTable {
  const rows = columns[0]?.length ?? 0;
  const values = new Float64Array(rows * columns.length);
  columns.forEach((column, i) => column.forEach((value, row) => (values[row * columns.length + i] = value)));
  return { values, rows, size: columns.length };
}

/** Restricted log-likelihood of a shape and the variance that goes with it. */
function judge(
  { memory, lasting }: Shape,
  { values, rows, size }: RowTable,
  positions: ArrayLike<number>
): { readonly variance: number; readonly logLikelihood: number } {
  const gram = new Float64Array(size * size);
  const means = new Float64Array(size);
  const surprise = new Float64Array(size);
  let uncertainty = lasting;
  let logScale = 0;
  for (let row = 0; row < rows; row += 1) {
    const fade = row === 0 ? 0 : memory ** ((positions[row] ?? 0) - (positions[row - 1] ?? 0));
    uncertainty = fade * fade * uncertainty + lasting * (1 - fade * fade);
    const scale = uncertainty + 1 - lasting;
    const gain = uncertainty / scale;
    for (let i = 0; i < size; i += 1) {
      const expected = fade * (means[i] ?? 0);
      const off = (values[row * size + i] ?? 0) - expected;
      means[i] = expected + gain * off;
      surprise[i] = off;
      addScaled(gram, i * size, off / scale, surprise, 0, i + 1);
    }
    uncertainty *= 1 - gain;
    logScale += Math.log(scale);
  }
  const { rest, logDeterminant } = eliminate(gram, size);
  const degrees = rows - size + 1;
  const variance = rest / degrees;
  return { variance, logLikelihood: -0.5 * (logScale + logDeterminant + degrees * Math.log(variance)) };
}

/** What the design leaves of the outcome, and the determinant of the design's share, by one factorisation in place. */
function eliminate(gram: Float64Array, size: number): { readonly rest: number; readonly logDeterminant: number } {
  if (!solveCholesky(gram, new Float64Array(size), size)) {
    return { rest: 0, logDeterminant: 0 };
  }
  let logDeterminant = 0;
  for (let i = 0; i < size - 1; i += 1) {
    logDeterminant += 2 * Math.log(gram[i * size + i] ?? 1);
  }
  return { rest: (gram[size * size - 1] ?? 0) ** 2, logDeterminant };
}
