const MS_PER_DAY = 86_400_000;

/** What the seasonal profile expects at one instant. */
export interface SeasonalExpectation {
  /** In the unit of the series. */
  readonly centre: number;
  /** Standard deviation of the residuals; 0 before the second value. */
  readonly scale: number;
}

/**
 * Daily profile: the usual value of every time of day, learned bucket by bucket, with the slow level where a bucket is
 * empty.
 *
 * Buckets are UTC. Ready after two days of history, see {@link SeasonalProfile.ready}; before that it must not be used.
 *
 * Cost O(1) per step, one number per bucket. Ref: detection 4.2: `r = x - m_b`, `r' = clip(r, 3 sqrt(v))` after 50
 * points, `v += max(1/n, 1/(2 ppd)) (r'^2 - v)`, `m_b += .25 r'`, `level += .05 (x - level)`. Deviation: buckets of at
 * least five minutes (at 15 s steps a bucket per step would see one value a day), so `m_b` moves by `.25 /
 * valuesPerBucket`.
 */
export class SeasonalProfile {
  private readonly bucketMs: number;
  private readonly gain: number;
  private readonly buckets: (number | undefined)[];
  private readonly pointsPerDay: number;
  private level: number | undefined;
  private variance = 0;
  private count = 0;
  private firstMs: number | undefined;
  private lastMs = 0;

  /**
   * @param stepMs  distance of two points
   * @throws RangeError when the step is not positive
   */
  constructor(stepMs: number) {
    if (!(stepMs > 0)) {
      throw new RangeError('SeasonalProfile needs a positive step');
    }
    this.bucketMs = Math.max(stepMs, 300_000);
    this.gain = (0.25 * stepMs) / this.bucketMs;
    this.pointsPerDay = MS_PER_DAY / stepMs;
    this.buckets = new Array<number | undefined>(Math.ceil(MS_PER_DAY / this.bucketMs)).fill(undefined);
  }

  /** Whether two days have been seen. */
  get ready(): boolean {
    return this.firstMs !== undefined && this.lastMs - this.firstMs >= 2 * MS_PER_DAY;
  }

  /** What is usual at `atMs`; undefined before the first value. */
  expect(atMs: number): SeasonalExpectation | undefined {
    const centre = this.buckets[this.bucketOf(atMs)] ?? this.level;
    return centre === undefined ? undefined : { centre, scale: Math.sqrt(this.variance) };
  }

  /** Takes in one finite value; times ascend. */
  push(atMs: number, value: number): void {
    const bucket = this.bucketOf(atMs);
    const expected = this.buckets[bucket] ?? this.level ?? value;
    const limit = this.count > 50 ? 3 * Math.sqrt(this.variance) : Infinity;
    const residual = Math.max(-limit, Math.min(limit, value - expected));
    this.count += 1;
    this.variance += Math.max(1 / this.count, 1 / (2 * this.pointsPerDay)) * (residual * residual - this.variance);
    const known = this.buckets[bucket];
    this.buckets[bucket] = known === undefined ? value : known + this.gain * residual;
    this.level = this.level === undefined ? value : this.level + 0.05 * (value - this.level);
    this.firstMs ??= atMs;
    this.lastMs = atMs;
  }

  private bucketOf(atMs: number): number {
    return Math.floor((((atMs % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY) / this.bucketMs);
  }
}
