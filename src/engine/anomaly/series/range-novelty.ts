import { SortedWindow } from '../../stats/sorted-window.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { type DetectorFloor, floorAt, MAX_RAW } from './scale-floor.ts';
import type { SeriesDetector } from './series-detector.ts';

/** Values that the window holds. */
export const RANGE_WINDOW = 4000;
const WARM_UP = 50;

/**
 * Range novelty: how far a value lies outside what was seen lately, and outside all that was ever seen.
 *
 * Quiet inside the range; a level shift scores until half a per cent of the window is new (20 points).
 *
 * Cost O(log W) plus moves of 4,000 two-byte ranks. Source: detection 4.5: with `S = q.95 - q.05`,
 * `raw = max(x - q.995, q.005 - x, 0) / S`, plus the distance beyond the all-time extremes over S.
 */
export class RangeNovelty implements SeriesDetector {
  readonly id = 'range';
  private readonly floor: DetectorFloor;
  private readonly window: SortedWindow;
  /** First value: subtracted, so that single precision suffices. */
  private offset = NaN;
  private lowest = Infinity;
  private highest = -Infinity;

  /**
   * @param floor  smallest width of the range
   * @param size  values in the window; default 4,000
   */
  constructor(floor: DetectorFloor, size = RANGE_WINDOW) {
    this.floor = floor;
    this.window = new SortedWindow(size);
  }

  /** Values in order of time, newest last, less a constant; for the seasonality test. */
  copyHistory(target: Float64Array): number {
    return this.window.copyInTime(target);
  }

  /** Median and interquartile range of the window, less the same constant; at least one value. */
  get quartiles(): { readonly centre: number; readonly width: number } {
    const { window } = this;
    return { centre: window.quantile(0.5), width: window.quantile(0.75) - window.quantile(0.25) };
  }

  step(value: number): number {
    if (Number.isNaN(this.offset)) {
      this.offset = value;
    }
    const x = Math.fround(value - this.offset);
    const raw = this.window.size > WARM_UP ? this.judge(x, value) : NaN;
    this.lowest = x < this.lowest ? x : this.lowest;
    this.highest = x > this.highest ? x : this.highest;
    this.window.push(x);
    return raw;
  }

  /** Forgets the all-time extremes: drift was accepted. */
  restartExtremes(): void {
    this.lowest = this.window.size === 0 ? Infinity : this.window.at(0);
    this.highest = this.window.size === 0 ? -Infinity : this.window.at(this.window.size - 1);
  }

  gap(): void {
    // What was seen stays seen.
  }

  write(writer: StateWriter): void {
    writer.f64(this.offset).f64(this.lowest).f64(this.highest);
    this.window.write(writer);
  }

  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.lowest = reader.f64();
    this.highest = reader.f64();
    this.window.read(reader);
  }

  private judge(x: number, value: number): number {
    const { window } = this;
    const above = x - window.quantile(0.995);
    const below = window.quantile(0.005) - x;
    const outside = above > below ? above : below;
    if (!(outside > 0)) {
      // Quantiles lie within the extremes.
      return 0;
    }
    const width = Math.max(window.quantile(0.95) - window.quantile(0.05), floorAt(this.floor, value));
    const beyond = Math.max(x - this.highest, this.lowest - x, 0);
    return Math.min(MAX_RAW, Math.min(MAX_RAW, outside / width) + Math.min(MAX_RAW, beyond / width));
  }
}
