import type { StateReader, StateWriter } from './state-bytes.ts';

/**
 * The last rows of a vector, readable as one stretch of numbers without moving any: every row is written twice.
 *
 * Cost O(width) per row.
 */
export class RowWindow {
  /** Twice `capacity` rows. */
  readonly rows: Float64Array;
  /** Which features were there, 1 or 0, in the same layout. */
  readonly present: Uint8Array;
  private readonly capacity: number;
  private readonly width: number;
  private newest = -1;
  private count = 0;

  /**
   * @param capacity  rows remembered
   * @param width  numbers of a row
   */
  constructor(capacity: number, width: number) {
    this.capacity = capacity;
    this.width = width;
    this.rows = new Float64Array(2 * capacity * width);
    this.present = new Uint8Array(2 * capacity * width);
  }

  /** Rows held. */
  get size(): number {
    return this.count;
  }

  /** Takes in one row. */
  push(row: Float64Array, present: Uint8Array): void {
    this.newest = (this.newest + 1) % this.capacity;
    this.count = Math.min(this.capacity, this.count + 1);
    for (const slot of [this.newest, this.newest + this.capacity]) {
      this.rows.set(row, slot * this.width);
      this.present.set(present, slot * this.width);
    }
  }

  /** Where the last `length` rows begin in `rows` and `present`; `length` <= `size`. */
  offset(length: number): number {
    return (this.newest + this.capacity - length + 1) * this.width;
  }

  /** Forgets the rows. */
  clear(): void {
    this.count = 0;
  }

  /** Appends the state. */
  save(writer: StateWriter): void {
    writer
      .int(this.newest + 1)
      .int(this.count)
      .float64(this.rows)
      .raw(this.present);
  }

  /** Reads what {@link save} wrote, into this. */
  restore(reader: StateReader): void {
    const newest = reader.int() - 1;
    const count = reader.int();
    this.rows.set(reader.float64(this.rows.length));
    this.present.set(reader.raw(this.present.length));
    if (newest >= this.capacity || count > this.capacity || (count > 0 && newest < 0)) {
      throw new RangeError('a saved window is impossible');
    }
    this.newest = newest;
    this.count = count;
  }
}
