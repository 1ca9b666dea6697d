/** Generalised Pareto distribution of excesses over a threshold. */
export interface ParetoTail {
  /** Shape xi; 0 is the exponential distribution. */
  readonly shape: number;
  /** Scale beta > 0, in the unit of the excesses. */
  readonly scale: number;
}

const LEAST_EXCESSES = 4;
const YOUNG_SHAPE = 0.1;
const MOST_SHAPE = 0.5;

/**
 * Fits the excesses over a threshold by probability-weighted moments, with the shape held in `leastShape` to 0.5.
 *
 * @param excesses  ascending, > 0; fewer than four give a default
 * @param threshold  the threshold itself, sets the scale of the default
 * @param leastShape  lightest tail that is believed, 0 to 0.5; default 0. Short histories make tails look light
 * @returns shape and scale
 * Cost O(n). Ref: Hosking & Wallis 1987, Technometrics 29(3), equations for PWM; clamps as in the streaming tail
 * calibrator: `xi = clamp(xi, 0, .5)`, `beta = max(beta, .5 a0 (1 - xi))`, under four excesses `xi = .1` and beta the
 * smallest excess (the largest where `leastShape` is given).
 */
export function fitParetoTail(excesses: ArrayLike<number>, threshold: number, leastShape = 0): ParetoTail {
  const n = excesses.length;
  if (n < LEAST_EXCESSES) {
    const reference = excesses[leastShape > 0 ? n - 1 : 0] ?? 0;
    const scale = Math.max(reference, 0.1 * (threshold + 1e-9), 1e-12);
    return { shape: Math.max(YOUNG_SHAPE, leastShape), scale };
  }
  let sum = 0;
  let weighted = 0;
  for (let j = 0; j < n; j += 1) {
    const excess = excesses[j] ?? 0;
    sum += excess;
    weighted += (excess * (n - 1 - j)) / (n - 1);
  }
  const a0 = sum / n;
  const a1 = weighted / n;
  const spread = a0 - 2 * a1;
  const rawShape = 2 - a0 / spread;
  const rawScale = (2 * a0 * a1) / spread;
  const usable = Number.isFinite(rawShape) && Number.isFinite(rawScale) && rawScale > 0;
  const shape = Math.max(leastShape, usable ? Math.min(MOST_SHAPE, rawShape) : YOUNG_SHAPE);
  const scale = usable ? rawScale : a0;
  return { shape, scale: Math.max(scale, 0.5 * a0 * (1 - shape), 1e-12) };
}

/**
 * Survival function of the generalised Pareto distribution, `(1 + xi x / beta)^(-1/xi)`.
 *
 * @param tail  fitted shape and scale
 * @param excess  >= 0
 * @returns probability of a larger excess, 0 to 1
 * Cost O(1).
 */
export function paretoSurvival(tail: ParetoTail, excess: number): number {
  return tail.shape < 1e-6
    ? Math.exp(-excess / tail.scale)
    : (1 + (tail.shape * excess) / tail.scale) ** (-1 / tail.shape);
}

/**
 * Inverse of {@link paretoSurvival}: the excess that is exceeded with a probability.
 *
 * @param tail  fitted shape and scale
 * @param probability  0 (exclusive) to 1
 * @returns >= 0, in the unit of the excesses
 * Cost O(1).
 */
export function paretoQuantile(tail: ParetoTail, probability: number): number {
  return tail.shape < 1e-6
    ? -tail.scale * Math.log(probability)
    : (tail.scale / tail.shape) * (probability ** -tail.shape - 1);
}
