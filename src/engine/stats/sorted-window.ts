import { quantileSorted } from './quantile.ts';

/**
 * The last `capacity` values in ascending order: a ring and its order statistics.
 *
 * Use it for running medians and quantiles. Values must be finite.
 * Cost O(log n) search plus O(n) moves per push; O(1) per quantile.
 */
export class SortedWindow {
  private readonly sorted: number[] = [];
  private readonly ring: number[] = [];
  private next = 0;
  private readonly capacity: number;

  /** @throws RangeError when `capacity` is not a positive integer */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError('SortedWindow needs a positive integer capacity');
    }
    this.capacity = capacity;
  }

  /** Number of values held, 0 to `capacity`. */
  get size(): number {
    return this.sorted.length;
  }

  /** Adds a value; the oldest leaves when the window is full. Throws RangeError when it is not finite. */
  push(value: number): void {
    if (!Number.isFinite(value)) {
      throw new RangeError('SortedWindow takes finite values only');
    }
    if (this.ring.length < this.capacity) {
      this.ring.push(value);
    } else {
      this.sorted.splice(this.countBelow(this.ring[this.next] ?? 0), 1);
      this.ring[this.next] = value;
      this.next = (this.next + 1) % this.capacity;
    }
    this.sorted.splice(this.countBelow(value), 0, value);
  }

  /** Quantile by linear interpolation, `p` 0 to 1. Throws RangeError while empty. */
  quantile(p: number): number {
    return quantileSorted(this.sorted, p);
  }

  /** How many held values are smaller than `value`. */
  countBelow(value: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] ?? 0) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The values in ascending order. Valid until the next push. */
  ascending(): readonly number[] {
    return this.sorted;
  }
}
