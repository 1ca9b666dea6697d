import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { type DetectorFloor, floorAt, MAX_RAW } from './scale-floor.ts';
import type { SeriesDetector } from './series-detector.ts';
import { SpreadWindow } from './spread-window.ts';

const REACH = 4032;
const WARM_UP = 6;
const FIRST_LENGTH = 64;
const MOST_LENGTH = 2 * REACH + 2;

/**
 * Left discord of length 2: distance of the last two values, as a pair, to the nearest earlier pair.
 *
 * Sees a jump, a value in the wrong place and a change of slope that was not seen in the last 4,032 points. Pairs across
 * a gap are not compared.
 *
 * Cost O(R) per point, direct evaluation. Source: detection 4.6: `D^2 = min (x_i - x_j)^2 + (x_{i-1} - x_{j-1})^2` over
 * `2 <= i - j <= R`, `raw = sqrt(D^2 / 2) / S`; left discords after Yeh et al. 2016, ICDM, "Matrix Profile I".
 */
export class LeftDiscord implements SeriesDetector {
  readonly id = 'discord';
  private readonly floor: DetectorFloor;
  /** Oldest first; NaN marks a gap. Grows to twice the reach, so that it is moved only once in `REACH` points. */
  private history = new Float32Array(FIRST_LENGTH);
  private length = 0;
  private offset = NaN;
  private readonly spread = new SpreadWindow();
  private count = 0;

  constructor(floor: DetectorFloor) {
    this.floor = floor;
  }

  step(value: number): number {
    if (Number.isNaN(this.offset)) {
      this.offset = value;
    }
    const x = Math.fround(value - this.offset);
    const raw = this.count >= WARM_UP ? this.judge(x, value) : NaN;
    this.append(x);
    this.spread.push(value);
    this.count += 1;
    return raw;
  }

  gap(): void {
    if (this.count > 0) {
      this.append(NaN);
    }
  }

  write(writer: StateWriter): void {
    const from = Math.max(0, this.length - REACH - 1);
    writer.f64(this.offset).u32(this.count).f32s(this.history.slice(from, this.length));
    this.spread.write(writer);
  }

  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.count = reader.u32();
    this.history = reader.f32List(MOST_LENGTH);
    this.length = this.history.length;
    this.spread.read(reader);
  }

  private append(x: number): void {
    if (this.length === MOST_LENGTH) {
      this.history.copyWithin(0, this.length - REACH - 1, this.length);
      this.length = REACH + 1;
    } else if (this.length === this.history.length) {
      const history = new Float32Array(Math.min(MOST_LENGTH, Math.max(FIRST_LENGTH, 2 * this.length)));
      history.set(this.history);
      this.history = history;
    }
    this.history[this.length] = x;
    this.length += 1;
  }

  private judge(x: number, value: number): number {
    const { history, length } = this;
    const before = history[length - 1] ?? NaN;
    const from = Math.max(1, length - REACH);
    let best = Infinity;
    let earlier = history[from - 1] ?? NaN;
    for (let j = from; j <= length - 2; j += 1) {
      const there = history[j] ?? NaN;
      const last = x - there;
      const first = before - earlier;
      const distance = last * last + first * first;
      if (distance < best) {
        best = distance;
      }
      earlier = there;
    }
    if (best === Infinity) {
      return NaN;
    }
    const scale = Math.max(this.spread.quartileScale, 0.3 * this.spread.wideScale, floorAt(this.floor, value));
    return Math.min(MAX_RAW, Math.sqrt(best / 2) / scale);
  }
}
