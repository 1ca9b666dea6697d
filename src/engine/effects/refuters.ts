import type { Xorshift32 } from '../stats/xorshift.ts';
import type { Refutations } from './effect-result.ts';
import { fitSlope, product, withoutBasis, type SlopeFit } from './slope-fit.ts';

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
const RANDOM_COLUMNS = 20;
const MOST_CHANGE = 0.1;
const SUBSETS = 20;
const BLOCK_SHARE = 0.2;

/**
 * Slopes when the cause is moved to the wrong time: shifted to the right by so many rows, the end coming back at the
 * start. That keeps how the cause depends on its own past.
 *
 * @param columns  of the fit
 * @param shifts  rows to move by
 * @returns one slope per shift; NaN where the covariates leave nothing of the moved cause
 * Cost O(shifts n k): only the share of the moved cause that the covariates leave is worked out.
 */
export function placeboSlopes(
  { outcome, treatment, covariates }: FitColumns,
  shifts: readonly number[]
): readonly number[] {
  const n = outcome.length;
  const others = fitSlope(outcome, treatment, covariates)?.basis.slice(0, -1) ?? [];
  const rest = withoutBasis(outcome, others);
  return shifts.map((shift) => {
    const moved = Float64Array.from({ length: n }, (_, row) => treatment[(((row - shift) % n) + n) % n] ?? 0);
    const own = withoutBasis(moved, others);
    const size = product(own, own);
    return size > 1e-9 * n ? product(own, rest) / size : Number.NaN;
  });
}

/**
 * Tries to refute an effect in three ways: a cause at the wrong time, a random common cause, and blocks of rows left out.
 *
 * @param columns  of the fit
 * @param fit  the fit itself
 * @param random  source of numbers; the same source in the same state gives the same answer
 * @returns what each attempt found
 * Cost about 170 n k multiplications. Ref: RCA specification 10.5; Sharma & Kiciman 2020, arXiv:2011.04216 (DoWhy).
 * Deviations: shifts are drawn without repetition, so that p counts each once; a block never takes more than half of the
 * incident, or one draw in fifty would test the quiet rows alone, which `baselineSlope` reports.
 */
export function refute(columns: FitColumns, fit: SlopeFit, random: Xorshift32): Refutations {
  return {
    placebo: placebo(columns, fit.slope, random),
    randomCommonCause: randomCommonCause(columns, fit, random),
    blockSubsets: blockSubsets(columns, fit.slope, random),
  };
}

function placebo(columns: FitColumns, slope: number, random: Xorshift32): Refutations['placebo'] {
  const possible = columns.outcome.length - 2 * LEAST_SHIFT;
  if (possible < LEAST_SHIFTS) {
    return { p: null, shifts: 0, passed: false };
  }
  const drawn = drawInOrder(possible, Math.min(SHIFTS, possible), random);
  const slopes = placeboSlopes(
    columns,
    drawn.map((shift) => shift + LEAST_SHIFT)
  ).filter(Number.isFinite);
  const p = (1 + slopes.filter((other) => Math.abs(other) >= Math.abs(slope)).length) / (slopes.length + 1);
  return { p, shifts: slopes.length, passed: p <= LEVEL };
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
  { outcome, treatment, covariates, incidentRows }: FitColumns,
  slope: number,
  random: Xorshift32
): Refutations['blockSubsets'] {
  const n = outcome.length;
  const block = Math.floor(n * BLOCK_SHARE);
  // A block that could hold more than half of the incident stops early enough not to.
  const starts = n - block + 1 - (2 * block > incidentRows ? Math.ceil(incidentRows / 2) : 0);
  let [fits, same] = [0, 0];
  for (let i = 0; i < SUBSETS; i += 1) {
    const from = random.below(Math.max(1, starts));
    const without = (column: Float64Array): Float64Array =>
      column.filter((_, row) => row < from || row >= from + block);
    const subset = fitSlope(without(outcome), without(treatment), covariates.map(without));
    fits += subset ? 1 : 0;
    same += subset && Math.sign(subset.slope) === Math.sign(slope) ? 1 : 0;
  }
  return fits === 0 ? { sameSign: null, fits, passed: false } : { sameSign: same / fits, fits, passed: same === fits };
}

function gaussian(random: Xorshift32): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
