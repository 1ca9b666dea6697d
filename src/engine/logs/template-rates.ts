import type { LogSeverity } from '#model';
import { TailCalibrator } from '../anomaly/series/tail-calibrator.ts';
import { normalTailSurprisal } from '../stats/normal-tail.ts';
import type { StateReader, StateWriter } from '../stats/state-bytes.ts';
import { gammaPoissonTailSurprisal } from './gamma-poisson.ts';
import { RateProfile } from './rate-profile.ts';
import { SlotColumn } from './slot-column.ts';
import { readCount } from './text-bytes.ts';

/** Bins over which the long-run rate forgets: a week of five minutes. */
const MEMORY_BINS = 2016;
/** Lines per bin from which a template is judged on the square-root scale. */
const FREQUENT = 5;
const MIN_BINS = 12;
const LEVEL_GAIN = 0.2;
const CLIP = 4;
const CAPACITY = 2016;
/** Expected lines of the others that a comparison with the whole needs. */
const OTHERS_NEED = 20;
const REPORT_FROM = 2;
/** Lines that one event is thought to write before a template has shown its habits. */
const BURST_PRIOR = 10;
/** Detectors that may fire by chance: frequent templates, rare templates, the mix. */
export const CHANCE_DETECTORS = 3;

/** One template whose number of lines was not expected. */
export interface RateReading {
  readonly slot: number;
  readonly surprisal: number;
  readonly count: number;
  readonly expected: number;
}

/** What is known about a template besides its counts. */
export interface RateContext {
  readonly slots: number;
  severity(slot: number): LogSeverity;
  /** Whether deviations of this bin may enter the calibration. */
  readonly isLearning: boolean;
  /** Too young to have a usual rate. */
  isNews(slot: number): boolean;
}

/**
 * Number of lines of each template per bin, against its recent level, its daily profile and the volume of the whole log.
 *
 * Frequent templates (5 lines a bin and more): `y = 2 sqrt(c + 3/8)` has variance 1 for Poisson counts; the deviation counts only
 * as far as recent level, profile (after two days) and level times the change of all other templates agree, so that
 * neither a daily job nor a change of load is an anomaly. The largest deviation of all templates is calibrated by its own
 * history. Rare templates: upper tail of the gamma-Poisson predictive with the larger of long-run and recent rate, but no more than
 * a burst of this size is worth (occupancy of bins and geometric size: one event writes many lines), for as many trials as there are
 * rare templates. All is lowered by log10 3, since three detectors of a service may fire by chance. Fewer warnings or errors than usual are no harm. Bins that were read in part have an exposure below 1.
 *
 * Cost O(slots) per bin; 40 B per template, 1.2 kB more where it is frequent. Ref: Anscombe 1948, Biometrika 35; detection 11 (b).
 * Deviations: agreement of three expectations instead of the profile alone; one calibrator per service, not per template.
 */
export class TemplateRates {
  private readonly total = new SlotColumn();
  /** Bins with lines. */
  private readonly active = new SlotColumn();
  private readonly level = new SlotColumn(NaN);
  private readonly variance = new SlotColumn(1);
  private readonly profiles = new Map<number, RateProfile>();
  private readonly calibrator = new TailCalibrator(CAPACITY);
  private readonly binMs: number;
  private windows = 0;

  constructor(binMs: number) {
    this.binMs = binMs;
  }

  /**
   * Closes one bin that was watched.
   * @param atMs  begin of the bin
   * @param counts  lines read per slot
   * @param exposure  share of the bin's lines that was read, 0 to 1, not 0
   * @returns templates with a surprisal of 2 and more, in order of slot; the surprisals are those of the service
   */
  step(atMs: number, counts: SlotColumn, exposure: number, context: RateContext): RateReading[] {
    const judged = this.windows >= MIN_BINS ? this.judge(atMs, counts, exposure, context) : [];
    this.learn(atMs, counts, exposure, context.slots);
    return judged;
  }

