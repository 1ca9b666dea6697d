/** Upper bounds in seconds of the span histograms: 2 ms doubling up to 16.384 s; `+Inf` follows. */
export const SPAN_BOUNDS: readonly number[] = Array.from({ length: 14 }, (_, i) => (2 * 2 ** i) / 1000);

/** Upper bounds in seconds of HTTP histograms, as the OpenTelemetry semantic conventions advise; `+Inf` follows. */
export const HTTP_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** A histogram of durations. `counts[i]` is not cumulative; the last entry is what exceeds every bound. */
export class LatencyHistogram {
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  sumSeconds = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Adds `weight` observations of `seconds`. */
  observe(seconds: number, weight: number): void {
    const bucket = this.bounds === SPAN_BOUNDS ? doublingBucket(seconds) : this.#bucket(seconds);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + weight;
    this.sumSeconds += seconds * weight;
    this.count += weight;
  }

  #bucket(seconds: number): number {
    let bucket = 0;
    while (bucket < this.bounds.length && seconds > (this.bounds[bucket] ?? Infinity)) {
      bucket++;
    }
    return bucket;
  }
}

/** Smallest k with seconds <= 0.002 * 2^k, at most 14. */
function doublingBucket(seconds: number): number {
  if (seconds <= 0.002) {
    return 0;
  }
  const bucket = 32 - Math.clz32(Math.ceil(seconds / 0.002) - 1);
  return bucket < 14 ? bucket : 14;
}

/** Two span histograms, apart by outcome. */
export class OutcomeHistograms {
  readonly unset = new LatencyHistogram(SPAN_BOUNDS);
  readonly error = new LatencyHistogram(SPAN_BOUNDS);

  /** Adds `weight` observations. */
  observe(seconds: number, failed: boolean, weight: number): void {
    (failed ? this.error : this.unset).observe(seconds, weight);
  }

  get count(): number {
    return this.unset.count + this.error.count;
  }
}
