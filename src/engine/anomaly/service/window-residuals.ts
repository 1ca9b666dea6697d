import type { RowWindow } from './row-window.ts';
import type { StateReader, StateWriter } from './state-bytes.ts';
import { RESIDUAL_STEPS, type SubPca } from './sub-pca.ts';

/** How the residuals of a window become one score. */
export interface ResidualScoring {
  /**
   * Exponent of the mean over features: 2 is the root mean square, larger ones listen more to the few features that are
   * off the most.
   */
  readonly power: number;
  /** Days in which the level of a residual follows a lasting change; Infinity: never. */
  readonly adaptationDays: number;
}

/** Fourth powers and one day. */
export const DEFAULT_SCORING: ResidualScoring = { power: 4, adaptationDays: 1 };

/** A level follows at most this many root mean squares of training. */
const LEVEL_CLIP = 3;

/**
 * Residuals of one window length, feature by feature and as one score.
 *
 * `r_j` = root mean square over the last three steps of `e_j - level_j` against that of training, score =
 * `(mean_j r_j^p)^(1/p)`. `level_j` follows the residual slowly, so that what lasts for days (a deployment, a new
 * customer) does not alarm until the next fit.
 *
 * Cost per row as {@link SubPca.residuals}; no allocation. Ref: detection 6.2. Deviations: the exponent (2 there) and the
 * level (0 there), both measured: see docs/detection/service-model.md.
 */
export class WindowResiduals {
  /** r of every feature at the last row; NaN where it is unknown. */
  readonly ratios: Float64Array;
  private readonly model: SubPca;
  private readonly scoring: ResidualScoring;
  private readonly errors: Float64Array;
  private readonly levels: Float64Array;
  private readonly levelRate: number;

  /**
   * @param model  fitted sub-PCA
   * @param scoring  exponent and adaptation
   * @param rowsPerDay  rows of a day
   */
  constructor(model: SubPca, scoring: ResidualScoring, rowsPerDay: number) {
    const { width } = model.parts;
    this.model = model;
    this.scoring = scoring;
    this.levelRate = 1 / (scoring.adaptationDays * rowsPerDay);
    this.ratios = new Float64Array(width).fill(NaN);
    this.errors = new Float64Array(RESIDUAL_STEPS * width);
    this.levels = new Float64Array(width);
  }

  /**
   * Judges the newest row of a window and lets the levels follow it.
   *
   * @param window  the last rows
   * @returns score >= 0; NaN while the window is not full
   */
  step(window: RowWindow): number {
    const { window: length, width } = this.model.parts;
    this.ratios.fill(NaN);
    if (window.size < length) {
      return NaN;
    }
    this.model.residuals(window.rows, window.offset(length), this.errors);
    const seen = window.offset(RESIDUAL_STEPS);
    const newest = (RESIDUAL_STEPS - 1) * width;
    const half = this.scoring.power / 2;
    let total = 0;
    let count = 0;
    for (let j = 0; j < width; j += 1) {
      if (window.present[seen + newest + j] === 1) {
        const square = this.meanSquare(window.present, seen, j);
        this.ratios[j] = Math.sqrt(square);
        total += half === 2 ? square * square : square ** half;
        count += 1;
        this.follow(j, this.errors[newest + j] ?? 0);
      }
    }
    return (total / count) ** (1 / this.scoring.power);
  }

  /** 1 where a feature lies above what the window expects, -1 below, 0 where it is unknown. */
  direction(feature: number): number {
    const width = this.ratios.length;
    let sum = 0;
    for (let at = feature; at < RESIDUAL_STEPS * width; at += width) {
      sum += (this.errors[at] ?? 0) - (this.levels[feature] ?? 0);
    }
    return Number.isNaN(this.ratios[feature] ?? NaN) ? 0 : Math.sign(sum);
  }

  /** Appends the state. */
  save(writer: StateWriter): void {
    writer.float64(this.levels);
  }

  /** Reads what {@link save} wrote, into this. */
  restore(reader: StateReader): void {
    this.levels.set(reader.float64(this.levels.length));
  }

  /** Mean square of the last residuals of a feature, over the steps at which it was there, in units of training. */
  private meanSquare(present: Uint8Array, seen: number, feature: number): number {
    const width = this.ratios.length;
    const level = this.levels[feature] ?? 0;
    let sum = 0;
    let count = 0;
    for (let at = feature; at < RESIDUAL_STEPS * width; at += width) {
      if (present[seen + at] === 1) {
        const error = (this.errors[at] ?? 0) - level;
        sum += error * error;
        count += 1;
      }
    }
    const usual = this.model.parts.residualRms[feature] ?? 1;
    return sum / (count * usual * usual);
  }

  private follow(feature: number, error: number): void {
    const level = this.levels[feature] ?? 0;
    const limit = LEVEL_CLIP * (this.model.parts.residualRms[feature] ?? 1);
    this.levels[feature] = level + this.levelRate * Math.max(-limit, Math.min(limit, error - level));
  }
}