  /**
   * What can be told before the bin ends: templates that already have too many lines for a whole bin. Changes nothing.
   * @param atMs  begin of the bin
   */
  early(atMs: number, counts: SlotColumn, context: RateContext): RateReading[] {
    return this.windows >= MIN_BINS
      ? this.judge(atMs, counts, 1, { ...context, isLearning: false }).filter(({ count, expected }) => count > expected)
      : [];
  }

  /** The slot belongs to another template from now on. */
  forget(slot: number): void {
    this.total.set(slot, 0);
    this.active.set(slot, 0);
    this.level.set(slot, NaN);
    this.variance.set(slot, 1);
    this.profiles.delete(slot);
  }

  write(writer: StateWriter): void {
    writer.f64(this.windows);
    [this.total, this.active, this.level, this.variance].forEach((column) => column.write(writer));
    writer.u32(this.profiles.size);
    for (const [slot, profile] of this.profiles) {
      profile.write(writer.u32(slot));
    }
    this.calibrator.write(writer);
  }

  /** @throws RangeError when the bytes are no such state */
  read(reader: StateReader, maxSlots: number): void {
    this.windows = reader.f64();
    [this.total, this.active, this.level, this.variance].forEach((column) => column.read(reader, maxSlots));
    this.profiles.clear();
    const count = readCount(reader, maxSlots);
    for (let i = 0; i < count; i += 1) {
      const profile = new RateProfile(this.binMs);
      this.profiles.set(readCount(reader, maxSlots - 1), profile);
      profile.read(reader);
    }
    this.calibrator.read(reader);
  }

  private judge(atMs: number, counts: SlotColumn, exposure: number, context: RateContext): RateReading[] {
    const frequent: { readonly slot: number; readonly deviation: number; readonly reading: RateReading }[] = [];
    const rare: RateReading[] = [];
    const whole = this.volume(counts, exposure, context.slots);
    let rareTemplates = 0;
    for (let slot = 0; slot < context.slots; slot += 1) {
      const count = counts.get(slot);
      const long = this.total.get(slot) / this.windows;
      if (!(long > 0) || context.isNews(slot)) {
        continue;
      }
      if (long >= FREQUENT) {
        const deviation = this.deviation(slot, atMs, count, exposure, whole);
        const harmless = deviation < 0 && context.severity(slot) !== 'info';
        const expected = this.expectedOf(slot) * exposure;
        const reading = { slot, surprisal: 0, count, expected };
        frequent.push({ slot, deviation: harmless ? 0 : Math.abs(deviation), reading });
      } else {
        rareTemplates += 1;
        if (count > 0) {
          rare.push(this.rareReading(slot, count, exposure));
        }
      }
    }
    return [...this.calibrate(frequent, context.isLearning), ...rare.map((item) => lowered(item, rareTemplates))]
      .map((item) => lowered(item, CHANCE_DETECTORS))
      .filter(({ surprisal }) => surprisal >= REPORT_FROM)
      .sort((a, b) => a.slot - b.slot);
  }

  private calibrate(
    items: readonly { readonly deviation: number; readonly reading: RateReading }[],
    isLearning: boolean
  ): RateReading[] {
    const largest = items.reduce((most, { deviation }) => Math.max(most, deviation), 0);
    const readings = items.map(({ deviation, reading }) => {
      const claimed = normalTailSurprisal(deviation) - Math.log10(2 * items.length);
      const calibrated = this.calibrator.surprisal(deviation);
      const surprisal = Math.max(0, Math.min(12, claimed, Number.isNaN(calibrated) ? claimed : calibrated));
      return { ...reading, surprisal };
    });
    if (items.length > 0 && isLearning) {
      this.calibrator.push(largest);
    }
    return readings;
  }

  private rareReading(slot: number, count: number, exposure: number): RateReading {
    const rate = this.windows + 0.5;
    const shape = Math.max(this.total.get(slot) + 0.5, this.expectedOf(slot) * rate);
    const steady = gammaPoissonTailSurprisal(count, shape, rate, exposure);
    const surprisal = Math.min(steady, this.burstSurprisal(slot, count / exposure));
    return { slot, surprisal, count, expected: (shape / rate) * exposure };
  }

