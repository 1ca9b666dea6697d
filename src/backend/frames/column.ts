import { Bool, type Data, type DataType, Float64, makeData, TimestampNanosecond, Utf8 } from 'apache-arrow';
import type { Field } from './frame.ts';

/** A field with its Arrow type and buffers. */
export interface Column {
  readonly field: Field;
  readonly type: DataType;
  readonly data: Data;
}

/**
 * Turns a field into Arrow buffers by hand. The library's own builders infer types, make dictionaries and mark
 * everything nullable, which the host refuses or reads wrongly.
 * @throws TypeError when a field that is not nullable holds null
 */
export function toColumn(field: Field): Column {
  const length = field.values.length;
  const { nullCount, nullBitmap } = toNullBitmap(field);
  const base = { length, nullCount, ...(nullBitmap ? { nullBitmap } : {}) };
  switch (field.kind) {
    case 'time': {
      const type = new TimestampNanosecond();
      return { field, type, data: makeData({ type, ...base, data: toNanoseconds(field.values) }) };
    }
    case 'number': {
      const type = new Float64();
      const data = Float64Array.from(field.values, (value) => value ?? 0);
      return { field, type, data: makeData({ type, ...base, data }) };
    }
    case 'boolean': {
      const type = new Bool();
      return { field, type, data: makeData({ type, ...base, data: toBits(field.values, (value) => value === true) }) };
    }
    case 'string': {
      const type = new Utf8();
      return { field, type, data: makeData({ type, ...base, ...toUtf8(field.values) }) };
    }
  }
}

/** The host ignores the unit of timestamps and always reads nanoseconds. */
function toNanoseconds(values: ArrayLike<number | null>): BigInt64Array {
  const nanoseconds = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    nanoseconds[i] = BigInt(Math.round(values[i] ?? 0)) * 1_000_000n;
  }
  return nanoseconds;
}

function toUtf8(values: readonly (string | null)[]): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const parts = values.map((value) => Buffer.from(value ?? '', 'utf8'));
  const valueOffsets = new Int32Array(values.length + 1);
  parts.forEach((part, i) => {
    valueOffsets[i + 1] = (valueOffsets[i] ?? 0) + part.length;
  });
  return { valueOffsets, data: new Uint8Array(Buffer.concat(parts)) };
}

function toNullBitmap(field: Field): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  const values: ArrayLike<unknown> = field.values;
  let nullCount = 0;
  for (let i = 0; i < values.length; i += 1) {
    nullCount += values[i] === null ? 1 : 0;
  }
  if (nullCount === 0) {
    return { nullCount };
  }
  if (!field.nullable) {
    throw new TypeError(`field ${field.name} holds null and is not nullable`);
  }
  return { nullCount, nullBitmap: toBits(values, (value) => value !== null) };
}

/** Least significant bit first. */
function toBits<Value>(values: ArrayLike<Value>, isSet: (value: Value | undefined) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i += 1) {
    if (isSet(values[i])) {
      bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
    }
  }
  return bits;
}
