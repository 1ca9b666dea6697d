import { partitionPoint, toScore } from '#engine';
import type { AnomalyReading, EpochMs, ExpectedBand, QualityVerdict, UnknownReason } from '#model';
import type { SeriesVerdict } from './detection-engine.ts';

const REASONS: readonly UnknownReason[] = [
  'no-data',
  'warming-up',
  'gap',
  'stale',
  'counter-reset',
  'out-of-range',
  'invalid',
  'constant',
  'fit-failed',
  'source-error',
];
const QUALITIES: readonly QualityVerdict[] = [
  'ok',
  'invalid',
  'out-of-order',
  'duplicate',
  'gap',
  'stale',
  'counter-reset',
  'out-of-range',
  'constant',
  'sparse',
];
/** Column `code`: scored and above, scored and below, or this plus the index of the reason. */
const FIRST_REASON = 2;

/** Readings with one verdict. */
export interface QualityTally {
  readonly count: number;
  /** NaN where there is none. */
  readonly lastMs: EpochMs;
}

/** The columns of a ring, oldest first. */
export interface SavedReadings {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly surprisals: Float32Array;
  readonly lower: Float32Array;
  readonly centre: Float32Array;
  readonly upper: Float32Array;
  readonly codes: Uint8Array;
  readonly qualities: Uint8Array;
}

/**
 * The newest readings of one series, in typed arrays: what queries, alert rules and the incident finder read instead of
 * scoring anew. Grows up to its capacity, then forgets the oldest.
 */
export class ReadingRing {
  private readonly capacity: number;
  private columns: SavedReadings;
  private start = 0;
  private count = 0;

  constructor(capacity: number, saved?: SavedReadings) {
    this.capacity = Math.max(1, capacity);
    this.columns = allocate(Math.min(this.capacity, Math.max(64, saved?.timesMs.length ?? 0)));
    if (saved) {
      const from = Math.max(0, saved.timesMs.length - this.capacity);
      this.count = saved.timesMs.length - from;
      copy(slice(saved, from, saved.timesMs.length), this.columns, 0);
    }
  }

  get length(): number {
    return this.count;
  }

  /** Whether older readings were forgotten. */
  get isFull(): boolean {
    return this.count >= this.capacity;
  }

  /** Time of the newest reading; undefined when there is none. */
  get newestMs(): EpochMs | undefined {
    return this.count === 0 ? undefined : this.columns.timesMs[this.at(this.count - 1)];
  }

  /** Time of the oldest reading that is kept. */
  get oldestMs(): EpochMs | undefined {
    return this.count === 0 ? undefined : this.columns.timesMs[this.at(0)];
  }

  push(atMs: EpochMs, value: number, verdict: SeriesVerdict, band: ExpectedBand | undefined): void {
    const scored = Number.isFinite(verdict.surprisal) && verdict.surprisal >= 0;
    const i = this.next();
    const { timesMs, values, surprisals, lower, centre, upper, codes, qualities } = this.columns;
    timesMs[i] = atMs;
    values[i] = value;
    surprisals[i] = scored ? verdict.surprisal : Number.NaN;
    lower[i] = band?.lower ?? Number.NaN;
    centre[i] = band?.centre ?? Number.NaN;
    upper[i] = band?.upper ?? Number.NaN;
    const reason = Math.max(0, REASONS.indexOf(verdict.why ?? 'warming-up'));
    codes[i] = scored ? Number(verdict.direction === 'below') : FIRST_REASON + reason;
    qualities[i] = Math.max(0, QUALITIES.indexOf(verdict.quality));
  }

  /** Index of the newest reading at or before an instant; -1 when there is none. */
  indexAt(atMs: EpochMs): number {
    return partitionPoint(this.count, (index) => this.timeAt(index) <= atMs) - 1;
  }

  timeAt(index: number): EpochMs {
    return this.columns.timesMs[this.at(index)] ?? Number.NaN;
  }

  valueAt(index: number): number {
    return this.columns.values[this.at(index)] ?? Number.NaN;
  }

  /** NaN where unknown. */
  surprisalAt(index: number): number {
    return this.columns.surprisals[this.at(index)] ?? Number.NaN;
  }

