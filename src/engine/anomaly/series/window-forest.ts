import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { fitIsolationForest, IsolationForest } from '../isolation-forest.ts';
import type { SeriesDetector } from './series-detector.ts';
import { WINDOW_FEATURES, WindowFeatures } from './window-features.ts';

const FIRST_FIT = 750;
const MOST_ROWS = 20_000;
const FIRST_ROWS = 256;

/** Settings of {@link WindowForest}. */
export interface WindowForestSettings {
  readonly pointsPerDay: number;
  /** Points before the first fit; default 750. */
  readonly warmUpPoints?: number | undefined;
  /** Random seed of the first fit; default 42. */
  readonly seed?: number | undefined;
}

/**
 * Window forest: isolation forest on the six {@link WindowFeatures} of each point, fitted again once a day.
 *
 * Sees rare combinations: a usual value at an unusual time, a calm hour in a busy series. Raw value: the forest's score
 * as odds, `s / (1 - s)`.
 *
 * Cost 100 paths per point, a fit of a few milliseconds a day. Source: detection 4.8; Liu, Ting & Zhou 2008. 100 trees of
 * 256 rows drawn from the last max(500, 14 ppd) points; random seed + number of the fit.
 */
export class WindowForest implements SeriesDetector {
  readonly id = 'windowForest';
  private readonly features: WindowFeatures;
  private readonly firstFit: number;
  private readonly refitEvery: number;
  private readonly seed: number;
  /** Ring of the last rows; grows up to its capacity. */
  private rows: Float32Array;
  private readonly capacity: number;
  private count = 0;
  private fits = 0;
  private lastFit = 0;
  private forest: IsolationForest | undefined;
  private backlog: Float64Array | undefined;

  constructor(settings: WindowForestSettings) {
    const perDay = Math.max(2, Math.round(settings.pointsPerDay));
    this.features = new WindowFeatures(settings.pointsPerDay);
    this.firstFit = Math.max(16, settings.warmUpPoints ?? FIRST_FIT);
    this.refitEvery = Math.max(100, perDay);
    this.seed = settings.seed ?? 42;
    this.capacity = Math.min(MOST_ROWS, Math.max(500, 14 * perDay, this.firstFit));
    this.rows = new Float32Array(Math.min(this.capacity, FIRST_ROWS) * WINDOW_FEATURES);
  }

  /**
   * Scores of the points before the first fit, oldest first, for the calibrator; once, right after that fit.
   * Undefined otherwise.
   */
  takeBacklog(): Float64Array | undefined {
    const { backlog } = this;
    this.backlog = undefined;
    return backlog;
  }

  step(value: number, slot: number): number {
    const isDue = this.count - this.lastFit >= this.refitEvery;
    if (this.forest === undefined ? this.count >= this.firstFit : isDue) {
      this.fit();
    }
    this.features.step(value, slot);
    this.remember(this.features.row);
    this.count += 1;
    return this.forest === undefined ? NaN : toOdds(this.forest.score(this.features.row));
  }

  gap(): void {
    // Features restart with their windows.
  }

  write(writer: StateWriter): void {
    this.features.write(writer);
    writer.u32(this.count).u32(this.fits).u32(this.lastFit);
    writer.f32s(this.rows, Math.min(this.count, this.capacity) * WINDOW_FEATURES);
    writer.bytes(this.forest?.save() ?? new Uint8Array());
  }

  read(reader: StateReader): void {
    this.features.read(reader);
    this.count = reader.u32();
    this.fits = reader.u32();
    this.lastFit = reader.u32();
    this.rows = reader.f32List(this.capacity * WINDOW_FEATURES);
    const forest = reader.bytes();
    this.forest = forest.length === 0 ? undefined : IsolationForest.load(forest);
  }

  private remember(row: Float64Array): void {
    const at = (this.count % this.capacity) * WINDOW_FEATURES;
    if (at >= this.rows.length) {
      const rows = new Float32Array(
        Math.min(this.capacity * WINDOW_FEATURES, Math.max(2 * at, FIRST_ROWS * WINDOW_FEATURES))
      );
      rows.set(this.rows);
      this.rows = rows;
    }
    this.rows.set(row, at);
  }

  private fit(): void {
    const rowCount = Math.min(this.count, this.capacity);
    const rows = this.inTime(rowCount);
    const isFirst = this.forest === undefined;
    this.forest = fitIsolationForest(rows, rowCount, WINDOW_FEATURES, { seed: this.seed + this.fits });
    this.fits += 1;
    this.lastFit = this.count;
    if (isFirst) {
      this.backlog = this.forest.scoreRows(rows, rowCount).map(toOdds);
    }
  }

  private inTime(rowCount: number): Float64Array {
    const rows = new Float64Array(rowCount * WINDOW_FEATURES);
    const start = this.count <= this.capacity ? 0 : (this.count % this.capacity) * WINDOW_FEATURES;
    rows.set(this.rows.subarray(start, start === 0 ? rows.length : this.rows.length));
    if (start > 0) {
      rows.set(this.rows.subarray(0, start), this.rows.length - start);
    }
    return rows;
  }
}

function toOdds(score: number): number {
  return Math.min(1e4, score / Math.max(1e-4, 1 - score));
}
