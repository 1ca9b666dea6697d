import type { StateReader, StateWriter } from '../stats/state-bytes.ts';

/** Appends a text as UTF-16 code units, lone surrogates included. Cost O(length). */
export function writeText(writer: StateWriter, text: string): void {
  const bytes = new Uint8Array(2 * text.length);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    bytes[2 * i] = code & 255;
    bytes[2 * i + 1] = code >> 8;
  }
  writer.bytes(bytes);
}

/**
 * Reads what {@link writeText} wrote.
 * @throws RangeError when the bytes end too early
 */
export function readText(reader: StateReader): string {
  const bytes = reader.bytes();
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    text += String.fromCharCode((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8));
  }
  return text;
}

/**
 * Reads a number that is at most `limit`.
 * @throws RangeError when it is more: the bytes are no saved state
 */
export function readCount(reader: StateReader, limit: number): number {
  const count = reader.u32();
  if (count > limit) {
    throw new RangeError('state does not fit: a number is larger than it can be');
  }
  return count;
}
