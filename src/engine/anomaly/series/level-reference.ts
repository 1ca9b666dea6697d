import type { ExpectedBand, Harm, SignalKind, Unit } from '#model';
import { normalTailSurprisal } from '../../stats/normal-tail.ts';
import { SortedWindow } from '../../stats/sorted-window.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { MAX_SURPRISAL } from '../score-map.ts';
import { scaleFloor } from '../unit-floor.ts';
import { ExcursionGuard, GUARD_POINTS } from './excursion-guard.ts';
import type { SeasonalProfile } from './seasonal-profile.ts';
import { CALIBRATION_NEED, TailCalibrator } from './tail-calibrator.ts';

const WINDOW = 1440;
const LEVEL_NEED = 30;
const QUARTILE_TO_SIGMA = 0.7413;
/** Standard deviations at which a normal value has surprisal 3. */
const SIGMAS_AT_THREE = 3.0902;

const LEAST_SHAPE = 0.25;

/** Points until the level has an opinion. */
export const LEVEL_POINTS = LEVEL_NEED + CALIBRATION_NEED + GUARD_POINTS + 2;

/** Settings of {@link LevelReference}. */
export interface LevelSettings {
  readonly unit?: Unit | undefined;
  readonly kind?: SignalKind | undefined;
  readonly harm: Harm;
  /** Whether sustained critical excursions are kept out of the reference. */
  readonly guarded: boolean;
  /** Points after which such an excursion is the new normal; default 480. */
  readonly acceptAfter?: number | undefined;
}

/**
 * What is expected of a series now, and how far a value is from it in the direction that does harm.
 *
 * Median and quartiles of the last 1,440 learned values, or the daily profile where it is the narrower of the two. A
 * deviation is judged twice: by the normal tail over a scale that is never smaller than what matters physically, and by
 * the tail of its own history; the less alarming opinion counts, as the median of three points. So it works after a
 * hundred points, stays up while an incident lasts, and does not mind noise on tiny numbers.
 *
 * Cost O(log W) per point. Source: robust z as cold start (detection 4.4), Iglewicz & Hoaglin 1993; taking the smaller
 * of two surprisals is ours.
 */
export class LevelReference {
  /** Deviation of the last judged value, in scales; positive above the centre. */
  deviation = NaN;
  /** Harmful part of {@link deviation}, >= 0. */
  harmful = NaN;
  private readonly settings: LevelSettings;
  private readonly window = new SortedWindow(WINDOW);
  private readonly tail = new TailCalibrator(WINDOW, LEAST_SHAPE);
  private readonly guard: ExcursionGuard;
  private offset = NaN;
  private centre = NaN;
  private scale = NaN;
  private previous = NaN;
  private beforePrevious = NaN;

  constructor(settings: LevelSettings) {
    this.settings = settings;
    this.guard = new ExcursionGuard(settings.acceptAfter ?? 480);
  }

  /** Whether a critical excursion is kept out of what is learned. */
  get isHolding(): boolean {
    return this.settings.guarded && this.guard.isHolding;
  }

  /**
   * Judges a value and takes it in.
   *
   * @returns surprisal 0 to 12, the median of the last three; NaN while warming up and without a guard
   */
  step(value: number, atMs: number, profile: SeasonalProfile): number {
    if (Number.isNaN(this.offset)) {
      this.offset = value;
    }
    this.expect(atMs, profile);
    const surprisal = this.judge(value);
    if (!this.settings.guarded) {
      this.window.push(value - this.offset);
      return NaN;
    }
    const smooth = this.smooth(surprisal);
    const x = value - this.offset;
    const known = Number.isNaN(surprisal) ? 0 : surprisal;
    if (this.guard.push(x, this.harmful, known, smooth === smooth ? smooth : 0)) {
      this.window.push(this.guard.released.value);
      this.tail.push(this.guard.released.raw);
    }
    return smooth;
  }

  /** Values that surprise by less than 3, around what was expected of the last point; undefined while warming up. */
  band(): ExpectedBand | undefined {
    if (Number.isNaN(this.centre)) {
      return undefined;
    }
    const calibrated = this.tail.rawAt(3);
    const half = this.scale * Math.max(SIGMAS_AT_THREE, calibrated > 0 ? calibrated : 0);
    const unit = this.settings.unit ?? 'dimensionless';
    const least = unit === 'dimensionless' ? -Infinity : 0;
    const lower = Math.min(this.centre, Math.max(least, this.centre - half));
    return { lower, centre: this.centre, upper: this.centre + half };
  }

  /** Forgets what was smoothed: a gap lies before the next point. */
  gap(): void {
    this.previous = NaN;
    this.beforePrevious = NaN;
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.f64(this.offset).f64(this.centre).f64(this.scale).f64(this.previous).f64(this.beforePrevious);
    writer.f64(this.deviation).f64(this.harmful);
    this.window.write(writer);
    this.tail.write(writer);
    this.guard.write(writer);
  }

  /** Takes the state back. */
  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.centre = reader.f64();
    this.scale = reader.f64();
    this.previous = reader.f64();
    this.beforePrevious = reader.f64();
    this.deviation = reader.f64();
    this.harmful = reader.f64();
    this.window.read(reader);
    this.tail.read(reader);
    this.guard.read(reader);
  }

  private expect(atMs: number, profile: SeasonalProfile): void {
    const { window } = this;
    if (window.size < LEVEL_NEED) {
      this.centre = NaN;
      return;
    }
    const quartiles = QUARTILE_TO_SIGMA * (window.quantile(0.75) - window.quantile(0.25));
    const wide = (0.3 * (window.quantile(0.95) - window.quantile(0.05))) / 3.29;
    let centre = window.quantile(0.5) + this.offset;
    let scale = Math.max(quartiles, wide);
    if (profile.ready && profile.scale < scale) {
      centre = profile.expect(atMs);
      scale = profile.scale;
    }
    const { kind, unit } = this.settings;
    this.centre = centre;
    this.scale = Math.max(scale, scaleFloor(kind, unit, centre));
  }

  private judge(value: number): number {
    if (Number.isNaN(this.centre)) {
      this.deviation = NaN;
      this.harmful = NaN;
      return NaN;
    }
    const z = (value - this.centre) / this.scale;
    this.deviation = Math.max(-1e4, Math.min(1e4, z));
    this.harmful = harmfulDeviation(this.deviation, this.settings.harm);
    const calibrated = this.settings.guarded ? this.tail.surprisal(this.harmful) : NaN;
    return calibrated === calibrated ? Math.min(MAX_SURPRISAL, calibrated, normalTailSurprisal(this.harmful)) : NaN;
  }

  /** Median of the last three; the smaller of two, so that one point alone never alarms. */
  private smooth(now: number): number {
    const [a, b] = [this.previous, this.beforePrevious];
    this.beforePrevious = a;
    this.previous = now;
    if (now !== now || a !== a) {
      return NaN;
    }
    return b === b ? Math.max(Math.min(now, a), Math.min(Math.max(now, a), b)) : Math.min(now, a);
  }
}

/**
 * The share of a deviation that does harm.
 *
 * @param z  signed deviation, in standard deviations
 * @param harm  direction that does harm
 * @returns >= 0; 0 for a deviation in the harmless direction
 * Cost O(1).
 */
export function harmfulDeviation(z: number, harm: Harm): number {
  if (harm === 'both') {
    return Math.abs(z);
  }
  return Math.max(0, harm === 'up' ? z : -z);
}