  /** Surprisal of a burst: that there are lines at all in a bin, and that they are so many, sizes being geometric. */
  private burstSurprisal(slot: number, count: number): number {
    const active = this.active.get(slot);
    const share = (active + 0.5) / (Math.max(this.windows, active) + 1);
    const meanSize = (this.total.get(slot) + BURST_PRIOR) / (active + 1);
    return -Math.log10(share) - Math.max(0, count - 1) * Math.log10(1 - 1 / Math.max(1.01, meanSize));
  }

  /** Lines read of frequent templates and lines expected of them. */
  private volume(counts: SlotColumn, exposure: number, slots: number): { count: number; expected: number } {
    let count = 0;
    let expected = 0;
    for (let slot = 0; slot < slots; slot += 1) {
      if (this.total.get(slot) / this.windows >= FREQUENT) {
        count += counts.get(slot);
        expected += this.expectedOf(slot) * exposure;
      }
    }
    return { count, expected };
  }

  private deviation(
    slot: number,
    atMs: number,
    count: number,
    exposure: number,
    whole: { readonly count: number; readonly expected: number }
  ): number {
    const expected = this.expectedOf(slot) * exposure;
    const others = whole.expected - expected;
    const ratio = others < OTHERS_NEED ? 1 : Math.max(0.2, Math.min(5, (whole.count - count) / others));
    const seen = stabilise(count);
    const scale = Math.sqrt(Math.max(1, this.variance.get(slot)));
    let z = (seen - stabilise(expected)) / scale;
    z = agreement(z, (seen - stabilise(expected * ratio)) / scale);
    const usual = this.profiles.get(slot)?.expect(atMs);
    return usual ? agreement(z, (seen - stabilise(toCount(usual.centre) * exposure)) / usual.scale) : z;
  }

  private learn(atMs: number, counts: SlotColumn, exposure: number, slots: number): void {
    const keep = 1 - 1 / MEMORY_BINS;
    this.total.scale(keep);
    this.active.scale(keep);
    this.windows = this.windows * keep + exposure;
    for (let slot = 0; slot < slots; slot += 1) {
      const count = counts.get(slot);
      this.total.add(slot, count);
      this.active.add(slot, count > 0 ? 1 : 0);
      const y = stabilise(count / exposure);
      const known = this.level.get(slot);
      if (Number.isNaN(known)) {
        this.level.set(slot, y);
        continue;
      }
      const scale = Math.sqrt(Math.max(1, this.variance.get(slot)));
      const step = Math.max(-CLIP * scale, Math.min(CLIP * scale, y - known));
      this.level.set(slot, known + LEVEL_GAIN * step);
      this.variance.add(slot, 0.01 * (step * step - this.variance.get(slot)));
      if (this.total.get(slot) / this.windows >= FREQUENT) {
        this.profileOf(slot).push(atMs, y);
      }
    }
  }

  private profileOf(slot: number): RateProfile {
    let profile = this.profiles.get(slot);
    if (!profile) {
      profile = new RateProfile(this.binMs);
      this.profiles.set(slot, profile);
    }
    return profile;
  }

  private expectedOf(slot: number): number {
    const level = this.level.get(slot);
    return Number.isNaN(level) ? 0 : toCount(level);
  }
}

function lowered(reading: RateReading, trials: number): RateReading {
  return { ...reading, surprisal: Math.max(0, Math.min(12, reading.surprisal - Math.log10(Math.max(1, trials)))) };
}

/** Anscombe's square root: variance 1 whatever the Poisson mean. */
function stabilise(count: number): number {
  return 2 * Math.sqrt(count + 0.375);
}

function toCount(level: number): number {
  return Math.max(0, (level / 2) ** 2 - 0.375);
}

/** The smaller of two deviations in one direction; 0 where they disagree. */
function agreement(a: number, b: number): number {
  if (a * b <= 0) {
    return 0;
  }
  return Math.abs(a) < Math.abs(b) ? a : b;
}
