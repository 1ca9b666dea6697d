/** Go's math.Min: negative infinity wins over NaN. */
export function goMin(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b);
}

/** Go's math.Max: positive infinity wins over NaN. */
export function goMax(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b);
}

/** Go's math.Pow: 1 to any power is 1, and so is -1 to an infinite one. */
export function goPow(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) {
    return 1;
  }
  return base ** exponent;
}

/** A sum with Neumaier's compensation, as Prometheus adds up ranges. */
export class CompensatedSum {
  sum = 0;
  compensation = 0;

  /** Adds a value. */
  add(value: number): void {
    const total = this.sum + value;
    this.compensation += Math.abs(this.sum) >= Math.abs(value) ? this.sum - total + value : value - total + this.sum;
    this.sum = total;
  }

  /** The compensated total; an infinite sum stays what it is. */
  get total(): number {
    return this.sum === Number.POSITIVE_INFINITY || this.sum === Number.NEGATIVE_INFINITY
      ? this.sum
      : this.sum + this.compensation;
  }
}

/**
 * The q-quantile with linear interpolation, NaN sorting first; NaN for no values, infinite for q outside 0..1.
 * `values` is sorted in place. Prometheus `promql/quantile.go`, `quantile`.
 */
export function quantileOf(q: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(q)) {
    return Number.NaN;
  }
  if (q < 0) {
    return Number.NEGATIVE_INFINITY;
  }
  if (q > 1) {
    return Number.POSITIVE_INFINITY;
  }
  sortNanFirst(values);
  const rank = q * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] as number) * (1 - weight) + (values[upper] as number) * weight;
}

function sortNanFirst(values: Float64Array): void {
  values.sort();
  let numbers = values.length;
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) {
    numbers--;
  }
  values.copyWithin(values.length - numbers, 0, numbers);
  values.fill(Number.NaN, 0, values.length - numbers);
}
