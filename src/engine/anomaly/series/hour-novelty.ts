import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { RANGE_WINDOW, RangeNovelty } from './range-novelty.ts';
import type { DetectorFloor } from './scale-floor.ts';
import type { SeriesDetector } from './series-detector.ts';

const LEAST_POINTS = 6;
const MOST_POINTS = 720;

/**
 * Range novelty of what an hour looks like: of its mean (`slowRange`), or of its roughness, the root mean square of its
 * first differences (`roughness`).
 *
 * The slow forms see small shifts that last, and series that start or stop to fluctuate, where no single point is
 * strange. Every second point is judged and remembered, the other repeats it: neighbouring hours overlap anyway, and the
 * window of 2,000 reaches as far back as that of the fast form.
 *
 * Cost O(k + log W) every second point, k = max(6, ppd/24). Source: {@link RangeNovelty} on two scales of time; on real
 * and synthetic series the two members add 2 to 4 points of the NAB score and .05 to .08 of alert F1.
 */
export class HourNovelty implements SeriesDetector {
  readonly id: 'slowRange' | 'roughness';
  private readonly range: RangeNovelty;
  /** Values of the last hour, or squares of their differences. */
  private readonly hour: Float64Array;
  private count = 0;
  private offset = NaN;
  private previous = NaN;
  private raw = NaN;
  private isOdd = false;

  /**
   * @param id  which statistic of the hour is judged
   * @param pointsPerDay  sets how many points an hour has
   * @param floor  smallest width of the range
   */
  constructor(id: 'slowRange' | 'roughness', pointsPerDay: number, floor: DetectorFloor) {
    this.id = id;
    this.range = new RangeNovelty(floor, RANGE_WINDOW / 2);
    this.hour = new Float64Array(Math.max(LEAST_POINTS, Math.min(MOST_POINTS, Math.round(pointsPerDay / 24))));
  }

  get isRepeating(): boolean {
    return !this.isOdd;
  }

  step(value: number): number {
    if (Number.isNaN(this.offset)) {
      this.offset = value;
    }
    const difference = value - (Number.isNaN(this.previous) ? value : this.previous);
    this.previous = value;
    this.hour[this.count % this.hour.length] = this.id === 'slowRange' ? value - this.offset : difference * difference;
    this.count += 1;
    this.isOdd = !this.isOdd;
    if (this.isOdd) {
      this.raw = this.count < this.hour.length ? NaN : this.range.step(this.statistic());
    }
    return this.raw;
  }

  gap(): void {
    this.count = 0;
    this.previous = NaN;
    this.raw = NaN;
  }

  write(writer: StateWriter): void {
    writer
      .f64(this.offset)
      .f64(this.previous)
      .f64(this.raw)
      .u32(this.count)
      .u32(this.isOdd ? 1 : 0);
    writer.f64s(this.hour);
    this.range.write(writer);
  }

  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.previous = reader.f64();
    this.raw = reader.f64();
    this.count = reader.u32();
    this.isOdd = reader.u32() === 1;
    reader.f64s(this.hour);
    this.range.read(reader);
  }

  private statistic(): number {
    const { hour } = this;
    let sum = 0;
    for (let i = 0; i < hour.length; i += 1) {
      sum += hour[i] ?? 0;
    }
    const mean = sum / hour.length;
    return this.id === 'slowRange' ? mean + this.offset : Math.sqrt(mean);
  }
}
