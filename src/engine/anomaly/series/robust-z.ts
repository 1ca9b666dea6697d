import { SortedWindow } from '../../stats/sorted-window.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { type DetectorFloor, floorAt, MAX_RAW } from './scale-floor.ts';
import type { SeriesDetector } from './series-detector.ts';
import { SpreadWindow } from './spread-window.ts';

const WARM_UP = 30;

/**
 * Robust z against the last day: distance from the median in median absolute deviations.
 *
 * Not in the default ensembles; for reports and comparison.
 *
 * Cost O(W). Source: detection 4.4; Iglewicz & Hoaglin 1993: `|x - med| / max(1.4826 MAD, .2 x .7413 IQR_2000, floor)`
 * over clamp(ppd, 100, 600) values.
 */
export class RobustZ implements SeriesDetector {
  readonly id = 'robustZ';
  private readonly floor: DetectorFloor;
  private readonly window: SortedWindow;
  private readonly spread = new SpreadWindow();
  private offset = NaN;

  constructor(pointsPerDay: number, floor: DetectorFloor) {
    this.floor = floor;
    this.window = new SortedWindow(Math.min(600, Math.max(100, Math.round(pointsPerDay))));
  }

  step(value: number): number {
    if (Number.isNaN(this.offset)) {
      this.offset = value;
    }
    const x = value - this.offset;
    let raw = NaN;
    if (this.window.size > WARM_UP) {
      const centre = this.window.quantile(0.5);
      const mad = 1.4826 * medianDeviation(this.window, centre);
      const scale = Math.max(mad, 0.2 * this.spread.quartileScale, floorAt(this.floor, centre + this.offset));
      raw = Math.min(MAX_RAW, Math.abs(x - centre) / scale);
    }
    this.window.push(x);
    this.spread.push(value);
    return raw;
  }

  gap(): void {
    // The level stays.
  }

  write(writer: StateWriter): void {
    writer.f64(this.offset);
    this.window.write(writer);
    this.spread.write(writer);
  }

  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.window.read(reader);
    this.spread.read(reader);
  }
}

/**
 * Median of the distances of a window's values from a centre, by walking outwards.
 *
 * @param window  at least one value
 * @param centre  usually the median
 * @returns the upper median of |value - centre|
 * Cost O(W).
 */
export function medianDeviation(window: SortedWindow, centre: number): number {
  let low = window.countBelow(centre) - 1;
  let high = low + 1;
  let distance = 0;
  for (let k = 0; k <= window.size >> 1; k += 1) {
    const down = low >= 0 ? centre - window.at(low) : Infinity;
    const up = high < window.size ? window.at(high) - centre : Infinity;
    if (down < up) {
      distance = down;
      low -= 1;
    } else {
      distance = up;
      high += 1;
    }
  }
  return distance;
}
