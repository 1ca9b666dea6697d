import { firstAfter } from '#engine';
import type { EpochMs, HybridVerdict } from '#model';

const VERDICTS: readonly HybridVerdict[] = ['UNKNOWN', 'OK', 'LOG_ONLY', 'WARNING', 'CRITICAL'];

/** The columns of a ring, oldest first. */
export interface SavedServiceReadings {
  readonly timesMs: Float64Array;
  readonly surprisals: Float32Array;
  readonly verdicts: Uint8Array;
}

/** The newest verdicts on one service, bounded. NaN where unknown. */
export class ServiceReadings {
  private readonly capacity: number;
  private timesMs: number[] = [];
  private surprisals: number[] = [];
  private verdicts: number[] = [];

  constructor(capacity: number, saved?: SavedServiceReadings) {
    this.capacity = Math.max(1, capacity);
    this.timesMs = Array.from(saved?.timesMs ?? []);
    this.surprisals = Array.from(saved?.surprisals ?? []);
    this.verdicts = Array.from(saved?.verdicts ?? []);
  }

  /** Distance of the two newest readings; 0 with fewer. */
  get stepMs(): number {
    return this.timesMs.length < 2 ? 0 : (this.timesMs.at(-1) ?? 0) - (this.timesMs.at(-2) ?? 0);
  }

  get length(): number {
    return this.timesMs.length;
  }

  get oldestMs(): EpochMs | undefined {
    return this.timesMs[0];
  }

  push(atMs: EpochMs, surprisal: number, verdict: HybridVerdict): void {
    this.timesMs.push(atMs);
    this.surprisals.push(Math.fround(surprisal));
    this.verdicts.push(Math.max(0, VERDICTS.indexOf(verdict)));
    if (this.timesMs.length > this.capacity + (this.capacity >> 2)) {
      this.timesMs = this.timesMs.slice(-this.capacity);
      this.surprisals = this.surprisals.slice(-this.capacity);
      this.verdicts = this.verdicts.slice(-this.capacity);
    }
  }

  /** Index of the newest reading at or before an instant; -1 when there is none. */
  indexAt(atMs: EpochMs): number {
    return firstAfter(this.timesMs, atMs) - 1;
  }

  timeAt(index: number): EpochMs {
    return this.timesMs[index] ?? Number.NaN;
  }

  surprisalAt(index: number): number {
    return this.surprisals[index] ?? Number.NaN;
  }

  verdictAt(index: number): HybridVerdict {
    return VERDICTS[this.verdicts[index] ?? 0] ?? 'UNKNOWN';
  }

  save(): SavedServiceReadings {
    return {
      timesMs: Float64Array.from(this.timesMs),
      surprisals: Float32Array.from(this.surprisals),
      verdicts: Uint8Array.from(this.verdicts),
    };
  }
}
