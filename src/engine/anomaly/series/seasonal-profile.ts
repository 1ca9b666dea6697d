import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { type DetectorFloor, floorAt, MAX_RAW } from './scale-floor.ts';
import type { SeriesDetector } from './series-detector.ts';

const MS_PER_DAY = 86_400_000;
const LEAST_BUCKET_MS = 300_000;
const WARM_UP = 50;
const CLIP_SIGMAS = 3;
const BUCKET_GAIN = 0.25;
const LEVEL_GAIN = 0.05;
const WEEKEND_AFTER_MS = 21 * MS_PER_DAY;

/** Settings of {@link SeasonalProfile}. */
export interface SeasonalSettings {
  readonly stepMs: number;
  readonly floor: DetectorFloor;
  /** Seconds that local time is ahead of UTC at an instant; default 0. */
  readonly utcOffsetSeconds?: ((atMs: number) => number) | undefined;
}

/**
 * Daily profile: the usual value of every time of day, learned bucket by bucket, with the slow level where a bucket is
 * empty. As a detector: distance from it in standard deviations of the residual.
 *
 * Buckets follow local time. Weekends have buckets of their own once three weeks are known. Ready after two days.
 *
 * Cost O(1), no allocation. Source: detection 4.2: `r = x - m_b`, `r' = clip(r, 3 sqrt v)` after 50 points,
 * `v += max(1/n, 1/(2 ppd)) (r'^2 - v)`, `m_b += .25 r'`, `level += .05 (x - level)`. Deviation: buckets are at least
 * five minutes long (a bucket per step of 15 s would see one value a day), so `m_b` moves by `.25 / values per bucket`.
 */
export class SeasonalProfile implements SeriesDetector {
  readonly id = 'seasonal';
  private readonly bucketMs: number;
  private readonly gain: number;
  private readonly slowRate: number;
  private readonly floor: DetectorFloor;
  private readonly utcOffsetSeconds: ((atMs: number) => number) | undefined;
  /** Weekday buckets, then weekend buckets; NaN where nothing was seen. */
  private readonly buckets: Float64Array;
  private readonly perDay: number;
  private level = NaN;
  private variance = 0;
  private count = 0;
  private firstMs = NaN;
  private lastMs = NaN;
  /** Whether weekends have buckets of their own by now. */
  private hasWeekends = false;
  /** The bucket of the last time that was asked for: a point is judged and then learned. */
  private bucketKnown = 0;
  private bucketMsKnown = NaN;

  /** @throws RangeError when the step is not positive */
  constructor(settings: SeasonalSettings) {
    if (!(settings.stepMs > 0)) {
      throw new RangeError('SeasonalProfile needs a positive step');
    }
    this.bucketMs = Math.min(MS_PER_DAY, Math.max(settings.stepMs, LEAST_BUCKET_MS));
    this.gain = BUCKET_GAIN * Math.min(1, settings.stepMs / this.bucketMs);
    this.slowRate = settings.stepMs / (2 * MS_PER_DAY);
    this.floor = settings.floor;
    this.utcOffsetSeconds = settings.utcOffsetSeconds;
    this.perDay = Math.ceil(MS_PER_DAY / this.bucketMs);
    this.buckets = new Float64Array(2 * this.perDay).fill(NaN);
  }

  /** Whether two days have been seen. */
  get ready(): boolean {
    return this.lastMs - this.firstMs >= 2 * MS_PER_DAY;
  }

  /** Standard deviation of the residuals; 0 before the second value. */
  get scale(): number {
    return Math.sqrt(this.variance);
  }

  /** What is usual at a time; NaN before the first value. */
  expect(atMs: number): number {
    const usual = this.buckets[this.bucketOf(atMs)] ?? NaN;
    return Number.isNaN(usual) ? this.level : usual;
  }

  step(value: number, _slot: number, atMs: number): number {
    const raw = this.judge(value, atMs);
    this.learn(value, atMs);
    return raw;
  }

  /** Raw value of a point that is not taken in; NaN for the first 50. */
  judge(value: number, atMs: number): number {
    if (this.count <= WARM_UP) {
      return NaN;
    }
    const expected = this.expect(atMs);
    const spread = Math.sqrt(this.variance);
    const least = floorAt(this.floor, expected);
    return Math.min(MAX_RAW, Math.abs(value - expected) / (spread > least ? spread : least));
  }

  /** Takes a point in. */
  learn(value: number, atMs: number): void {
    if (this.count === 0) {
      this.firstMs = atMs;
      this.level = value;
    }
    const bucket = this.bucketOf(atMs);
    const usual = this.buckets[bucket] ?? NaN;
    const isNew = Number.isNaN(usual);
    const spread = Math.sqrt(this.variance);
    const residual = value - (isNew ? this.level : usual);
    const limit = CLIP_SIGMAS * spread;
    const isClipped = this.count > WARM_UP && spread > 0;
    const clipped = isClipped ? Math.max(-limit, Math.min(limit, residual)) : residual;
    this.count += 1;
    this.variance += Math.max(1 / this.count, this.slowRate) * (clipped * clipped - this.variance);
    this.buckets[bucket] = isNew ? value : usual + this.gain * clipped;
    this.level += LEVEL_GAIN * (value - this.level);
    this.lastMs = atMs;
  }

  gap(): void {
    // Buckets go by time.
  }

  write(writer: StateWriter): void {
    writer.f64(this.level).f64(this.variance).u32(this.count).f64(this.firstMs).f64(this.lastMs);
    writer.u32(this.hasWeekends ? 1 : 0).f64s(this.buckets, this.hasWeekends ? 2 * this.perDay : this.perDay);
  }

  read(reader: StateReader): void {
    this.bucketMsKnown = NaN;
    this.level = reader.f64();
    this.variance = reader.f64();
    this.count = reader.u32();
    this.firstMs = reader.f64();
    this.lastMs = reader.f64();
    this.hasWeekends = reader.u32() === 1;
    reader.f64s(this.buckets);
  }

  private bucketOf(atMs: number): number {
    if (atMs !== this.bucketMsKnown) {
      this.bucketKnown = this.findBucket(atMs);
      this.bucketMsKnown = atMs;
    }
    return this.bucketKnown;
  }

  private findBucket(atMs: number): number {
    const localMs = this.utcOffsetSeconds === undefined ? atMs : atMs + 1000 * this.utcOffsetSeconds(atMs);
    const day = Math.floor(localMs / MS_PER_DAY);
    const bucket = Math.floor((localMs - day * MS_PER_DAY) / this.bucketMs);
    if (!this.hasWeekends) {
      if (!(atMs - this.firstMs >= WEEKEND_AFTER_MS)) {
        return bucket;
      }
      this.hasWeekends = true;
      this.buckets.copyWithin(this.perDay, 0, this.perDay);
    }
    // Day 0 of the epoch was a Thursday.
    const isWeekend = (((day + 3) % 7) + 7) % 7 >= 5;
    return isWeekend ? bucket + this.perDay : bucket;
  }
}
