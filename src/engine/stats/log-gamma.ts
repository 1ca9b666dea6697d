const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
const LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Natural logarithm of the gamma function.
 *
 * @param x  > 0
 * @returns ln gamma(x); relative error below 1e-13
 * Cost O(1). Ref: Lanczos 1964, SIAM J. Numer. Anal. B 1, g = 7, n = 9.
 */
export function logGamma(x: number): number {
  if (x < 0.5) {
    return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  }
  const y = x - 1;
  let sum = 0.9999999999998099;
  for (let i = 0; i < LANCZOS.length; i += 1) {
    sum += (LANCZOS[i] ?? 0) / (y + i + 1);
  }
  const t = y + LANCZOS.length - 0.5;
  return LOG_SQRT_TWO_PI + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}
