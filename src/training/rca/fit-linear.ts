import { PRIOR_RANKING_WEIGHTS, RANKING_FEATURES, type RankingFeature, solveCholesky } from '#engine';
import { FEATURES, itemWeights, type TrainingItem } from './training-item.ts';

/** Settings of {@link fitLinear}. */
export interface LinearFitOptions {
  /** Pull toward the prior; default 0.05. */
  readonly l2?: number;
  /** Default: the hand-written prior. */
  readonly prior?: Float64Array;
  /** Default {@link LINEAR_BOUNDS}. */
  readonly bounds?: WeightBounds;
}

/** Smallest and largest value of every weight. */
export interface WeightBounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** What {@link fitLinear} found. */
export interface LinearFit {
  readonly weights: Float64Array;
  /** Value of the minimised function. */
  readonly loss: number;
  readonly iterations: number;
}

const NEVER_POSITIVE: ReadonlySet<RankingFeature> = new Set<RankingFeature>(['lat_callee', 'err_callee', 'virtual']);
const FREE: ReadonlySet<RankingFeature> = new Set<RankingFeature>([
  'entry',
  'leafness',
  'struct',
  'loglines',
  'tr_dn',
  'tr_up',
  'net',
]);

/** Signs that a weight must keep whatever the labelled incidents say. Ref: RCA specification 5.4. */
export const LINEAR_BOUNDS: WeightBounds = {
  low: Float64Array.from(RANKING_FEATURES, (name) => (NEVER_POSITIVE.has(name) || FREE.has(name) ? -Infinity : 0)),
  high: Float64Array.from(RANKING_FEATURES, (name) => (NEVER_POSITIVE.has(name) ? 0 : Infinity)),
};

const DEFAULT_L2 = 0.05;
const MAX_ITERATIONS = 100;
const MAX_HALVINGS = 40;
/** A gradient this small, after projection, is none. */
const TOLERANCE = 1e-9;

interface Problem {
  readonly items: readonly TrainingItem[];
  readonly shares: Float64Array;
  readonly prior: Float64Array;
  readonly l2: number;
}

/**
 * Fits the weights of the linear score to labelled incidents:
 * `sum W_c (-log softmax(X_c w)[truth]) + l2/2 |w - prior|^2` within bounds.
 *
 * The function is strictly convex, so the answer does not depend on the start; Newton steps on the weights that are not held
 * by a bound reach it in about ten iterations. Without items the prior comes back.
 *
 * @throws RangeError when l2 is not positive, or prior and bounds have another length than the features
 * Cost O(iterations x rows x features^2).
 * Ref: RCA specification 5.4; Bertsekas 1982, SIAM J. Control and Optimization 20(2), projected Newton.
 */
export function fitLinear(items: readonly TrainingItem[], options: LinearFitOptions = {}): LinearFit {
  const bounds = options.bounds ?? LINEAR_BOUNDS;
  const prior = options.prior ?? PRIOR_RANKING_WEIGHTS;
  const l2 = options.l2 ?? DEFAULT_L2;
  if (!(l2 > 0) || [prior, bounds.low, bounds.high].some(({ length }) => length !== FEATURES)) {
    throw new RangeError('fitLinear needs l2 > 0 and a prior and bounds for every feature');
  }
  const problem = { items, shares: itemWeights(items), prior, l2 };
  let weights = project(prior, bounds);
  let state = evaluate(problem, weights);
  let iterations = 0;
  while (iterations < MAX_ITERATIONS) {
    const held = heldBack(weights, state.gradient, bounds);
    if (state.gradient.every((slope, i) => held[i] === 1 || Math.abs(slope) <= TOLERANCE)) {
      break;
    }
    const next = stepAlong(problem, weights, state, newtonStep(state, held), bounds);
    if (!next) {
      break;
    }
    iterations += 1;
    ({ weights, state } = next);
  }
  return { weights, loss: state.loss, iterations };
}

function project(weights: Float64Array, { low, high }: WeightBounds): Float64Array {
  return weights.map((value, i) => Math.min(Math.max(value, low[i] ?? -Infinity), high[i] ?? Infinity));
}

/** 1 where a weight lies on a bound and would fall through it. */
function heldBack(weights: Float64Array, gradient: Float64Array, { low, high }: WeightBounds): Uint8Array {
  return Uint8Array.from(weights, (value, i) => {
    const slope = gradient[i] ?? 0;
    return (value <= (low[i] ?? -Infinity) && slope > 0) || (value >= (high[i] ?? Infinity) && slope < 0) ? 1 : 0;
  });
}

interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Lower triangle, row by row. */
  readonly hessian: Float64Array;
}

function evaluate({ items, shares, prior, l2 }: Problem, weights: Float64Array): Evaluation {
  const gradient = weights.map((value, i) => l2 * (value - (prior[i] ?? 0)));
  const hessian = new Float64Array(FEATURES * FEATURES);
  for (let i = 0; i < FEATURES; i += 1) {
    hessian[i * FEATURES + i] = l2;
  }
  let loss = weights.reduce((sum, value, i) => sum + (l2 / 2) * (value - (prior[i] ?? 0)) ** 2, 0);
  items.forEach((item, at) => {
    loss += addItem(item, shares[at] ?? 0, weights, gradient, hessian);
  });
  return { loss, gradient, hessian };
}

/** Adds one item's gradient and curvature; returns its loss. */
function addItem(
  { rows, x, truth }: TrainingItem,
  share: number,
  weights: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array
): number {
  const chance = softmaxOf(x, rows, weights);
  const mean = new Float64Array(FEATURES);
  for (let row = 0; row < rows; row += 1) {
    const part = chance[row] ?? 0;
    const values = x.subarray(row * FEATURES, (row + 1) * FEATURES);
    addTo(mean, part, values);
    addOuter(hessian, share * part, values);
  }
  addOuter(hessian, -share, mean);
  addTo(gradient, share, mean);
  addTo(gradient, -share, x.subarray(truth * FEATURES, (truth + 1) * FEATURES));
  return -share * Math.log(Math.max(chance[truth] ?? 0, Number.MIN_VALUE));
}

function softmaxOf(x: Float64Array, rows: number, weights: Float64Array): Float64Array {
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let i = 0; i < FEATURES; i += 1) {
      sum += (x[row * FEATURES + i] ?? 0) * (weights[i] ?? 0);
    }
    scores[row] = sum;
  }
  const most = scores.reduce((best, score) => Math.max(best, score), -Infinity);
  const parts = scores.map((score) => Math.exp(score - most));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

function addTo(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i += 1) {
    target[i] = (target[i] ?? 0) + factor * (source[i] ?? 0);
  }
}

/** `target += factor v v'`, lower triangle. */
function addOuter(target: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < FEATURES; i += 1) {
    const left = factor * (vector[i] ?? 0);
    if (left !== 0) {
      for (let j = 0; j <= i; j += 1) {
        target[i * FEATURES + j] = (target[i * FEATURES + j] ?? 0) + left * (vector[j] ?? 0);
      }
    }
  }
}

/** Newton step of the free weights; the held ones stay. */
function newtonStep({ gradient, hessian }: Evaluation, held: Uint8Array): Float64Array {
  const free = [...gradient.keys()].filter((i) => held[i] === 0);
  const size = free.length;
  const matrix = new Float64Array(size * size);
  free.forEach((row, i) => {
    free.slice(0, i + 1).forEach((column, j) => (matrix[i * size + j] = hessian[row * FEATURES + column] ?? 0));
  });
  const solved = solveCholesky(
    matrix,
    Float64Array.from(free, (i) => -(gradient[i] ?? 0)),
    size
  );
  const step = new Float64Array(FEATURES);
  free.forEach((i, at) => (step[i] = solved ? (solved[at] ?? 0) : -(gradient[i] ?? 0)));
  return step;
}

/** Halves the step until the projected point is better; undefined when none is. */
function stepAlong(
  problem: Problem,
  weights: Float64Array,
  from: Evaluation,
  step: Float64Array,
  bounds: WeightBounds
): { readonly weights: Float64Array; readonly state: Evaluation } | undefined {
  let length = 1;
  for (let halvings = 0; halvings < MAX_HALVINGS; halvings += 1) {
    const next = project(
      weights.map((value, i) => value + length * (step[i] ?? 0)),
      bounds
    );
    const state = evaluate(problem, next);
    const predicted = next.reduce((sum, value, i) => sum + (from.gradient[i] ?? 0) * (value - (weights[i] ?? 0)), 0);
    if (state.loss < from.loss && state.loss <= from.loss + 1e-4 * Math.min(0, predicted)) {
      return { weights: next, state };
    }
    length /= 2;
  }
  return undefined;
}
