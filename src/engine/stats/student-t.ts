import { logGamma } from './log-gamma.ts';

const MAX_TERMS = 500;
const TINY = 1e-300;
const PRECISION = 1e-15;

/**
 * Regularised incomplete beta function I_x(a, b): the probability that a beta(a, b) variable is at most x.
 *
 * @param x  0 to 1
 * @param a  > 0
 * @param b  > 0
 * @returns 0 to 1; relative error below 1e-10 for a, b up to 1e4, also where it is 1e-200
 * @throws RangeError when a parameter is outside its range or not finite
 * Cost O(sqrt(max(a, b))). Ref: Didonato & Morris 1992, ACM TOMS 18(3); continued fraction 26.5.8 of Abramowitz & Stegun
 * by Lentz's method, on the side of the mean where it converges fast.
 */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0 && Number.isFinite(a + b))) {
    throw new RangeError('the incomplete beta function needs 0 <= x <= 1 and positive finite parameters');
  }
  if (x === 0 || x === 1) {
    return x;
  }
  return x <= (a + 1) / (a + b + 2) ? lowerBeta(x, a, b) : 1 - lowerBeta(1 - x, b, a);
}

function lowerBeta(x: number, a: number, b: number): number {
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return (Math.exp(logFront) * betaFraction(x, a, b)) / a;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < PRECISION) {
      break;
    }
  }
  return fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/**
 * Two-sided tail probability of Student's t: how often |T| is at least |t|.
 *
 * @param t  any number; infinities give 0
 * @param degrees  degrees of freedom, > 0, fractions allowed
 * @returns 0 to 1, precise far into the tail
 * @throws RangeError when t is NaN or degrees is not positive and finite
 * Cost as {@link regularisedBeta}. Ref: Abramowitz & Stegun 26.7.1.
 */
export function studentTwoSided(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0 && degrees < Infinity)) {
    throw new RangeError("Student's t needs a number and positive finite degrees of freedom");
  }
  const size = Math.abs(t);
  // Dividing by t twice keeps t * t from overflowing; for small t the complement is the precise side.
  const x = size > 1 ? degrees / size / size / (degrees / size / size + 1) : degrees / (degrees + size * size);
  return regularisedBeta(x, degrees / 2, 0.5);
}

/**
 * The t that a Student variable stays within with a given probability: `P(|T| <= t) = level`.
 *
 * @param level  0 up to, not including, 1; 0.95 for a 95 % interval
 * @param degrees  degrees of freedom, > 0, fractions allowed
 * @returns >= 0; the upper quantile at (1 + level) / 2; Infinity where it does not fit into a number
 * @throws RangeError when a parameter is outside its range
 * Cost about 70 evaluations of {@link studentTwoSided}. Ref: bisection on the tail probability.
 */
export function studentWithin(level: number, degrees: number): number {
  if (!(level >= 0 && level < 1)) {
    throw new RangeError('a level is a number from 0 up to 1');
  }
  const outside = 1 - level;
  let high = 1;
  while (studentTwoSided(high, degrees) > outside) {
    high *= 2;
  }
  let low = high > 1 ? high / 2 : 0;
  for (let step = 0; step < 100 && high < Infinity; step += 1) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) {
      break;
    }
    if (studentTwoSided(middle, degrees) > outside) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}
