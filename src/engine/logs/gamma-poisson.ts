import { logGamma } from '../stats/log-gamma.ts';

const MAX_TERMS = 100_000;

/**
 * Surprisal of a count under the gamma-Poisson predictive: `-log10 P(C >= count)`, where the rate has a gamma
 * distribution and the count of the next window is Poisson.
 *
 * @param count  lines seen, >= 0; fractions are rounded down
 * @param shape  of the gamma, > 0: events so far + 0.5
 * @param rate  of the gamma, > 0: windows so far + 0.5
 * @param exposure  length of the next window in windows, > 0, default 1
 * @returns 0 and more, finite
 * @throws RangeError when a parameter is not positive and finite
 * Cost O(terms) of the tail, typically below 100. Ref: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6:
 * negative binomial with shape a and success probability b / (b + t).
 */
export function gammaPoissonTailSurprisal(count: number, shape: number, rate: number, exposure = 1): number {
  if (!(shape > 0 && rate > 0 && exposure > 0 && Number.isFinite(shape + rate + exposure))) {
    throw new RangeError('the gamma-Poisson predictive needs a positive shape, rate and exposure');
  }
  const c = Math.floor(Math.min(count, 1e9));
  if (!(c > 0)) {
    return 0;
  }
  const q = exposure / (rate + exposure);
  const logFirst = logGamma(shape + c) - logGamma(shape) - logGamma(c + 1) + shape * Math.log1p(-q) + c * Math.log(q);
  let term = 1;
  let sum = 1;
  for (let k = c; k < c + MAX_TERMS && term > 1e-12 * sum; k += 1) {
    term *= ((shape + k) / (k + 1)) * q;
    sum += term;
  }
  return Math.max(0, -(logFirst + Math.log(sum)) * Math.LOG10E);
}
