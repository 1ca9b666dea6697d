import { SharedWork } from '../signals/single-flight.ts';

/** How long what was read for a stretch of time is kept, real milliseconds. */
const KEEP_MS = 120_000;
const KEPT = 12;

/** Reads of a slow source: one for each stretch of time, kept for a while; failures are not kept. */
export class KeptWork<T> {
  private readonly shared: SharedWork<T>;
  private readonly stretchMs: number;

  /**
   * @param stretchMs  instants within one stretch share a read
   * @param isWhole  whether all was read; what lacks a part is read again
   */
  constructor(stretchMs: number, isWhole?: (result: T) => boolean) {
    this.stretchMs = stretchMs;
    this.shared = new SharedWork<T>(KEPT, KEEP_MS, isWhole);
  }

  /** @param read  reads at an instant, the first that was asked for in its stretch */
  at(atMs: number, read: (atMs: number) => Promise<T>): Promise<T> {
    return this.shared.get(String(Math.floor(atMs / this.stretchMs)), () => read(atMs));
  }
}
