import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { type DetectorFloor, floorAt, MAX_RAW } from './scale-floor.ts';
import type { SeriesDetector } from './series-detector.ts';

/** Settings of {@link Ewma}. */
export interface EwmaSettings {
  /** Weight of the newest value in the mean, 0 to 1; default 0.2. */
  readonly lambda?: number;
  /** Standard deviations of the flag; default 3. */
  readonly sigma?: number;
  /** Points in a day: the memory of the variance. */
  readonly pointsPerDay: number;
  readonly floor: DetectorFloor;
}

const WARM_UP = 30;
const CLIP_AFTER = 100;
const CLIP_SIGMAS = 4;

/**
 * EWMA: distance of a value from an exponentially weighted mean, in long-run standard deviations.
 *
 * It fires at a jump and is back to normal about ten points later. Raw value |z|, from the 33rd value on.
 *
 * Cost O(1), no allocation. Source: A3.3 (lambda .2, 3 sigma); Roberts 1959, Technometrics 1(3); `d = x - e`,
 * `z = |d| / max(sqrt v, floor)`, `v += max(1/max(100, ppd), 1/n) (d'^2 - v)` with d' clipped at 4 sqrt v after 100
 * points, `e += lambda d`. Deviation from A3.3: the variance is slow and clipped instead of
 * `(1-lambda)(v + lambda d^2)`, see {@link EwmaShort}.
 */
export class Ewma implements SeriesDetector {
  readonly id = 'ewma';
  private readonly lambda: number;
  private readonly sigma: number;
  private readonly slowRate: number;
  private readonly pointsPerDay: number;
  private readonly floor: DetectorFloor;
  private mean = NaN;
  private variance = 0;
  private count = 0;
  /** Bits of the last three scored points: whether z was above sigma. */
  private hits = 0;

  constructor(settings: EwmaSettings) {
    this.lambda = settings.lambda ?? 0.2;
    this.sigma = settings.sigma ?? 3;
    this.pointsPerDay = settings.pointsPerDay;
    this.slowRate = 1 / Math.max(100, settings.pointsPerDay);
    this.floor = settings.floor;
  }

  /** The documented flag: z above sigma on at least 2 of the last 3 scored points. */
  get flag(): boolean {
    return this.hits === 3 || this.hits >= 5;
  }

  /** What is expected next; NaN before the first value. */
  get level(): number {
    return this.mean;
  }

  step(value: number): number {
    if (Number.isNaN(this.mean)) {
      this.mean = value;
      return NaN;
    }
    const deviation = value - this.mean;
    const spread = Math.sqrt(this.variance);
    let raw = NaN;
    if (this.count > WARM_UP) {
      const least = floorAt(this.floor, this.mean);
      raw = Math.min(MAX_RAW, Math.abs(deviation) / (spread > least ? spread : least));
      this.hits = ((this.hits << 1) & 7) | (raw > this.sigma ? 1 : 0);
    }
    const limit = CLIP_SIGMAS * spread;
    const isClipped = this.count > CLIP_AFTER && spread > 0;
    const clipped = isClipped ? Math.max(-limit, Math.min(limit, deviation)) : deviation;
    this.count += 1;
    const rate = 1 / this.count;
    this.variance += (rate > this.slowRate ? rate : this.slowRate) * (clipped * clipped - this.variance);
    this.mean += this.lambda * deviation;
    return raw;
  }

  gap(slots: number, isLong: boolean): void {
    this.hits = 0;
    if (isLong) {
      this.mean = NaN;
    } else {
      this.variance *= 1 + slots / this.pointsPerDay;
    }
  }

  write(writer: StateWriter): void {
    writer.f64(this.mean).f64(this.variance).u32(this.count).u32(this.hits);
  }

  read(reader: StateReader): void {
    this.mean = reader.f64();
    this.variance = reader.f64();
    this.count = reader.u32();
    this.hits = reader.u32() & 7;
  }
}

/**
 * EWMA with the short variance of A3.3, `v = (1 - lambda)(v + lambda d^2)`: for comparison only.
 *
 * One outlier blinds it for a dozen points, and its tail is wild: three times the false alarms of {@link Ewma}.
 *
 * Cost O(1). Source: A3.3 as documented.
 */
export class EwmaShort implements SeriesDetector {
  readonly id = 'ewmaShort';
  private readonly lambda: number;
  private readonly floor: DetectorFloor;
  private mean = NaN;
  private variance = 0;
  private count = 0;

  constructor(settings: EwmaSettings) {
    this.lambda = settings.lambda ?? 0.2;
    this.floor = settings.floor;
  }

  step(value: number): number {
    if (Number.isNaN(this.mean)) {
      this.mean = value;
      return NaN;
    }
    const deviation = value - this.mean;
    const scale = Math.max(Math.sqrt(this.variance), floorAt(this.floor, this.mean));
    this.count += 1;
    const raw = this.count >= WARM_UP ? Math.min(MAX_RAW, Math.abs(deviation) / scale) : NaN;
    this.mean += this.lambda * deviation;
    this.variance = (1 - this.lambda) * (this.variance + this.lambda * deviation * deviation);
    return raw;
  }

  gap(_slots: number, isLong: boolean): void {
    if (isLong) {
      this.mean = NaN;
    }
  }

  write(writer: StateWriter): void {
    writer.f64(this.mean).f64(this.variance).u32(this.count);
  }

  read(reader: StateReader): void {
    this.mean = reader.f64();
    this.variance = reader.f64();
    this.count = reader.u32();
  }
}
