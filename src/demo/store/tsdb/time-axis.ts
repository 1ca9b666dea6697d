import { CHUNK_SIZE } from './chunk.ts';

/**
 * The scrape times that all series share, in chunks. Slot numbers count scrapes since the start and stay valid when
 * old chunks are dropped.
 */
export class TimeAxis {
  #chunks: Float64Array[] = [];
  #dropped = 0;
  #length = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** Slots written so far, dropped ones included. */
  get length(): number {
    return this.#length;
  }

  /** First slot that is still there. */
  get firstSlot(): number {
    return this.#dropped * CHUNK_SIZE;
  }

  /** Number of whole chunks dropped. */
  get droppedChunks(): number {
    return this.#dropped;
  }

  /** Time of the newest slot, -Infinity when empty. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Adds a slot; `atMs` must be later than the last. */
  push(atMs: number): void {
    const at = this.#length % CHUNK_SIZE;
    if (at === 0) {
      this.#chunks.push(new Float64Array(CHUNK_SIZE));
    }
    (this.#chunks.at(-1) as Float64Array)[at] = atMs;
    this.#length++;
    this.#lastMs = atMs;
  }

  /** Drops chunks that end before `beforeMs`. Returns how many. */
  drop(beforeMs: number): number {
    let count = 0;
    while (this.#chunks.length > 1 && this.#endOfFirst() < beforeMs) {
      this.#chunks.shift();
      this.#dropped++;
      count++;
    }
    return count;
  }

  #endOfFirst(): number {
    return this.#chunks[0]?.[CHUNK_SIZE - 1] ?? Number.POSITIVE_INFINITY;
  }

  /** Time of a slot that is still there. */
  timeAt(slot: number): number {
    const chunk = this.#chunks[Math.floor(slot / CHUNK_SIZE) - this.#dropped] as Float64Array;
    return chunk[slot % CHUNK_SIZE] as number;
  }

  /** First slot with a time of at least `atMs`; `length` when there is none. */
  lowerBound(atMs: number): number {
    let low = this.firstSlot;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) < atMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Times of the slots `from <= slot < to`. */
  slice(from: number, to: number): Float64Array {
    const out = new Float64Array(Math.max(0, to - from));
    for (let slot = from; slot < to; slot++) {
      out[slot - from] = this.timeAt(slot);
    }
    return out;
  }
}
