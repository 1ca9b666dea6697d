/**
 * Writes detector state as bytes: little-endian, no padding, in the order of the calls.
 *
 * Not finite numbers are kept as they are. Cost amortised O(bytes).
 */
export class StateWriter {
  private buffer = new ArrayBuffer(1024);
  private view = new DataView(this.buffer);
  private length = 0;

  /** One double. */
  f64(value: number): this {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
    return this;
  }

  /** One unsigned 32-bit integer. */
  u32(value: number): this {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
    return this;
  }

  /** `count` values of a Float32Array, with their number in front. */
  f32s(values: Float32Array, count = values.length): this {
    this.u32(count).reserve(4 * count);
    for (let i = 0; i < count; i += 1) {
      this.view.setFloat32(this.length + 4 * i, values[i] ?? 0, true);
    }
    this.length += 4 * count;
    return this;
  }

  /** `count` values of a Float64Array, with their number in front. */
  f64s(values: Float64Array, count = values.length): this {
    this.u32(count).reserve(8 * count);
    for (let i = 0; i < count; i += 1) {
      this.view.setFloat64(this.length + 8 * i, values[i] ?? 0, true);
    }
    this.length += 8 * count;
    return this;
  }

  /** Bytes with their number in front. */
  bytes(values: Uint8Array): this {
    this.u32(values.length).reserve(values.length);
    new Uint8Array(this.buffer).set(values, this.length);
    this.length += values.length;
    return this;
  }

  /** All that was written, as a copy. */
  finish(): Uint8Array {
    return new Uint8Array(this.buffer.slice(0, this.length));
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.byteLength) {
      return;
    }
    const grown = new ArrayBuffer(Math.max(2 * this.buffer.byteLength, this.length + more));
    new Uint8Array(grown).set(new Uint8Array(this.buffer));
    this.buffer = grown;
    this.view = new DataView(grown);
  }
}

/**
 * Reads what {@link StateWriter} wrote.
 *
 * Every method throws RangeError when the bytes end too early or a length does not fit, so that damaged state is never
 * taken for a state. Cost O(bytes).
 */
export class StateReader {
  private readonly source: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(source: Uint8Array) {
    this.source = source;
    this.view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  }

  /** One double. */
  f64(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  /** One unsigned 32-bit integer. */
  u32(): number {
    const value = this.view.getUint32(this.at, true);
    this.at += 4;
    return value;
  }

  /** Fills the beginning of `target`; returns how many values there were. */
  f32s(target: Float32Array): number {
    const count = this.count(target.length, 4);
    for (let i = 0; i < count; i += 1) {
      target[i] = this.view.getFloat32(this.at + 4 * i, true);
    }
    this.at += 4 * count;
    return count;
  }

  /** A list of at most `most` values. */
  f32List(most: number): Float32Array<ArrayBuffer> {
    const count = this.count(most, 4);
    const values = new Float32Array(count);
    for (let i = 0; i < count; i += 1) {
      values[i] = this.view.getFloat32(this.at + 4 * i, true);
    }
    this.at += 4 * count;
    return values;
  }

  /** Fills the beginning of `target`; returns how many values there were. */
  f64s(target: Float64Array): number {
    const count = this.count(target.length, 8);
    for (let i = 0; i < count; i += 1) {
      target[i] = this.view.getFloat64(this.at + 8 * i, true);
    }
    this.at += 8 * count;
    return count;
  }

  /** Bytes, as a copy. */
  bytes(): Uint8Array {
    const count = this.count(this.source.length, 1);
    const values = this.source.slice(this.at, this.at + count);
    this.at += count;
    return values;
  }

  /** Throws RangeError unless everything was read. */
  finish(): void {
    if (this.at !== this.source.length) {
      throw new RangeError('state has more bytes than expected');
    }
  }

  private count(most: number, size: number): number {
    const count = this.u32();
    if (count > most || this.at + count * size > this.source.length) {
      throw new RangeError('state does not fit: a list is longer than it can be');
    }
    return count;
  }
}
