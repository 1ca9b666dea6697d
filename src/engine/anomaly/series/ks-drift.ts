import { SortedWindow } from '../../stats/sorted-window.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import type { SeriesDetector } from './series-detector.ts';

const LEAST_REFERENCE = 60;
/** Distances per recent window at least. */
const DISTANCES_PER_WINDOW = 60;

/**
 * KS drift: Kolmogorov distance between the values of the last two hours and those of the two days before; of fewer
 * where the history is shorter, or where its steps are so fine that the windows are full before.
 *
 * Rises while a new distribution fills the recent window and stays until the reference has absorbed it. Weak alone, it
 * confirms what range and EWMA see first. Raw value 0 to 1.
 *
 * Cost O(k log W) every second point, on a grid finer than a minute 60 times per recent window; the points between
 * repeat the value, which by then could have moved by a sixtieth. Source: detection 4.7: k = max(12, ppd/12),
 * W = min(2016, max(200, 2 ppd)); both one-sided limits of both distributions, so that ties count alike.
 */
export class KsDrift implements SeriesDetector {
  readonly id = 'ksDrift';
  private readonly recent: SortedWindow;
  private readonly reference: SortedWindow;
  private readonly recentSize: number;
  private offset = NaN;
  private readonly every: number;
  private phase = 0;
  private last = NaN;

  /** @param pointsPerDay  sets both windows */
  constructor(pointsPerDay: number) {
    this.recentSize = Math.max(12, Math.min(2016, Math.round(pointsPerDay / 12)));
    this.every = Math.max(2, Math.floor(this.recentSize / DISTANCES_PER_WINDOW));
    this.recent = new SortedWindow(this.recentSize);
    this.reference = new SortedWindow(Math.min(2016, Math.max(200, Math.round(2 * pointsPerDay))));
  }

  /** Points that are compared now, and points before that they are compared with. */
  get compared(): { readonly recent: number; readonly before: number } {
    return { recent: this.recent.size, before: this.reference.size };
  }

  step(value: number): number {
    if (Number.isNaN(this.offset)) {
      this.offset = value;
    }
    if (this.recent.size === this.recentSize) {
      this.reference.push(this.recent.recent(this.recentSize - 1));
    }
    this.recent.push(value - this.offset);
    const isReady = this.reference.size > LEAST_REFERENCE && this.recent.size === this.recentSize;
    if (this.phase === 0) {
      this.last = isReady ? ksDistance(this.recent, this.reference) : NaN;
    }
    this.phase = (this.phase + 1) % this.every;
    return this.last;
  }

  gap(_slots: number, isLong: boolean): void {
    if (isLong) {
      this.recent.clear();
      this.last = NaN;
    }
  }

  write(writer: StateWriter): void {
    writer.f64(this.offset).f64(this.last).u32(this.phase);
    this.recent.write(writer);
    this.reference.write(writer);
  }

  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.last = reader.f64();
    this.phase = reader.u32() % this.every;
    this.recent.read(reader);
    this.reference.read(reader);
  }
}

/**
 * Two-sample Kolmogorov distance, exact with ties.
 *
 * @param left  at least one value
 * @param right  at least one value
 * @returns sup |F_left - F_right|, 0 to 1; symmetric
 * Cost O(min(k log W, k + W)). Ref: Smirnov 1939; equal to `scipy.stats.ks_2samp(left, right).statistic`.
 */
export function ksDistance(left: SortedWindow, right: SortedWindow): number {
  const [few, many] = left.size <= right.size ? [left, right] : [right, left];
  const n = few.size;
  const m = many.size;
  let distance = 0;
  let rank = 0;
  let below = 0;
  while (rank < n) {
    const value = few.at(rank);
    below = many.countBelow(value, below);
    const atMost = below < m && many.at(below) === value ? many.countAtMost(value, below) : below;
    const before = Math.abs(rank / n - below / m);
    while (rank < n && few.at(rank) === value) {
      rank += 1;
    }
    const after = Math.abs(rank / n - atMost / m);
    const larger = before > after ? before : after;
    distance = larger > distance ? larger : distance;
    below = atMost;
  }
  return distance;
}
