import type { EpochMs } from '#model';
import type { StateReader, StateWriter } from '../stats/state-bytes.ts';
import { SlotColumn } from './slot-column.ts';

/** Share of a bin that must have been watched. */
const WATCHED_NEED = 0.8;

/** Longest stretch that is judged bin by bin; of longer ones only the end. */
const MAX_BINS = 8064;
/** Largest time a date can have. */
const MAX_TIME_MS = 8.64e15;

/** A part of a batch that lies in one bin. */
export interface BatchPart {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly watched: boolean;
  /** Share of the lines that was read, 0 to 1. */
  readonly share: number;
}

/** What {@link OpenBin.split} reads of a batch. */
export interface BatchSpan {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly watched: boolean;
  readonly lines: { readonly length: number };
  readonly totalLines?: number;
}

/**
 * The bin that is being filled: lines per slot, and how much of it was watched.
 *
 * Bins begin at whole multiples of their length since 1970.
 */
export class OpenBin {
  readonly counts = new SlotColumn();
  private readonly binMs: number;
  private readMs = 0;
  private weightedMs = 0;
  private now: EpochMs | undefined;
  private start = 0;

  constructor(binMs: number) {
    this.binMs = binMs;
  }

  /** End of what was seen. */
  get atMs(): EpochMs | undefined {
    return this.now;
  }

  get startMs(): EpochMs {
    return this.start;
  }

  get endMs(): EpochMs {
    return this.start + this.binMs;
  }

  /** Whether too little of what has passed of the bin was watched. */
  get missing(): boolean {
    const passed = (this.now ?? this.start) - this.start;
    return this.readMs < WATCHED_NEED * Math.min(passed > 0 ? passed : this.binMs, this.binMs);
  }

  /** Share of the bin's lines that was read, above 0. */
  get exposure(): number {
    return Math.max(1e-6, Math.min(1, this.weightedMs / this.binMs));
  }

  /** Parts of a batch, one per bin, with the unwatched time since the last batch in front. Nothing for a batch of the past. */
  split({ fromMs, toMs, watched, lines, totalLines }: BatchSpan): BatchPart[] {
    const parts: BatchPart[] = [];
    const begin = this.now === undefined ? fromMs : Math.max(fromMs, this.now);
    if (!(Math.abs(fromMs) <= MAX_TIME_MS && Math.abs(toMs) <= MAX_TIME_MS && toMs > begin)) {
      return parts;
    }
    const share = totalLines && totalLines > lines.length ? lines.length / totalLines : 1;
    if (this.now !== undefined && begin > this.now) {
      this.cut(this.now, begin, { watched: false, share: 0 }, parts);
    }
    this.cut(begin, toMs, { watched: watched && share > 0, share: watched ? share : 0 }, parts);
    return parts;
  }

  /** Opens the bin of an instant, unless it is open. */
  begin(fromMs: EpochMs): void {
    if (this.now === undefined || fromMs >= this.endMs) {
      this.end();
      this.start = Math.floor(fromMs / this.binMs) * this.binMs;
    }
  }

  /** Counts a part as seen. */
  watch({ fromMs, toMs, watched, share }: BatchPart): void {
    if (watched) {
      this.readMs += toMs - fromMs;
      this.weightedMs += share * (toMs - fromMs);
    }
    this.now = toMs;
  }

  /** Empties the bin for the next one. */
  end(): void {
    this.counts.clear();
    this.readMs = 0;
    this.weightedMs = 0;
    this.start += this.binMs;
  }

  write(writer: StateWriter): void {
    this.counts.write(writer);
    writer
      .f64(this.readMs)
      .f64(this.weightedMs)
      .f64(this.now ?? NaN)
      .f64(this.start);
  }

  /** @throws RangeError when the bytes are no such state */
  read(reader: StateReader, maxSlots: number): void {
    this.counts.read(reader, maxSlots);
    this.readMs = reader.f64();
    this.weightedMs = reader.f64();
    const now = reader.f64();
    this.now = Number.isNaN(now) ? undefined : now;
    this.start = reader.f64();
  }

  private cut(fromMs: EpochMs, toMs: EpochMs, state: Pick<BatchPart, 'watched' | 'share'>, into: BatchPart[]): void {
    let from = Math.max(fromMs, toMs - MAX_BINS * this.binMs);
    while (from < toMs) {
      const to = Math.min(toMs, (Math.floor(from / this.binMs) + 1) * this.binMs);
      into.push({ fromMs: from, toMs: to, ...state });
      from = to;
    }
  }
}
