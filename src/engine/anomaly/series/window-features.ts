import { SortedWindow } from '../../stats/sorted-window.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';

/** Numbers of one feature row. */
export const WINDOW_FEATURES = 6;
const DAYS = 14;
const LEAST_EARLIER = 6;

/**
 * Six features of a point and its recent past, for the window forest: value; first difference; mean and standard
 * deviation of the last hour; residual from the median of the same time on up to 14 earlier days (or from the recent
 * level where fewer than two days are known); mean of the last hour less the level of the last day.
 *
 * Cost O(days) per point, no allocation. Source: detection 4.8.
 */
export class WindowFeatures {
  readonly row = new Float64Array(WINDOW_FEATURES);
  private readonly perDay: number;
  private readonly short: Float64Array;
  /** Value of each of the last 14 days of slots; NaN where there was none. */
  private readonly slots: Float32Array;
  private readonly earlier = new Float64Array(3 * DAYS);
  private readonly recentLevel: SortedWindow;
  private readonly dayLevel: SortedWindow;
  private offset = NaN;
  private firstSlot = NaN;
  private lastSlot = NaN;
  private count = 0;

  constructor(pointsPerDay: number) {
    this.perDay = Math.max(2, Math.round(pointsPerDay));
    this.short = new Float64Array(Math.max(6, Math.min(720, Math.round(pointsPerDay / 24))));
    this.slots = new Float32Array(DAYS * Math.min(this.perDay, 1440) + 2).fill(NaN);
    this.recentLevel = new SortedWindow(Math.min(300, Math.max(50, this.perDay >> 1)));
    this.dayLevel = new SortedWindow(Math.min(600, Math.max(100, this.perDay)));
  }

  /** Takes in a point and fills {@link row}. Slots rise strictly. */
  step(value: number, slot: number): void {
    if (this.count === 0) {
      this.offset = value;
      this.firstSlot = slot;
      this.lastSlot = slot - 1;
    }
    const x = value - this.offset;
    const { row, short } = this;
    const before = this.count === 0 ? x : (short[(this.count - 1) % short.length] ?? x);
    short[this.count % short.length] = x;
    this.count += 1;
    this.advanceTo(slot);
    const expected = this.expected(slot, x);
    this.slots[slot % this.slots.length] = x;
    row[0] = x;
    row[1] = x - before;
    this.fillShort();
    row[4] = x - expected;
    row[5] = (row[2] ?? 0) - (this.dayLevel.size > 10 ? this.dayLevel.quantile(0.5) : x);
    this.recentLevel.push(x);
    this.dayLevel.push(x);
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.f64(this.offset).f64(this.firstSlot).f64(this.lastSlot).u32(this.count);
    writer.f64s(this.short).f32s(this.slots);
    this.recentLevel.write(writer);
    this.dayLevel.write(writer);
  }

  /** Takes the state back. Throws RangeError when it does not fit. */
  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.firstSlot = reader.f64();
    this.lastSlot = reader.f64();
    this.count = reader.u32();
    reader.f64s(this.short);
    reader.f32s(this.slots);
    this.recentLevel.read(reader);
    this.dayLevel.read(reader);
  }

  /** Empties the slots that were skipped. */
  private advanceTo(slot: number): void {
    const { slots } = this;
    const from = Math.max(this.lastSlot + 1, slot - slots.length);
    for (let empty = from; empty < slot; empty += 1) {
      slots[empty % slots.length] = NaN;
    }
    this.lastSlot = slot;
  }

  private fillShort(): void {
    const { short, row } = this;
    const n = Math.min(this.count, short.length);
    let sum = 0;
    for (let i = 0; i < n; i += 1) {
      sum += short[i] ?? 0;
    }
    const mean = sum / n;
    let squares = 0;
    for (let i = 0; i < n; i += 1) {
      const deviation = (short[i] ?? 0) - mean;
      squares += deviation * deviation;
    }
    row[2] = mean;
    row[3] = Math.sqrt(squares / n);
  }

  private expected(slot: number, x: number): number {
    const { slots, perDay } = this;
    const isDaily = perDay >= 20 && DAYS * perDay < slots.length;
    if (isDaily && slot - this.firstSlot > 2 * perDay) {
      let found = 0;
      for (let day = 1; day <= DAYS; day += 1) {
        const centre = slot - day * perDay;
        if (centre - 1 < this.firstSlot) {
          break;
        }
        for (let near = centre - 1; near <= centre + 1; near += 1) {
          // The slot that the ring has lost after 14 days is the one before the oldest.
          const seen = slot - near <= slots.length ? (slots[near % slots.length] ?? NaN) : NaN;
          if (seen === seen && near < slot) {
            insertSorted(this.earlier, found, seen);
            found += 1;
          }
        }
      }
      if (found >= LEAST_EARLIER) {
        return this.earlier[found >> 1] ?? x;
      }
    }
    return this.recentLevel.size > 10 ? this.recentLevel.quantile(0.5) : x;
  }
}

function insertSorted(sorted: Float64Array, count: number, value: number): void {
  let at = count;
  while (at > 0 && (sorted[at - 1] ?? 0) > value) {
    sorted[at] = sorted[at - 1] ?? 0;
    at -= 1;
  }
  sorted[at] = value;
}
