/** Value at a point; writes the gradient there into the second argument. */
export type Objective = (at: Float64Array, gradient: Float64Array) => number;

/** Limits of {@link minimise}. */
export interface MinimiseOptions {
  readonly iterations: number;
  /** Corrections that are kept; default 10. */
  readonly memory?: number;
  /** Ends when the value falls by less than this share in one iteration; default 1e-9. */
  readonly tolerance?: number;
  /** After each iteration; may throw to give up. */
  readonly onIteration?: (iteration: number, value: number) => void;
}

/** Where {@link minimise} ended. */
export interface Minimum {
  readonly at: Float64Array;
  readonly value: number;
  readonly iterations: number;
}

interface Correction {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly rho: number;
}

interface Place {
  at: Float64Array;
  gradient: Float64Array;
  value: number;
}

/** Share of the predicted fall that a step must give. */
const ARMIJO = 1e-4;
/** Share of the slope that may be left after a step. */
const CURVATURE = 0.9;
const MAX_TRIALS = 25;

/**
 * Finds a local minimum of a smooth function by L-BFGS with a line search for the strong Wolfe conditions. Deterministic.
 *
 * @param objective  finite value and gradient everywhere
 * @param start  where to begin; not changed
 * @returns the best point met
 * Cost about 1.1 evaluations an iteration, memory 2 x memory x size numbers.
 * Ref: Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.4, 7.5, 3.5 and 3.6.
 */
export function minimise(objective: Objective, start: Float64Array, options: MinimiseOptions): Minimum {
  const memory = options.memory ?? 10;
  const corrections: Correction[] = [];
  let place = evaluate(objective, Float64Array.from(start));
  let iteration = 0;
  while (iteration < options.iterations) {
    const direction = descent(place.gradient, corrections);
    const first = corrections.length === 0 ? Math.min(1, 1 / Math.max(norm(place.gradient), 1e-12)) : 1;
    const next = searchLine(objective, place, direction, first);
    if (!next || !(next.value < place.value)) {
      if (corrections.length === 0) {
        break;
      }
      corrections.length = 0; // stale curvature: once more along the steepest descent
      continue;
    }
    iteration += 1;
    remember(corrections, place, next, memory);
    const fall = place.value - next.value;
    place = next;
    options.onIteration?.(iteration, place.value);
    if (fall <= (options.tolerance ?? 1e-9) * Math.max(1, Math.abs(place.value))) {
      break;
    }
  }
  return { at: place.at, value: place.value, iterations: iteration };
}

function evaluate(objective: Objective, at: Float64Array): Place {
  const gradient = new Float64Array(at.length);
  return { at, value: objective(at, gradient), gradient };
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i += 1) {
    sum += (left[i] ?? 0) * (right[i] ?? 0);
  }
  return sum;
}

const norm = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i += 1) {
    target[i] = (target[i] ?? 0) + factor * (source[i] ?? 0);
  }
}

/** Two-loop recursion: the direction of quasi-Newton descent. */
function descent(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { step, change, rho } of corrections.toReversed()) {
    const share = rho * dot(step, direction);
    shares.push(share);
    addScaled(direction, -share, change);
  }
  const last = corrections.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.change, last.change));
    direction.forEach((value, i) => (direction[i] = value * scale));
  }
  for (const { step, change, rho } of corrections) {
    addScaled(direction, (shares.pop() ?? 0) - rho * dot(change, direction), step);
  }
  return direction;
}

function remember(corrections: Correction[], from: Place, to: Place, memory: number): void {
  const step = to.at.map((value, i) => value - (from.at[i] ?? 0));
  const change = to.gradient.map((value, i) => value - (from.gradient[i] ?? 0));
  const curvature = dot(step, change);
  if (curvature > 1e-12 * dot(change, change)) {
    corrections.push({ step, change, rho: 1 / curvature });
    if (corrections.length > memory) {
      corrections.shift();
    }
  }
}

interface Trial extends Place {
  readonly length: number;
  readonly slope: number;
}

/** A step along the direction that meets the strong Wolfe conditions, or the best one that falls; undefined: none does. */
function searchLine(objective: Objective, from: Place, direction: Float64Array, first: number): Place | undefined {
  const slope = dot(from.gradient, direction);
  if (!(slope < 0)) {
    return undefined;
  }
  const tryLength = (length: number): Trial => {
    const at = from.at.map((value, i) => value + length * (direction[i] ?? 0));
    const place = evaluate(objective, at);
    return { ...place, length, slope: dot(place.gradient, direction) };
  };
  const falls = (trial: Trial): boolean => trial.value <= from.value + ARMIJO * trial.length * slope;
  let low: Trial = { ...from, length: 0, slope };
  let high: Trial | undefined;
  let length = first;
  for (let trials = 0; trials < MAX_TRIALS; trials += 1) {
    const trial = tryLength(length);
    if (!falls(trial) || trial.value >= low.value) {
      high = trial;
    } else if (Math.abs(trial.slope) <= -CURVATURE * slope) {
      return trial;
    } else {
      if (trial.slope * ((high?.length ?? Infinity) - low.length) >= 0) {
        high = low;
      }
      low = trial;
    }
    length = high ? between(low, high) : 2 * length;
  }
  return low.length > 0 ? low : undefined;
}

/** Minimum of the cubic through both ends, kept away from them. */
function between(low: Trial, high: Trial): number {
  const width = high.length - low.length;
  const middle = low.length + 0.5 * width;
  if (!Number.isFinite(high.value)) {
    return middle;
  }
  const bend = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const root = Math.sqrt(Math.max(0, bend * bend - low.slope * high.slope)) * Math.sign(width);
  const found = high.length - (width * (high.slope + root - bend)) / (high.slope - low.slope + 2 * root);
  const share = (found - low.length) / width;
  return share > 0.1 && share < 0.9 ? found : middle;
}
