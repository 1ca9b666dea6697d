import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';

const WINDOW = 2016;
const SPARSE_SHARE = 0.8;
const LEAST_POINTS = 288;

/**
 * Share of zeros in the last 2,016 points: one bit each.
 *
 * Cost O(1).
 */
export class ZeroShare {
  private readonly bits = new Uint8Array(WINDOW / 8);
  private count = 0;
  private next = 0;
  private zeros = 0;

  /** Whether more than 80 % of at least 288 points were zero. */
  get isSparse(): boolean {
    return this.count >= LEAST_POINTS && this.zeros > SPARSE_SHARE * this.count && this.zeros < this.count;
  }

  /** Takes in one point. */
  push(isZero: boolean): void {
    const byte = this.next >> 3;
    const mask = 1 << (this.next & 7);
    const old = this.bits[byte] ?? 0;
    if (this.count === WINDOW) {
      this.zeros -= (old & mask) === 0 ? 0 : 1;
    } else {
      this.count += 1;
    }
    this.bits[byte] = isZero ? old | mask : old & ~mask;
    this.zeros += isZero ? 1 : 0;
    this.next = (this.next + 1) % WINDOW;
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.u32(this.count).u32(this.next).u32(this.zeros).bytes(this.bits);
  }

  /** Takes the state back. */
  read(reader: StateReader): void {
    this.count = Math.min(WINDOW, reader.u32());
    this.next = reader.u32() % WINDOW;
    this.zeros = reader.u32();
    this.bits.set(reader.bytes().subarray(0, this.bits.length));
  }
}
