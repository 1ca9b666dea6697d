import { solveCholesky } from '../stats/cholesky.ts';
import { dot } from '../stats/dense-vector.ts';
import type { Xorshift32 } from '../stats/xorshift.ts';
import type { Refutations } from './effect-result.ts';
import { basisOf, product, withoutBasis, type SlopeFit } from './slope-fit.ts';

/** The columns of one fit, each with mean 0 and deviation 1. */
export interface FitColumns {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly covariates: readonly Float64Array[];
  /** Rows at the end that belong to the incident. */
  readonly incidentRows: number;
}

const SHIFTS = 100;
const LEAST_SHIFT = 10;
const LEVEL = 0.05;
/** With fewer shifts no p can reach 0.05. */
const LEAST_SHIFTS = 19;
/** Less variance of a moved cause than this says nothing. */
const LEAST_MOVED = 1e-9;
/** A row that decides the slope alone still has this share of its error in the residual. */
const LEAST_FREE = 0.02;
const RANDOM_COLUMNS = 20;
const MOST_CHANGE = 0.1;
const SUBSETS = 20;
const BLOCK_SHARE = 0.2;

/** A fit of the outcome on a cause at a wrong time. */
export interface PlaceboFit {
  /** NaN where the covariates leave nothing of the moved cause. */
  readonly slope: number;
  /** Slope over its error, which follows the residuals of the rows that decide it. */
  readonly t: number;
}

/**
 * Fits with the cause moved to the wrong time: shifted to the right by so many rows, the end coming back at the start.
 * That keeps how the cause depends on its own past.
 *
 * @param columns  of the fit
 * @param shifts  rows to move by, 0 to n; 0 is the fit itself
 * @returns one fit per shift
 * Cost O(shifts n k): only what the covariates leave of the moved cause is worked out. Ref: error HC2 of MacKinnon & White
 * 1985, Journal of Econometrics 29(3).
 */
export function placeboFits(
  { outcome, treatment, covariates }: FitColumns,
  shifts: readonly number[]
): readonly PlaceboFit[] {
  const n = outcome.length;
  const others = basisOf(covariates, n);
  const rest = withoutBasis(outcome, others);
  const leverages = Float64Array.from({ length: n }, (_, row) =>
    others.reduce((sum, direction) => sum + (direction[row] ?? 0) ** 2, 0)
  );
  return shifts.map((shift) => {
    const own = withoutBasis(movedRight(treatment, shift), others);
    const size = product(own, own);
    if (!(size > LEAST_MOVED * n)) {
      return { slope: Number.NaN, t: Number.NaN };
    }
    const slope = product(own, rest) / size;
    let variance = 0;
    for (let row = 0; row < n; row += 1) {
      const part = own[row] ?? 0;
      const free = Math.max(LEAST_FREE, 1 - (leverages[row] ?? 0) - (part * part) / size);
      variance += (part * ((rest[row] ?? 0) - slope * part)) ** 2 / free;
    }
    return { slope, t: (slope * size) / Math.sqrt(variance) };
  });
}

function movedRight(column: Float64Array, shift: number): Float64Array {
  const moved = new Float64Array(column.length);
  moved.set(column.subarray(column.length - shift));
  moved.set(column.subarray(0, column.length - shift), shift);
  return moved;
}

/**
 * Tries to refute an effect in three ways: a cause at the wrong time, a random common cause, and blocks of rows left out.
 *
 * @param columns  of the fit
 * @param fit  the fit itself
 * @param random  source of numbers; the same source in the same state gives the same answer
 * @returns what each attempt found
 * Cost about 150 n k multiplications. Ref: RCA specification 10.5; Sharma & Kiciman 2020, arXiv:2011.04216 (DoWhy).
 * Deviations: the placebo moves what the covariates leave of the cause, and compares slopes over their errors. Moved as it
 * is, the cause loses its tie to the load and varies more than the real one, so that its slopes are too small; and an
 * incident noisier than quiet rows favours the real time: the plain slopes let 13 and 35 % of nulls pass instead of 5.
 * Shifts are drawn without repetition, so that p counts each once. A block never takes more than half of the incident, or
 * one draw in fifty would test the quiet rows alone, which `baselineSlope` reports.
 */
export function refute(columns: FitColumns, fit: SlopeFit, random: Xorshift32): Refutations {
  return {
    placebo: placebo(columns, fit, random),
    randomCommonCause: randomCommonCause(columns, fit, random),
    blockSubsets: blockSubsets(columns, fit, random),
  };
}

