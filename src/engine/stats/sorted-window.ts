import { rankOrder } from './rank-order.ts';
import type { StateReader, StateWriter } from './state-bytes.ts';

const FIRST_LENGTH = 64;

/**
 * The last `capacity` values in ascending order: a ring and its order statistics.
 *
 * Values are kept in single precision (relative error 6e-8) and in six bytes each: a ring of values and, per rank, the
 * place in the ring. Callers that compare a value with the window must round it with `Math.fround` first, as
 * {@link countBelow} does.
 * Cost O(log n) search plus O(n) moves of two bytes per push; O(1) per quantile.
 */
export class SortedWindow {
  /** Grows up to the capacity, which few windows reach in their first days. */
  private ring: Float32Array;
  /** Place in the ring of the value of each rank. */
  private order: Uint16Array;
  private readonly capacity: number;
  private count = 0;
  private next = 0;

  /** @throws RangeError when `capacity` is not an integer from 1 to 65,535 */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 65_535) {
      throw new RangeError('SortedWindow needs a capacity from 1 to 65535');
    }
    this.capacity = capacity;
    const length = Math.min(capacity, FIRST_LENGTH);
    this.ring = new Float32Array(length);
    this.order = new Uint16Array(length);
  }

  /** Number of values held, 0 to `capacity`. */
  get size(): number {
    return this.count;
  }

  /** Adds a value; the oldest leaves when the window is full. Throws RangeError when it is not finite. */
  push(value: number): void {
    const rounded = toFinite32(value);
    if (this.count === this.ring.length && this.count < this.capacity) {
      this.grow();
    }
    const { order, ring, next } = this;
    const rank = this.countAtMost(rounded);
    if (this.count < this.capacity) {
      order.copyWithin(rank + 1, rank, this.count);
      order[rank] = next;
      this.count += 1;
    } else {
      // The newest takes the place of the oldest; only the ranks between the two move.
      const left = this.countBelow(ring[next] ?? 0);
      if (left < rank) {
        order.copyWithin(left, left + 1, rank);
        order[rank - 1] = next;
      } else {
        order.copyWithin(rank + 1, rank, left);
        order[rank] = next;
      }
    }
    ring[next] = rounded;
    this.next = next + 1 === this.capacity ? 0 : next + 1;
  }

  /** Quantile by linear interpolation, `p` 0 to 1. Throws RangeError while empty. */
  quantile(p: number): number {
    if (this.count === 0) {
      throw new RangeError('SortedWindow is empty');
    }
    const index = (this.count - 1) * p;
    const below = Math.floor(index);
    const low = this.at(below);
    if (below + 1 >= this.count) {
      return low;
    }
    const high = this.at(below + 1);
    return low === high ? low : low + (high - low) * (index - below);
  }

  /** The value of a rank, 0 = smallest. */
  at(rank: number): number {
    return this.ring[this.order[rank] ?? 0] ?? 0;
  }

  /** The value that was pushed `age` pushes ago, 0 = newest; age < size. */
  recent(age: number): number {
    const index = this.next - 1 - age;
    return this.ring[index < 0 ? index + this.capacity : index] ?? 0;
  }

  /** How many held values are smaller than `value`, of which at least `from` are known to be. */
  countBelow(value: number, from = 0): number {
    const { order, ring } = this;
    const rounded = Math.fround(value);
    let low = from;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ring[order[middle] ?? 0] ?? 0) < rounded) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many held values are not larger than `value`, of which at least `from` are known to be. */
  countAtMost(value: number, from = 0): number {
    const { order, ring } = this;
    const rounded = Math.fround(value);
    let low = from;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ring[order[middle] ?? 0] ?? 0) <= rounded) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** A copy of the values in ascending order. */
  ascending(): number[] {
    return Array.from({ length: this.count }, (_, rank) => this.at(rank));
  }

  /** Copies the values, oldest first, to the beginning of `target`; returns how many. */
  copyInTime(target: Float64Array): number {
    const n = Math.min(this.count, target.length);
    for (let age = 0; age < n; age += 1) {
      target[n - 1 - age] = this.recent(age);
    }
    return n;
  }

  /** Forgets everything. */
  clear(): void {
    this.count = 0;
    this.next = 0;
  }

  /** Appends the values, oldest first, to a state. */
  write(writer: StateWriter): void {
    const inTime = new Float32Array(this.count);
    for (let age = 0; age < this.count; age += 1) {
      inTime[this.count - 1 - age] = this.recent(age);
    }
    writer.f32s(inTime);
  }

  /** Takes the values back from a state. Throws RangeError when they do not fit or are not finite. */
  read(reader: StateReader): void {
    this.clear();
    const ring = reader.f32List(this.capacity);
    if (!ring.every(Number.isFinite)) {
      throw new RangeError('state holds values that are not finite');
    }
    this.ring = ring;
    this.order = new Uint16Array(ring.length);
    rankOrder(ring, ring.length, this.order);
    this.count = ring.length;
    this.next = this.count === this.capacity ? 0 : this.count;
  }

  /** Until the window is full, places are in the order of time. */
  private grow(): void {
    const length = Math.min(this.capacity, Math.max(FIRST_LENGTH, 2 * this.ring.length));
    const [ring, order] = [new Float32Array(length), new Uint16Array(length)];
    ring.set(this.ring);
    order.set(this.order);
    this.ring = ring;
    this.order = order;
    this.next = this.count;
  }
}

function toFinite32(value: number): number {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) {
    throw new RangeError('SortedWindow takes finite values only');
  }
  return rounded;
}
