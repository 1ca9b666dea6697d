import { addScaled, dot } from '../stats/dense-vector.ts';

/** Least squares with one coefficient of interest. */
export interface SlopeFit {
  readonly slope: number;
  /** Columns of the design, the constant included. */
  readonly columns: number;
  /** What the fit leaves of the outcome, one number per row. */
  readonly residuals: Float64Array;
  /** Orthonormal basis of the design, `columns` arrays; the last one is the treatment less what the others explain. */
  readonly basis: readonly Float64Array[];
  /** `slope = sum of influence[t] * outcome[t]`. */
  readonly influence: Float64Array;
  /** How many times larger the variance of the slope is than without the other columns; >= 1. */
  readonly varianceInflation: number;
}

/** A column whose variance is below this share of its squared length is constant but for rounding. */
const LEAST_VARIATION = 1e-20;
/** Of the squared length of a column; below it rounding counts. */
const MUCH_LEFT = 0.01;
/** A treatment of which the other columns leave less than this share of the variance has no slope of its own. */
const LEAST_OWN_SHARE = 1e-9;

/**
 * Slope of an outcome on a treatment, other columns held fixed, by least squares.
 *
 * @param outcome  n numbers
 * @param treatment  n numbers
 * @param covariates  columns of n numbers; those that the ones before them explain are passed over
 * @returns undefined when the covariates leave nothing of the treatment
 * Cost O(n k^2). Ref: Frisch & Waugh 1933; orthogonalisation by modified Gram-Schmidt, twice, the treatment last.
 * Deviation from the specification's 10.3: columns without variation of their own are refused instead of adding 1e-9 of
 * the trace to the diagonal. That ridge has the unit of the largest column: with seconds beside requests per minute it
 * is larger than the variance of the treatment and shrinks its slope by a factor of six.
 */
export function fitSlope(
  outcome: Float64Array,
  treatment: Float64Array,
  covariates: readonly Float64Array[]
): SlopeFit | undefined {
  const others = basisOf(covariates, outcome.length);
  const own = ownPart(treatment, others);
  if (!own) {
    return undefined;
  }
  const basis = [...others, own.direction];
  const influence = own.direction.map((value) => value / own.length);
  return {
    slope: product(influence, outcome),
    columns: basis.length,
    residuals: withoutBasis(outcome, basis),
    basis,
    influence,
    varianceInflation: 1 / own.share,
  };
}

/**
 * Orthonormal basis of a constant and further columns.
 *
 * @param columns  of n numbers
 * @param rows  n
 * @returns the constant first; columns that those before explain have no part
 * Cost O(n k^2).
 */
export function basisOf(columns: readonly Float64Array[], rows: number): readonly Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of [new Float64Array(rows).fill(1), ...columns]) {
    const own = ownPart(column, basis);
    if (own) {
      basis.push(own.direction);
    }
  }
  return basis;
}

interface OwnPart {
  /** Of length 1. */
  readonly direction: Float64Array;
  readonly length: number;
  /** Of the variance of the column, 0 to 1. */
  readonly share: number;
}

function ownPart(column: Float64Array, basis: readonly Float64Array[]): OwnPart | undefined {
  const centred = withoutBasis(column, basis.slice(0, 1));
  const total = product(centred, centred);
  const once = withoutBasis(centred, basis.slice(1));
  // A column that loses most of its length is left at an angle to the basis by rounding; a second time is enough.
  const own = product(once, once) > MUCH_LEFT * total ? once : withoutBasis(once, basis);
  const rest = product(own, own);
  const isConstant = !(total > LEAST_VARIATION * product(column, column));
  if (isConstant || !(rest > LEAST_OWN_SHARE * total)) {
    return undefined;
  }
  const length = Math.sqrt(rest);
  return { direction: own.map((value) => value / length), length, share: Math.min(1, rest / total) };
}

/**
 * A column less its projection on a basis.
 *
 * @param column  n numbers, not changed
 * @param basis  orthonormal columns
 * @returns a new column
 * Cost O(n k).
 */
export function withoutBasis(column: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = column.slice();
  for (const direction of basis) {
    addScaled(rest, 0, -product(rest, direction), direction, 0, rest.length);
  }
  return rest;
}

/**
 * Sum of the products of two columns.
 *
 * @param left  n numbers
 * @param right  n numbers
 * Cost O(n), no allocation.
 */
export function product(left: Float64Array, right: Float64Array): number {
  return dot(left, 0, right, 0, left.length);
}
