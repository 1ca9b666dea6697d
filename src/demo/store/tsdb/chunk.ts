/** Samples per chunk: one hour at 15 s. */
export const CHUNK_SIZE = 240;

const MARKER_HIGH = 0x7ff00000;
const STALE_LOW = 2;
const ABSENT_LOW = 3;

/**
 * Samples of one series over one stretch of the shared time axis. `plain` keeps every bit; the other two are shorter
 * forms of chunks without gaps: a constant, or whole numbers as first value and differences.
 */
export type Chunk =
  | { readonly kind: 'plain'; readonly values: Float64Array }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'delta'; readonly first: number; readonly deltas: Int8Array | Int16Array | Int32Array };

/** What a slot holds besides a number. Stored as NaN bit patterns that arithmetic never yields. */
export type SlotState = 'value' | 'stale' | 'absent';

const ABSENT_SLOTS = new Float64Array(CHUNK_SIZE);
fillAbsent(ABSENT_SLOTS);

/** Marks every slot as absent. */
export function fillAbsent(values: Float64Array): void {
  const words = wordsOf(values);
  for (let index = 0; index < values.length; index++) {
    words[2 * index] = ABSENT_LOW;
    words[2 * index + 1] = MARKER_HIGH;
  }
}

/** A chunk under construction, all slots absent. */
export function createHead(): Float64Array {
  return ABSENT_SLOTS.slice();
}

/** Makes a used head empty again. */
export function clearHead(head: Float64Array): void {
  head.set(ABSENT_SLOTS);
}

/** Writes a stale marker: the series ended here. */
export function markStale(values: Float64Array, index: number): void {
  const words = wordsOf(values);
  words[2 * index] = STALE_LOW;
  words[2 * index + 1] = MARKER_HIGH;
}

/** The 32-bit view that `slotState` needs. Little-endian machines only, as Node's are. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** Tells a real NaN from the markers. Call it for slots whose value is NaN. */
export function slotState(words: Uint32Array, index: number): SlotState {
  if (words[2 * index + 1] !== MARKER_HIGH) {
    return 'value';
  }
  const low = words[2 * index];
  return low === STALE_LOW ? 'stale' : low === ABSENT_LOW ? 'absent' : 'value';
}

/** Packs a full head; the head stays the caller's. */
export function sealChunk(head: Float64Array): Chunk {
  const first = head[0] as number;
  let low = 0;
  let high = 0;
  for (let index = 1; index < head.length; index++) {
    const value = head[index] as number;
    const delta = value - (head[index - 1] as number);
    if (!Number.isSafeInteger(delta) || !Number.isSafeInteger(value)) {
      return isConstant(head) ? { kind: 'constant', value: first } : { kind: 'plain', values: head.slice() };
    }
    low = Math.min(low, delta);
    high = Math.max(high, delta);
  }
  if (low === 0 && high === 0) {
    return { kind: 'constant', value: first };
  }
  return packDeltas(head, low, high);
}

/** Writes slots `from <= i < to` of a chunk to `out`, starting at `at`. */
export function readChunk(chunk: Chunk, from: number, to: number, out: Float64Array, at: number): void {
  if (chunk.kind === 'plain') {
    out.set(chunk.values.subarray(from, to), at);
    return;
  }
  if (chunk.kind === 'constant') {
    out.fill(chunk.value, at, at + to - from);
    return;
  }
  let value = chunk.first;
  for (let index = 0; index < to; index++) {
    value += chunk.deltas[index] as number;
    if (index >= from) {
      out[at + index - from] = value;
    }
  }
}

function isConstant(head: Float64Array): boolean {
  const first = head[0] as number;
  return head.every((value) => Object.is(value, first) && !Number.isNaN(value));
}

function packDeltas(head: Float64Array, low: number, high: number): Chunk {
  const first = head[0] as number;
  const deltas = deltaArray(head.length, low, high);
  if (deltas === undefined || !Number.isSafeInteger(first)) {
    return { kind: 'plain', values: head.slice() };
  }
  for (let index = 1; index < head.length; index++) {
    deltas[index] = (head[index] as number) - (head[index - 1] as number);
  }
  return { kind: 'delta', first, deltas };
}

function deltaArray(length: number, low: number, high: number): Int8Array | Int16Array | Int32Array | undefined {
  for (const [Kind, limit] of [
    [Int8Array, 0x7f],
    [Int16Array, 0x7fff],
    [Int32Array, 0x7fffffff],
  ] as const) {
    if (high <= limit && low >= -limit) {
      return new Kind(length);
    }
  }
  return undefined;
}
