const TABLE_BITS = 13;
const TABLE_SIZE = 1 << TABLE_BITS;
const NORMAL_QUANTILES = Float64Array.from({ length: TABLE_SIZE }, (_, i) => normalQuantile((i + 0.5) / TABLE_SIZE));

/**
 * Seeded pseudo-random numbers: sfc32 (Chris Doty-Humphrey, PractRand). Equal seeds give equal sequences everywhere.
 * Normal deviates come from a table of 8192 quantiles, so that they lie within about 3.8 standard deviations.
 */
export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed any text or number; its textual form counts */
  constructor(seed: string | number) {
    this.#seed = String(seed);
    this.#a = fnv1a(this.#seed, 0x811c9dc5);
    this.#b = fnv1a(this.#seed, 0x01000193);
    this.#c = fnv1a(this.#seed, 0x9e3779b9);
    for (let i = 0; i < 16; i++) {
      this.bits();
    }
  }

  /** An independent generator. Drawing from it does not disturb this one. */
  fork(label: string): Random {
    return new Random(`${this.#seed}/${label}`);
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** Standard normal. */
  normal(): number {
    return NORMAL_QUANTILES[this.bits() >>> (32 - TABLE_BITS)] ?? 0;
  }

  /** Log-normal with median 1; `sigma` is the standard deviation of its logarithm. */
  lognormal(sigma: number): number {
    return Math.exp(sigma * this.normal());
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -Math.log(1 - this.uniform()) * mean;
  }

  /** Poisson count; the normal approximation is used above a mean of 64. */
  poisson(mean: number): number {
    if (mean > 64) {
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    }
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) {
      count++;
    }
    return count;
  }

  /** Integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) {
      throw new RangeError('pick needs a non-empty list');
    }
    return item;
  }

  /** `length` lowercase hexadecimal digits. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) {
      text += this.bits().toString(16).padStart(8, '0');
    }
    return text.slice(0, length);
  }
}

function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}

/** Acklam's rational approximation of the normal quantile; relative error below 1.2e-9. */
function normalQuantile(p: number): number {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  if (p < 0.02425 || p > 0.97575) {
    const q = Math.sqrt(-2 * Math.log(p < 0.5 ? p : 1 - p));
    const value = (horner(c, q) * q + 2.938163982698783) / (horner(d, q) * q + 1);
    return p < 0.5 ? value : -value;
  }
  const q = p - 0.5;
  const r = q * q;
  return ((horner(a, r) * r + 2.506628277459239) * q) / (horner(b, r) * r + 1);
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
