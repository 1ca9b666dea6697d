import { NORMAL_IQR } from '../stats/robust-scale.ts';
import { SortedWindow } from '../stats/sorted-window.ts';

/** Level and spread that a robust-z window expects. */
export interface LevelExpectation {
  readonly centre: number;
  readonly scale: number;
}

/**
 * Robust z against the recent past: median and quartiles of the last `capacity` accepted values.
 *
 * The slow partner of the EWMA: an excursion stays visible until half of the window is new.
 *
 * Cost O(W) moves per push, O(1) per answer. Ref: Iglewicz & Hoaglin 1993; `|x - med| / max(scaled IQR, floor)`.
 */
export class RobustZ {
  private readonly window: SortedWindow;
  private readonly floor: (level: number) => number;

  /**
   * @param capacity  values remembered
   * @param floor  smallest scale to assume at a level, in the unit of the series
   */
  constructor(capacity: number, floor: (level: number) => number) {
    this.window = new SortedWindow(capacity);
    this.floor = floor;
  }

  /** Values known. */
  get size(): number {
    return this.window.size;
  }

  /** What is usual now; undefined with fewer than 30 values. */
  expect(): LevelExpectation | undefined {
    if (this.window.size < 30) {
      return undefined;
    }
    const centre = this.window.quantile(0.5);
    const iqr = (this.window.quantile(0.75) - this.window.quantile(0.25)) / NORMAL_IQR;
    const wide = (0.3 * (this.window.quantile(0.95) - this.window.quantile(0.05))) / 3.29;
    return { centre, scale: Math.max(iqr, wide, this.floor(centre)) };
  }

  /** Takes in one finite value. */
  push(value: number): void {
    this.window.push(value);
  }
}
