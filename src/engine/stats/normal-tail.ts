const LOG10_E = Math.LOG10E;
const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/**
 * Surprisal of a standard normal deviate: `-log10 P(Z > z)`.
 *
 * Stable far into the tail, where the probability itself underflows.
 *
 * @param z  any finite number or Infinity; negative values give less than 0.302
 * @returns >= 0; 4.27 gives about 5, Infinity gives Infinity
 * Cost O(1). Ref: Abramowitz & Stegun 26.2.17 for z < 3 (absolute error of P below 7.5e-8); Laplace's continued
 * fraction, A&S 26.2.14, above.
 */
export function normalTailSurprisal(z: number): number {
  if (Number.isNaN(z)) {
    throw new RangeError('normalTailSurprisal needs a number');
  }
  if (z === Infinity) {
    return Infinity;
  }
  if (z < 0) {
    return -Math.log10(1 - 10 ** -normalTailSurprisal(-z));
  }
  const logDensity = -0.5 * z * z - Math.log(SQRT_TWO_PI);
  const ratio = z < 3 ? millsPolynomial(z) : millsContinuedFraction(z);
  return -(logDensity + Math.log(ratio)) * LOG10_E;
}

function millsPolynomial(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  return t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
}

function millsContinuedFraction(z: number): number {
  let fraction = z;
  for (let k = 60; k >= 1; k -= 1) {
    fraction = z + k / fraction;
  }
  return 1 / fraction;
}
