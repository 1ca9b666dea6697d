import { rankOrder } from './rank-order.ts';

/** Places that enter or leave at once: working space of one call, shared by all rings. */
const MOST_AT_ONCE = 64;
const PLACES = new Uint16Array(MOST_AT_ONCE);
const FIRST_LENGTH = 64;

/**
 * The last `capacity` numbers >= 0 in order of arrival and by rank, of which many may be zero: those cost a bit each,
 * all others six bytes. Numbers enter in batches. Single precision.
 *
 * Cost of a batch of b numbers: O(b log n) searches plus O(n) moves of two bytes; O(1) per rank, O(log n) per search.
 */
export class RankedRing {
  private readonly capacity: number;
  /** One bit per number, by arrival modulo the capacity: whether it is zero. */
  private readonly zeroBits: Uint8Array;
  /** Of the next arrival. */
  private nextBit = 0;
  private zeros = 0;
  /** The numbers that are not zero, by arrival; a ring that grows. */
  private ring: Float32Array;
  /** Places in the ring, by rank. */
  private order: Uint16Array;
  private next = 0;
  private count = 0;

  /** @param capacity  numbers remembered, 1 to 65,535 */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.zeroBits = new Uint8Array(Math.ceil(capacity / 8));
    this.ring = new Float32Array(Math.min(capacity, FIRST_LENGTH));
    this.order = new Uint16Array(this.ring.length);
  }

  /** Numbers held. */
  get size(): number {
    return this.zeros + this.count;
  }

  /** Numbers held that are zero: the first ranks. */
  get zeroCount(): number {
    return this.zeros;
  }

  /** The number of a rank, 0 = smallest. */
  at(rank: number): number {
    return rank < this.zeros ? 0 : this.valueAt(this.order[rank - this.zeros]);
  }

  /** How many numbers are smaller. */
  countBelow(value: number): number {
    return value > 0 ? this.zeros + this.ranksBelow(value) : 0;
  }

  /** Adds the first `added` of a batch, at most 64; the oldest leave where there is no room. */
  push(batch: Float32Array, added: number): void {
    this.dropOldest(Math.max(0, this.size + added - this.capacity));
    let fresh = 0;
    for (let i = 0; i < added; i += 1) {
      const isZero = batch[i] === 0;
      this.setBit(isZero);
      if (isZero) {
        this.zeros += 1;
      } else {
        this.makeRoom(fresh);
        this.ring[this.next] = batch[i] ?? 0;
        PLACES[fresh] = this.next;
        this.next = this.next + 1 === this.ring.length ? 0 : this.next + 1;
        fresh += 1;
      }
    }
    this.sortPlaces(fresh);
    this.merge(fresh);
  }

  /** The numbers in order of arrival. */
  inTime(): Float32Array {
    const all = new Float32Array(this.size);
    const first = this.wrap(this.nextBit - this.size, this.capacity);
    let place = this.wrap(this.next - this.count, this.ring.length);
    for (let i = 0; i < all.length; i += 1) {
      if (!this.isZero((first + i) % this.capacity)) {
        all[i] = this.ring[place] ?? 0;
        place = place + 1 === this.ring.length ? 0 : place + 1;
      }
    }
    return all;
  }

  /** Begins again with numbers in order of arrival. */
  restore(values: Float32Array): void {
    const ring = values.filter((value) => value !== 0);
    this.ring = ring.length === 0 ? new Float32Array(Math.min(this.capacity, FIRST_LENGTH)) : ring;
    this.order = new Uint16Array(this.ring.length);
    rankOrder(ring, ring.length, this.order);
    this.count = ring.length;
    this.next = this.count % this.ring.length;
    this.nextBit = 0;
    for (const value of values) {
      this.setBit(value === 0);
    }
    this.zeros = values.length - ring.length;
  }

  private valueAt(place: number | undefined): number {
    return this.ring[place ?? 0] ?? 0;
  }

  private wrap(index: number, length: number): number {
    return index < 0 ? index + length : index;
  }

  private isZero(index: number): boolean {
    return ((this.zeroBits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  private setBit(isZero: boolean): void {
    const mask = 1 << (this.nextBit & 7);
    const byte = this.nextBit >> 3;
    const old = this.zeroBits[byte] ?? 0;
    this.zeroBits[byte] = isZero ? old | mask : old & ~mask;
    this.nextBit = this.nextBit + 1 === this.capacity ? 0 : this.nextBit + 1;
  }

  /** Makes room for one more beside those held and `fresh` others. */
  private makeRoom(fresh: number): void {
    const { length } = this.ring;
    const held = this.count + fresh;
    if (held < length) {
      return;
    }
    const first = this.wrap(this.next - held, length);
    const grown = new Float32Array(Math.min(this.capacity, 2 * length));
    grown.set(this.ring.subarray(first));
    grown.set(this.ring.subarray(0, first), length - first);
    const order = new Uint16Array(grown.length);
    for (let rank = 0; rank < this.count; rank += 1) {
      order[rank] = this.wrap((this.order[rank] ?? 0) - first, length);
    }
    for (let i = 0; i < fresh; i += 1) {
      PLACES[i] = this.wrap((PLACES[i] ?? 0) - first, length);
    }
    this.ring = grown;
    this.order = order;
    this.next = held;
  }

  /** Takes the oldest numbers out. */
  private dropOldest(dropped: number): void {
    const first = this.wrap(this.nextBit - this.size, this.capacity);
    const oldest = this.wrap(this.next - this.count, this.ring.length);
    let leaving = 0;
    for (let i = 0; i < dropped; i += 1) {
      if (this.isZero((first + i) % this.capacity)) {
        this.zeros -= 1;
      } else {
        PLACES[leaving] = (oldest + leaving) % this.ring.length;
        leaving += 1;
      }
    }
    this.sortPlaces(leaving);
    this.dropPlaces(leaving);
  }

  private dropPlaces(leaving: number): void {
    const { order, count } = this;
    let kept = 0;
    let start = 0;
    let before = NaN;
    for (let i = 0; i < leaving; i += 1) {
      const value = this.valueAt(PLACES[i]);
      // Among equal values the oldest comes first: their ranks follow each other.
      const rank = value === before ? start : this.ranksBelow(value);
      order.copyWithin(kept, start, rank);
      kept += rank - start;
      start = rank + 1;
      before = value;
    }
    if (leaving > 0) {
      order.copyWithin(kept, start, count);
      this.count -= leaving;
    }
  }

  /** Sorts the first places by their values, by insertion; equal values keep their order. */
  private sortPlaces(count: number): void {
    const { ring } = this;
    for (let i = 1; i < count; i += 1) {
      const place = PLACES[i] ?? 0;
      const value = ring[place] ?? 0;
      let at = i;
      while (at > 0 && (ring[PLACES[at - 1] ?? 0] ?? 0) > value) {
        PLACES[at] = PLACES[at - 1] ?? 0;
        at -= 1;
      }
      PLACES[at] = place;
    }
  }

  /** Merges the ascending fresh places into the order; among equal values the oldest comes first. */
  private merge(count: number): void {
    const { order } = this;
    let end = this.count;
    for (let fresh = count - 1; fresh >= 0; fresh -= 1) {
      const place = PLACES[fresh] ?? 0;
      const rank = this.ranksAtMost(this.valueAt(place), end);
      order.copyWithin(rank + fresh + 1, rank, end);
      order[rank + fresh] = place;
      end = rank;
    }
    this.count += count;
  }

  private ranksBelow(value: number): number {
    const { ring, order } = this;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ring[order[middle] ?? 0] ?? 0) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many of the first `end` ranks are not larger than a value. */
  private ranksAtMost(value: number, end: number): number {
    const { ring, order } = this;
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ring[order[middle] ?? 0] ?? 0) <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
