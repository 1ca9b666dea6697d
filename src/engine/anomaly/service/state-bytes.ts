import { StateReader as BytesReader, StateWriter as BytesWriter } from '../../stats/state-bytes.ts';

const TEXT_LIMIT = 1_000_000;

/**
 * Writes a named, versioned state: numbers, texts and arrays, one after the other, little-endian.
 *
 * Cost O(bytes). Read it back with {@link StateReader} in the same order.
 */
export class StateWriter {
  private readonly writer = new BytesWriter();

  /**
   * @param magic  ASCII name of the format
   * @param version  a whole number
   */
  constructor(magic: string, version: number) {
    this.text(magic).int(version);
  }

  /** A whole number, 0 to 2^32 - 1. */
  int(value: number): this {
    this.writer.u32(value);
    return this;
  }

  /** Any number. */
  number(value: number): this {
    this.writer.f64(value);
    return this;
  }

  /** A text of UTF-16 units. */
  text(value: string): this {
    const bytes = new Uint8Array(2 * value.length);
    for (let i = 0; i < value.length; i += 1) {
      const unit = value.charCodeAt(i);
      bytes[2 * i] = unit & 0xff;
      bytes[2 * i + 1] = unit >> 8;
    }
    return this.raw(bytes);
  }

  /** Numbers with 64 bits each. */
  float64(values: ArrayLike<number>): this {
    this.writer.f64s(values instanceof Float64Array ? values : Float64Array.from(values));
    return this;
  }

  /** Numbers with 32 bits each. */
  float32(values: Float32Array): this {
    this.writer.f32s(values);
    return this;
  }

  /** Whole numbers, 0 to 2^32 - 1. */
  ints(values: ArrayLike<number>): this {
    this.writer.u32(values.length);
    for (let i = 0; i < values.length; i += 1) {
      this.writer.u32(values[i] ?? 0);
    }
    return this;
  }

  /** Bytes as they are. */
  raw(values: Uint8Array): this {
    this.writer.bytes(values);
    return this;
  }

  /** Everything written so far. */
  finish(): Uint8Array {
    return this.writer.finish();
  }
}

/**
 * Reads what a {@link StateWriter} wrote, in the same order. Foreign, cut or newer bytes are a RangeError, never a
 * half-filled state.
 *
 * Cost O(bytes).
 */
export class StateReader {
  private readonly reader: BytesReader;
  /** No list can hold more numbers than there are bytes. */
  private readonly most: number;

  /**
   * @param bytes  what was saved
   * @param magic  the name of the format
   * @param version  the only version that can be read
   * @throws RangeError when name or version differ
   */
  constructor(bytes: Uint8Array, magic: string, version: number) {
    this.reader = new BytesReader(bytes);
    this.most = bytes.length;
    if (this.text() !== magic || this.int() !== version) {
      throw new RangeError(`not a saved state of ${magic} version ${version}`);
    }
  }

  /** A whole number, 0 to 2^32 - 1. */
  int(): number {
    return this.reader.u32();
  }

  /** Any number. */
  number(): number {
    return this.reader.f64();
  }

  /** A text. */
  text(): string {
    const bytes = this.raw();
    if (bytes.length > TEXT_LIMIT) {
      throw new RangeError('a saved text is too long');
    }
    let text = '';
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      text += String.fromCharCode((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8));
    }
    return text;
  }

  /** Numbers with 64 bits each; `length` refuses another count. */
  float64(length?: number): Float64Array {
    const target = new Float64Array(length ?? Math.ceil(this.most / 8));
    return target.slice(0, this.expect(this.reader.f64s(target), length));
  }

  /** Numbers with 32 bits each; `length` refuses another count. */
  float32(length: number): Float32Array {
    const target = new Float32Array(length);
    this.expect(this.reader.f32s(target), length);
    return target;
  }

  /** Whole numbers; another count than `length` is refused. */
  ints(length: number): Int32Array {
    this.expect(this.reader.u32(), length);
    return Int32Array.from({ length }, () => this.reader.u32());
  }

  /** Bytes as they are, copied; `length` refuses another count. */
  raw(length?: number): Uint8Array {
    const bytes = this.reader.bytes();
    this.expect(bytes.length, length);
    return bytes;
  }

  private expect(count: number, length: number | undefined): number {
    if (length !== undefined && count !== length) {
      throw new RangeError('a saved state has another shape');
    }
    return count;
  }
}
