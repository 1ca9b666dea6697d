/** Kolmogorov distance of two samples with its probability. */
export interface KsResult {
  /** Largest distance of the two distribution functions, 0 to 1. */
  readonly distance: number;
  /** Probability of a larger distance if both come from one distribution, 0 to 1. */
  readonly p: number;
}

/**
 * Two-sample Kolmogorov-Smirnov test.
 *
 * The values must be independent: on autocorrelated series thin both first, or it sees drift everywhere.
 *
 * @param left  any numbers; those that are not finite are left out
 * @param right  as `left`
 * @returns distance 0 and p 1 when one sample is empty
 * Cost O(n log n). Ref: Smirnov 1948; Stephens 1970 for the small-sample term: `p = Q((sqrt m + .12 + .11 / sqrt m) D)`,
 * m = n1 n2 / (n1 + n2).
 */
export function ksTwoSample(left: ArrayLike<number>, right: ArrayLike<number>): KsResult {
  const a = sortedFinite(left);
  const b = sortedFinite(right);
  if (a.length === 0 || b.length === 0) {
    return { distance: 0, p: 1 };
  }
  const distance = kolmogorovDistance(a, b);
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  return { distance, p: kolmogorovSurvival((root + 0.12 + 0.11 / root) * distance) };
}

function sortedFinite(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values)
    .filter((value) => Number.isFinite(value))
    .sort();
}

function kolmogorovDistance(a: Float64Array, b: Float64Array): number {
  let [i, j, most] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    i = skip(a, i, value);
    j = skip(b, j, value);
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most;
}

/** Index after all equal values: ties move both distribution functions at once. */
function skip(sorted: Float64Array, from: number, value: number): number {
  let index = from;
  while (sorted[index] === value) {
    index += 1;
  }
  return index;
}

/** `Q(x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2)`. */
function kolmogorovSurvival(x: number): number {
  if (x < 0.2) {
    // The series does not converge there; the value is 1 to twelve digits.
    return 1;
  }
  let sum = 0;
  for (let k = 1; k <= 100; k += 1) {
    const term = 2 * Math.exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-12) {
      break;
    }
  }
  return Math.max(0, Math.min(1, sum));
}
