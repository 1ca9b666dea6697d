/** Deepest nesting of what is handed over. */
const MAX_DEPTH = 8;

/**
 * The buffers of all typed arrays in plain data, each once, for a message that hands them over instead of copying them:
 * the sender cannot use them afterwards. A buffer that an array shows only a part of is left out, as it may be shared.
 */
export function buffersOf(data: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(data, found, 0);
  return [...found];
}

function collect(data: unknown, found: Set<ArrayBuffer>, depth: number): void {
  if (typeof data !== 'object' || data === null || depth > MAX_DEPTH) {
    return;
  }
  if (ArrayBuffer.isView(data)) {
    if (data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength && data.byteLength > 0) {
      found.add(data.buffer);
    }
    return;
  }
  for (const value of Object.values(data)) {
    collect(value, found, depth + 1);
  }
}