  qualityAt(index: number): QualityVerdict {
    return QUALITIES[this.columns.qualities[this.at(index)] ?? 0] ?? 'invalid';
  }

  /** How many readings up to an instant have each verdict, and the newest of them. */
  tally(toMs: EpochMs): ReadonlyMap<QualityVerdict, QualityTally> {
    const counts = new Uint32Array(QUALITIES.length);
    const newest = new Int32Array(QUALITIES.length).fill(-1);
    const end = this.indexAt(toMs);
    for (let i = 0; i <= end; i += 1) {
      const quality = this.columns.qualities[this.at(i)] ?? 0;
      counts[quality] = (counts[quality] ?? 0) + 1;
      newest[quality] = i;
    }
    return new Map(
      QUALITIES.map((verdict, i) => [verdict, { count: counts[i] ?? 0, lastMs: this.timeAt(newest[i] ?? -1) }])
    );
  }

  bandAt(index: number): ExpectedBand | undefined {
    const i = this.at(index);
    const lower = this.columns.lower[i] ?? Number.NaN;
    const upper = this.columns.upper[i] ?? Number.NaN;
    return Number.isNaN(lower) || Number.isNaN(upper)
      ? undefined
      : { lower, centre: this.columns.centre[i] ?? Number.NaN, upper };
  }

  readingAt(index: number): AnomalyReading {
    const code = this.columns.codes[this.at(index)] ?? FIRST_REASON;
    if (code >= FIRST_REASON) {
      return { kind: 'unknown', why: REASONS[code - FIRST_REASON] ?? 'no-data' };
    }
    const surprisal = this.surprisalAt(index);
    const value = this.valueAt(index);
    return {
      kind: 'scored',
      surprisal,
      score: toScore(surprisal),
      expected: this.bandAt(index) ?? { lower: value, centre: value, upper: value },
      direction: code === 1 ? 'below' : 'above',
    };
  }

  save(): SavedReadings {
    const { timesMs } = this.columns;
    return this.start === 0
      ? slice(this.columns, 0, this.count)
      : join(slice(this.columns, this.start, timesMs.length), slice(this.columns, 0, this.start));
  }

  /** No column has an entry for an index that is out of range. */
  private at(index: number): number {
    return index < 0 || index >= this.count ? -1 : (this.start + index) % this.columns.timesMs.length;
  }

  private next(): number {
    const { length } = this.columns.timesMs;
    if (this.count < length) {
      this.count += 1;
      return this.at(this.count - 1);
    }
    if (length < this.capacity) {
      const grown = allocate(Math.min(this.capacity, 2 * length));
      copy(this.save(), grown, 0);
      this.columns = grown;
      this.start = 0;
      this.count += 1;
      return this.count - 1;
    }
    const oldest = this.start;
    this.start = (this.start + 1) % length;
    return oldest;
  }
}

function allocate(length: number): SavedReadings {
  return {
    timesMs: new Float64Array(length),
    values: new Float64Array(length),
    surprisals: new Float32Array(length),
    lower: new Float32Array(length),
    centre: new Float32Array(length),
    upper: new Float32Array(length),
    codes: new Uint8Array(length),
    qualities: new Uint8Array(length),
  };
}

function slice(from: SavedReadings, start: number, end: number): SavedReadings {
  return {
    timesMs: from.timesMs.slice(start, end),
    values: from.values.slice(start, end),
    surprisals: from.surprisals.slice(start, end),
    lower: from.lower.slice(start, end),
    centre: from.centre.slice(start, end),
    upper: from.upper.slice(start, end),
    codes: from.codes.slice(start, end),
    qualities: from.qualities.slice(start, end),
  };
}

function join(first: SavedReadings, second: SavedReadings): SavedReadings {
  const all = allocate(first.timesMs.length + second.timesMs.length);
  copy(first, all, 0);
  copy(second, all, first.timesMs.length);
  return all;
}

function copy(from: SavedReadings, to: SavedReadings, offset: number): void {
  to.timesMs.set(from.timesMs, offset);
  to.values.set(from.values, offset);
  to.surprisals.set(from.surprisals, offset);
  to.lower.set(from.lower, offset);
  to.centre.set(from.centre, offset);
  to.upper.set(from.upper, offset);
  to.codes.set(from.codes, offset);
  to.qualities.set(from.qualities, offset);
}
