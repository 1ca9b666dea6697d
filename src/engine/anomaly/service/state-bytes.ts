/**
 * Writes a versioned state as little-endian bytes: numbers, texts and typed arrays, one after the other.
 *
 * Cost O(bytes). Read it back with {@link StateReader} in the same order.
 */
export class StateWriter {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /**
   * @param magic  four ASCII characters that name the format
   * @param version  0 to 65535
   */
  constructor(magic: string, version: number) {
    for (let i = 0; i < 4; i += 1) {
      this.reserve(1);
      this.bytes[this.length++] = magic.charCodeAt(i) & 0x7f;
    }
    this.int(version);
  }

  /** A whole number, -2^31 to 2^32 - 1. */
  int(value: number): this {
    this.reserve(4);
    this.view.setUint32(this.length, value >>> 0, true);
    this.length += 4;
    return this;
  }

  /** Any number. */
  number(value: number): this {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
    return this;
  }

  /** A text of UTF-16 units. */
  text(value: string): this {
    this.int(value.length);
    this.reserve(2 * value.length);
    for (let i = 0; i < value.length; i += 1) {
      this.view.setUint16(this.length + 2 * i, value.charCodeAt(i), true);
    }
    this.length += 2 * value.length;
    return this;
  }

  /** Numbers with 64 bits each. */
  float64(values: ArrayLike<number>): this {
    this.int(values.length);
    this.reserve(8 * values.length);
    for (let i = 0; i < values.length; i += 1) {
      this.view.setFloat64(this.length + 8 * i, values[i] ?? 0, true);
    }
    this.length += 8 * values.length;
    return this;
  }

  /** Numbers with 32 bits each. */
  float32(values: ArrayLike<number>): this {
    this.int(values.length);
    this.reserve(4 * values.length);
    for (let i = 0; i < values.length; i += 1) {
      this.view.setFloat32(this.length + 4 * i, values[i] ?? 0, true);
    }
    this.length += 4 * values.length;
    return this;
  }

  /** Whole numbers with 32 bits each, signed. */
  int32(values: ArrayLike<number>): this {
    this.int(values.length);
    this.reserve(4 * values.length);
    for (let i = 0; i < values.length; i += 1) {
      this.view.setInt32(this.length + 4 * i, values[i] ?? 0, true);
    }
    this.length += 4 * values.length;
    return this;
  }

  /** Bytes as they are. */
  raw(values: Uint8Array): this {
    this.int(values.length);
    this.reserve(values.length);
    this.bytes.set(values, this.length);
    this.length += values.length;
    return this;
  }

  /** Everything written so far. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count > this.bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + count));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
  }
}

/**
 * Reads what a {@link StateWriter} wrote, in the same order. Foreign, cut or newer bytes are a RangeError, never a
 * half-filled state.
 *
 * Cost O(bytes).
 */
export class StateReader {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private offset = 0;

  /**
   * @param bytes  what was saved
   * @param magic  the name of the format
   * @param version  the only version that can be read
   * @throws RangeError when name or version differ
   */
  constructor(bytes: Uint8Array, magic: string, version: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = String.fromCharCode(...bytes.subarray(0, 4));
    this.offset = 4;
    if (found !== magic || this.int() !== version) {
      throw new RangeError(`not a saved state of ${magic} version ${version}`);
    }
  }

  /** A whole number, 0 to 2^32 - 1. */
  int(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** Any number. */
  number(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** A text. */
  text(): string {
    const length = this.int();
    const at = this.take(2 * length);
    let text = '';
    for (let i = 0; i < length; i += 1) {
      text += String.fromCharCode(this.view.getUint16(at + 2 * i, true));
    }
    return text;
  }

  /** Numbers with 64 bits each; `length` refuses another count. */
  float64(length?: number): Float64Array {
    const count = this.count(length);
    const at = this.take(8 * count);
    return Float64Array.from({ length: count }, (_, i) => this.view.getFloat64(at + 8 * i, true));
  }

  /** Numbers with 32 bits each; `length` refuses another count. */
  float32(length?: number): Float32Array {
    const count = this.count(length);
    const at = this.take(4 * count);
    return Float32Array.from({ length: count }, (_, i) => this.view.getFloat32(at + 4 * i, true));
  }

  /** Whole numbers with 32 bits each; `length` refuses another count. */
  int32(length?: number): Int32Array {
    const count = this.count(length);
    const at = this.take(4 * count);
    return Int32Array.from({ length: count }, (_, i) => this.view.getInt32(at + 4 * i, true));
  }

  /** Bytes as they are, copied; `length` refuses another count. */
  raw(length?: number): Uint8Array {
    const count = this.count(length);
    const at = this.take(count);
    return this.bytes.slice(at, at + count);
  }

  private count(expected: number | undefined): number {
    const count = this.int();
    if (expected !== undefined && count !== expected) {
      throw new RangeError('a saved state has another shape');
    }
    return count;
  }

  private take(count: number): number {
    const at = this.offset;
    if (at + count > this.bytes.length) {
      throw new RangeError('a saved state ends too early');
    }
    this.offset += count;
    return at;
  }
}
