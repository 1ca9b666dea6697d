import type { QualityVerdict, UnknownReason } from '#model';
import { slotOf, slotsPerDay, type DailyProfile, type DayClock } from './daily-profile.ts';
import { FeatureEwma, type EwmaSettings } from './feature-ewma.ts';
import { isUsable, MAX_FAILED_SHARE } from './feature-table.ts';
import { LstmDetector, type LstmWeights } from './lstm.ts';
import { robustZ, type RobustScaling } from './robust-scaling.ts';
import { RowWindow } from './row-window.ts';
import type { ServiceMember } from './service-model-types.ts';
import type { StateReader, StateWriter } from './state-bytes.ts';
import type { SubPca } from './sub-pca.ts';
import { WindowResiduals, type ResidualScoring } from './window-residuals.ts';

/** Rows of the short window. */
export const SHORT_WINDOW = 6;
/** Rows of the long window. */
export const LONG_WINDOW = 24;
/** Missing rows up to which windows go on. */
const HELD_ROWS = 3;
/** After a longer gap the EWMA takes in as many rows as were missing, at most this many, before it judges again. */
const MAX_SILENT_ROWS = 12;

/** The members in the order of all their arrays. */
export const MEMBERS: readonly ServiceMember[] = [
  'subPca6',
  'subPca24',
  'isolationForest',
  'ewmaMean',
  'seasonalMax',
  'lstm',
];
/** Positions in {@link MEMBERS}. */
export const MEMBER = { subPca6: 0, subPca24: 1, isolationForest: 2, ewmaMean: 3, seasonalMax: 4, lstm: 5 } as const;

/** What was fitted before the members can run. */
export interface FittedMembers {
  readonly clock: DayClock;
  readonly ewma: EwmaSettings;
  /** Positions of the judged features in a row of the table. */
  readonly columns: readonly number[];
  readonly scaling: RobustScaling;
  readonly short: SubPca;
  readonly long: SubPca;
  readonly profile?: DailyProfile;
  readonly lstm?: LstmWeights;
  /** How the residuals of the windows become one score. */
  readonly scoring: ResidualScoring;
}

/**
 * The members of the ensemble that need no forest, run row by row: what the training pass and the live model share.
 *
 * After {@link advance}, `raw` holds one value >= 0 per member (NaN: nothing to say), `short`, `long` and `seasonal`
 * what each feature contributes.
 *
 * Cost per row see {@link SubPca.residuals}; no allocation.
 */
export class MemberStreams {
  readonly raw = new Float64Array(MEMBERS.length).fill(NaN);
  readonly z: Float64Array;
  readonly present: Uint8Array;
  readonly short: WindowResiduals;
  readonly long: WindowResiduals;
  readonly seasonal: Float64Array;
  readonly ewma: FeatureEwma;
  readonly lstm: LstmDetector | undefined;
  /** Share of the features that could not be judged in the last row. */
  failedShare = 0;
  private readonly fitted: FittedMembers;
  private readonly window: RowWindow;
  private readonly lstmRow: Float64Array;
  private lastMs = -Infinity;

  /** @param fitted  models of the members */
  constructor(fitted: FittedMembers) {
    const width = fitted.columns.length;
    this.fitted = fitted;
    this.z = new Float64Array(width);
    this.present = new Uint8Array(width);
    const perDay = slotsPerDay(fitted.clock.stepSeconds);
    this.short = new WindowResiduals(fitted.short, fitted.scoring, perDay);
    this.long = new WindowResiduals(fitted.long, fitted.scoring, perDay);
    this.seasonal = new Float64Array(width).fill(NaN);
    this.ewma = new FeatureEwma(width, fitted.ewma);
    this.lstm = fitted.lstm && new LstmDetector(fitted.lstm);
    this.lstmRow = new Float64Array(width);
    this.window = new RowWindow(LONG_WINDOW, width);
  }

  /** Rows in the windows, at most 24. */
  get rowsInWindow(): number {
    return this.window.size;
  }

