import type { Chunk } from './chunk.ts';
import { CHUNK_SIZE, clearHead, createHead, fillAbsent, markStale, readChunk, sealChunk } from './chunk.ts';

/** Samples of one series over the shared time axis: sealed chunks and the one that is being written. */
export class SeriesColumn {
  /** Whether the newest sample was a value, so that a miss must leave a stale marker. */
  alive = false;
  /** Time of the oldest value that is still there, Infinity without one. */
  firstMs = Number.POSITIVE_INFINITY;
  /** Time of the newest value, -Infinity without one or when all have expired. */
  lastMs = Number.NEGATIVE_INFINITY;

  #chunks: (Chunk | undefined)[] = [];
  #droppedChunks = 0;
  #head: Float64Array | undefined;
  #headUsed = false;
  #headChunk = -1;

  /** Stores a value in the slot being written. */
  write(slot: number, value: number, atMs: number): void {
    this.#openHead(slot)[slot % CHUNK_SIZE] = value;
    this.alive = true;
    this.lastMs = atMs;
    if (atMs < this.firstMs) {
      this.firstMs = atMs;
    }
  }

  /** Stores a stale marker in the slot being written. */
  writeStale(slot: number): void {
    markStale(this.#openHead(slot), slot % CHUNK_SIZE);
    this.alive = false;
  }

  /** Ends the chunk with this number, counted since the start; `droppedChunks` of them are gone. */
  seal(chunkNumber: number, droppedChunks: number): void {
    const index = chunkNumber - droppedChunks;
    while (this.#chunks.length < index) {
      this.#chunks.push(undefined);
    }
    this.#droppedChunks = droppedChunks;
    if (this.#head === undefined || !this.#headUsed) {
      this.#chunks.push(undefined);
      this.#head = undefined;
      return;
    }
    this.#chunks.push(sealChunk(this.#head));
    clearHead(this.#head);
    this.#headUsed = false;
  }

  /** Forgets the oldest `count` chunks; `oldestMs` is the first time that remains. */
  drop(count: number, oldestMs: number): void {
    this.#chunks.splice(0, count);
    this.#droppedChunks += count;
    if (this.lastMs < oldestMs) {
      this.firstMs = Number.POSITIVE_INFINITY;
      this.lastMs = Number.NEGATIVE_INFINITY;
    } else if (this.firstMs < oldestMs) {
      this.firstMs = oldestMs;
    }
  }

  /** Copies the slots `from <= slot < to` with their markers; slots that were never written come out as absent. */
  read(from: number, to: number, out: Float64Array): void {
    for (let slot = from; slot < to;) {
      const within = slot % CHUNK_SIZE;
      const end = Math.min(CHUNK_SIZE, within + to - slot);
      const index = Math.floor(slot / CHUNK_SIZE) - this.#droppedChunks;
      const at = slot - from;
      const chunk = this.#chunks[index];
      if (chunk !== undefined) {
        readChunk(chunk, within, end, out, at);
      } else if (this.#headUsed && this.#headChunk === Math.floor(slot / CHUNK_SIZE) && this.#head !== undefined) {
        out.set(this.#head.subarray(within, end), at);
      } else {
        fillAbsent(out.subarray(at, at + end - within));
      }
      slot += end - within;
    }
  }

  #openHead(slot: number): Float64Array {
    this.#head ??= createHead();
    this.#headChunk = Math.floor(slot / CHUNK_SIZE);
    this.#headUsed = true;
    return this.#head;
  }
}