function placebo(columns: FitColumns, { basis }: SlopeFit, random: Xorshift32): Refutations['placebo'] {
  const possible = columns.outcome.length - 2 * LEAST_SHIFT;
  if (possible < LEAST_SHIFTS) {
    return { p: null, shifts: 0, passed: false };
  }
  const drawn = drawInOrder(possible, Math.min(SHIFTS, possible), random).map((shift) => shift + LEAST_SHIFT);
  const treatment = withoutBasis(columns.treatment, basis.slice(0, -1));
  const [real, ...moved] = placeboFits({ ...columns, treatment }, [0, ...drawn]).map(({ t }) => Math.abs(t));
  const usable = moved.filter((t) => !Number.isNaN(t));
  const p = (1 + usable.filter((t) => !(t < (real ?? 0))).length) / (usable.length + 1);
  return { p, shifts: usable.length, passed: p <= LEVEL };
}

/** Different whole numbers below a bound, by shuffling the first places. */
function drawInOrder(bound: number, count: number, random: Xorshift32): readonly number[] {
  const all = Array.from({ length: bound }, (_, i) => i);
  for (let i = 0; i < count; i += 1) {
    const other = i + random.below(bound - i);
    [all[i], all[other]] = [all[other] ?? 0, all[i] ?? 0];
  }
  return all.slice(0, count);
}

function randomCommonCause(
  { outcome, treatment }: FitColumns,
  { slope, basis }: SlopeFit,
  random: Xorshift32
): Refutations['randomCommonCause'] {
  const others = basis.slice(0, -1);
  const [own, rest] = [withoutBasis(treatment, others), withoutBasis(outcome, others)];
  let largestChange = 0;
  for (let i = 0; i < RANDOM_COLUMNS; i += 1) {
    const column = withoutBasis(
      outcome.map(() => gaussian(random)),
      others
    );
    const size = product(column, column);
    const along = product(column, own) / size;
    const left = product(own, own) - along * along * size;
    const changed = (product(own, rest) - along * product(column, rest)) / left;
    largestChange = Math.max(largestChange, Math.abs(changed / slope - 1));
  }
  // A slope of exactly zero has no relative change.
  return Number.isFinite(largestChange)
    ? { largestChange, passed: largestChange < MOST_CHANGE }
    : { largestChange: null, passed: false };
}

function blockSubsets(
  { outcome, incidentRows }: FitColumns,
  { basis, slope }: SlopeFit,
  random: Xorshift32
): Refutations['blockSubsets'] {
  const n = outcome.length;
  const block = Math.floor(n * BLOCK_SHARE);
  // A block that could hold more than half of the incident stops early enough not to.
  const starts = n - block + 1 - (2 * block > incidentRows ? Math.ceil(incidentRows / 2) : 0);
  const whole = basis.map((direction) => product(direction, outcome));
  let [fits, same] = [0, 0];
  for (let i = 0; i < SUBSETS; i += 1) {
    const from = random.below(Math.max(1, starts));
    const sign = signWithout(basis, outcome, whole, [from, from + block]);
    fits += sign === undefined ? 0 : 1;
    same += sign === Math.sign(slope) ? 1 : 0;
  }
  return fits === 0 ? { sameSign: null, fits, passed: false } : { sameSign: same / fits, fits, passed: same === fits };
}

/**
 * Sign of the slope without some rows. On the orthonormal basis of all rows the normal equations are the identity, from
 * which the rows left out are taken; the treatment is the last direction, so its coefficient has the sign of the slope.
 */
function signWithout(
  basis: readonly Float64Array[],
  outcome: Float64Array,
  whole: readonly number[],
  [from, to]: readonly [number, number]
): number | undefined {
  const k = basis.length;
  const gram = new Float64Array(k * k);
  const rhs = Float64Array.from(whole);
  basis.forEach((left, a) => {
    rhs[a] = (rhs[a] ?? 0) - dot(left, from, outcome, from, to - from);
    basis.slice(0, a + 1).forEach((right, b) => {
      gram[a * k + b] = (a === b ? 1 : 0) - dot(left, from, right, from, to - from);
    });
  });
  const coefficients = solveCholesky(gram, rhs, k);
  return coefficients && Math.sign(coefficients[k - 1] ?? 0);
}

function gaussian(random: Xorshift32): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
