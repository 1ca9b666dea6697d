/** Generalised Pareto distribution of excesses over a threshold. */
export interface ParetoTail {
  /** Shape xi; 0 is the exponential distribution. */
  readonly shape: number;
  /** Scale beta > 0, in the unit of the excesses. */
  readonly scale: number;
}

/**
 * Fits the excesses over a threshold by probability-weighted moments, with the shape held in 0 to 0.5.
 *
 * @param excesses  ascending, > 0; fewer than four give a cautious default
 * @param threshold  the threshold itself, sets the scale of the default
 * @returns shape and scale
 * Cost O(n). Ref: Hosking & Wallis 1987, Technometrics 29(3), equations for PWM; clamps as in the streaming tail
 * calibrator: `xi = clamp(xi, 0, .5)`, `beta = max(beta, .5 a0 (1 - xi))`, under four excesses `xi = .1`.
 */
export function fitParetoTail(excesses: readonly number[], threshold: number): ParetoTail {
  const n = excesses.length;
  if (n < 4) {
    return { shape: 0.1, scale: Math.max(excesses[0] ?? 0, 0.1 * (threshold + 1e-9), 1e-12) };
  }
  const a0 = excesses.reduce((sum, excess) => sum + excess, 0) / n;
  const a1 = excesses.reduce((sum, excess, j) => sum + (excess * (n - 1 - j)) / (n - 1), 0) / n;
  const spread = a0 - 2 * a1;
  const rawShape = 2 - a0 / spread;
  const rawScale = (2 * a0 * a1) / spread;
  const usable = Number.isFinite(rawShape) && Number.isFinite(rawScale) && rawScale > 0;
  const shape = usable ? Math.max(0, Math.min(0.5, rawShape)) : 0.1;
  const scale = usable ? rawScale : Math.max(a0, 1e-12);
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
