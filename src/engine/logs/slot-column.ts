import type { StateReader, StateWriter } from '../stats/state-bytes.ts';

/**
 * One number per template slot, growing as slots are used.
 *
 * Cost O(1) per access; eight bytes per slot.
 */
export class SlotColumn {
  private values: Float64Array<ArrayBuffer>;
  private readonly empty: number;

  /** @param empty  value of a slot that was never set, default 0 */
  constructor(empty = 0) {
    this.empty = empty;
    this.values = new Float64Array(16).fill(empty);
  }

  get(slot: number): number {
    return this.values[slot] ?? this.empty;
  }

  set(slot: number, value: number): void {
    if (slot >= this.values.length) {
      const larger = new Float64Array(Math.max(slot + 1, 2 * this.values.length)).fill(this.empty);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[slot] = value;
  }

  add(slot: number, value: number): void {
    this.set(slot, this.get(slot) + value);
  }

  /** Multiplies every slot. */
  scale(factor: number): void {
    for (let slot = 0; slot < this.values.length; slot += 1) {
      this.values[slot] = (this.values[slot] ?? 0) * factor;
    }
  }

  /** Sets every slot to its empty value. */
  clear(): void {
    this.values.fill(this.empty);
  }

  write(writer: StateWriter): void {
    writer.u32(this.values.length).f64s(this.values);
  }

  /** @throws RangeError when the bytes are no such state, or hold more than `limit` slots */
  read(reader: StateReader, limit: number): void {
    const length = reader.u32();
    if (length > 2 * limit + 16) {
      throw new RangeError('state does not fit: too many slots');
    }
    this.values = new Float64Array(length).fill(this.empty);
    reader.f64s(this.values);
  }
}