  /**
   * Takes in one row.
   *
   * @param atMs  after the row before
   * @param row  one number per feature of the table
   * @param quality  what the gate said of each; default ok
   * @returns why the row cannot be judged, or undefined when it was taken in
   */
  advance(atMs: number, row: ArrayLike<number>, quality?: readonly QualityVerdict[]): UnknownReason | undefined {
    this.raw.fill(NaN);
    this.standardise(row, quality);
    if (!Number.isFinite(atMs) || atMs <= this.lastMs) {
      return 'invalid';
    }
    if (this.failedShare > MAX_FAILED_SHARE) {
      return 'no-data';
    }
    this.bridge(atMs);
    this.lastMs = atMs;
    this.window.push(this.z, this.present);
    this.raw[MEMBER.subPca6] = this.short.step(this.window);
    this.raw[MEMBER.subPca24] = this.long.step(this.window);
    this.ewma.step(atMs, this.z, this.present);
    this.raw[MEMBER.ewmaMean] = this.ewma.mean();
    this.raw[MEMBER.seasonalMax] = this.seasonalMax(atMs, row);
    this.raw[MEMBER.lstm] = this.predictionError(row);
    return undefined;
  }

  /** Appends the state. */
  save(writer: StateWriter): void {
    writer.number(this.lastMs);
    this.window.save(writer);
    this.short.save(writer);
    this.long.save(writer);
    this.ewma.save(writer);
    this.lstm?.save(writer);
  }

  /** Reads what {@link save} wrote, into this. */
  restore(reader: StateReader): void {
    this.lastMs = reader.number();
    this.window.restore(reader);
    this.short.restore(reader);
    this.long.restore(reader);
    this.ewma.restore(reader);
    this.lstm?.restore(reader);
  }

  private standardise(row: ArrayLike<number>, quality: readonly QualityVerdict[] | undefined): void {
    const { columns, scaling } = this.fitted;
    let failed = 0;
    for (let j = 0; j < columns.length; j += 1) {
      const column = columns[j] ?? 0;
      const value = row[column];
      const usable = isUsable(value, quality?.[column]);
      this.present[j] = usable ? 1 : 0;
      this.z[j] = usable ? robustZ(value ?? 0, scaling.centres[j] ?? 0, scaling.scales[j] ?? 1) : 0;
      failed += usable ? 0 : 1;
    }
    this.failedShare = failed / columns.length;
  }

  /** Lets a gap work on the state: up to three rows are held, more restart the windows, a day forgets the EWMA. */
  private bridge(atMs: number): void {
    const missing = Math.round((atMs - this.lastMs) / (1000 * this.fitted.clock.stepSeconds)) - 1;
    if (!(missing > HELD_ROWS) || this.lastMs === -Infinity) {
      return;
    }
    this.window.clear();
    this.lstm?.reset();
    const perDay = slotsPerDay(this.fitted.clock.stepSeconds);
    if (missing > perDay) {
      this.ewma.reset();
    } else {
      this.ewma.resume(1 + missing / perDay, Math.min(MAX_SILENT_ROWS, missing));
    }
  }

  /** Of the sequence model, which keeps the scaling that it was trained on. */
  private predictionError(row: ArrayLike<number>): number {
    const { lstm, columns } = this.fitted;
    if (!lstm || !this.lstm) {
      return NaN;
    }
    for (let j = 0; j < columns.length; j += 1) {
      const value = row[columns[j] ?? 0] ?? 0;
      this.lstmRow[j] = this.present[j] === 1 ? robustZ(value, lstm.centres[j] ?? 0, lstm.scales[j] ?? 1) : 0;
    }
    return this.lstm.step(this.lstmRow);
  }

  private seasonalMax(atMs: number, row: ArrayLike<number>): number {
    const { profile, clock, columns } = this.fitted;
    if (!profile) {
      return NaN;
    }
    const slot = slotOf(clock, atMs);
    let largest = 0;
    for (let j = 0; j < columns.length; j += 1) {
      const value = row[columns[j] ?? 0] ?? 0;
      const size = this.present[j] === 1 ? Math.abs(profile.deviation(j, slot, value)) : NaN;
      this.seasonal[j] = size;
      largest = size > largest ? size : largest;
    }
    return largest;
  }
}
