import { TailCalibrator } from '../anomaly/series/tail-calibrator.ts';
import type { StateReader, StateWriter } from '../stats/state-bytes.ts';
import { SlotColumn } from './slot-column.ts';
import { readCount } from './text-bytes.ts';

const HOURS = 24;
const HOUR_MS = 3_600_000;
/** Bins of the window that is compared: 15 minutes at five-minute bins. */
const WINDOW_BINS = 3;
const DAYS_NEEDED = 3;
const DAY_GAIN = 0.25;
/** Lines that a comparison needs on either side. */
const MIN_LINES = 30;
/** Bins over which the mix of all hours forgets. */
const SLOW_BINS = 288;
const CAPACITY = 2016;

/** Distance of the mix of lines from the usual one. */
export interface MixReading {
  /** Jensen-Shannon distance, 0 to 1. */
  readonly distance: number;
  /** NaN while fewer than 60 distances are known. */
  readonly surprisal: number;
  /** The template whose share changed most, and by how much. */
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Mix of templates of the last three bins against the same hour of earlier days, as a Jensen-Shannon distance, calibrated by
 * its own history.
 *
 * Before three days of an hour are known, the reference is the mix of the last day. A window or a reference of fewer
 * than 30 lines is no reading; after bins that nobody watched the window fills anew.
 *
 * Cost O(slots) per bin; 26 numbers per template. Ref: Lin 1991, IEEE Trans. Inf. Theory 37(1); detection 11 (d).
 */
export class MixShift {
  private readonly window: SlotColumn[] = [];
  private readonly hours = Array.from({ length: HOURS }, () => new SlotColumn());
  private readonly days = new Float64Array(HOURS);
  private readonly thisHour = new SlotColumn();
  private readonly slow = new SlotColumn();
  private hour = -1;
  private readonly calibrator = new TailCalibrator(CAPACITY);

  /**
   * Closes one bin that was watched.
   * @param atMs  begin of the bin
   * @param counts  lines of the bin per slot
   * @param slots  number of slots in use
   * @param isLearning  whether the distance may enter the calibration
   * @returns the reading, or undefined where there is none
   */
  step(atMs: number, counts: SlotColumn, slots: number, isLearning: boolean): MixReading | undefined {
    const bin = new SlotColumn();
    for (let slot = 0; slot < slots; slot += 1) {
      bin.set(slot, counts.get(slot));
    }
    this.window.push(bin);
    if (this.window.length > WINDOW_BINS) {
      this.window.shift();
    }
    const hour = Math.floor(atMs / HOUR_MS);
    if (hour !== this.hour) {
      this.closeHour(slots);
      this.hour = hour;
    }
    const index = ((hour % HOURS) + HOURS) % HOURS;
    const known = (this.days[index] ?? 0) >= DAYS_NEEDED ? this.hours[index] : this.slow;
    const reading = this.window.length === WINDOW_BINS && known ? this.compare(known, slots) : undefined;
    if (reading && isLearning) {
      this.calibrator.push(reading.distance);
    }
    this.slow.scale(1 - 1 / SLOW_BINS);
    for (let slot = 0; slot < slots; slot += 1) {
      this.thisHour.add(slot, bin.get(slot));
      this.slow.add(slot, bin.get(slot));
    }
    return reading;
  }

  /** A bin that nobody watched. */
  skip(): void {
    this.window.length = 0;
  }

  /** The slot belongs to another template from now on. */
  forget(slot: number): void {
    for (const column of [...this.window, ...this.hours, this.thisHour, this.slow]) {
      column.set(slot, 0);
    }
  }

  write(writer: StateWriter): void {
    writer.f64(this.hour).f64s(this.days).u32(this.window.length);
    [...this.window, ...this.hours, this.thisHour, this.slow].forEach((column) => column.write(writer));
    this.calibrator.write(writer);
  }

  /** @throws RangeError when the bytes are no such state */
  read(reader: StateReader, maxSlots: number): void {
    this.hour = reader.f64();
    reader.f64s(this.days);
    this.window.length = 0;
    const bins = readCount(reader, WINDOW_BINS);
    for (let i = 0; i < bins; i += 1) {
      this.window.push(new SlotColumn());
    }
    [...this.window, ...this.hours, this.thisHour, this.slow].forEach((column) => column.read(reader, maxSlots));
    this.calibrator.read(reader);
  }

  private closeHour(slots: number): void {
    if (this.hour >= 0) {
      const index = this.hour % HOURS;
      const days = (this.days[index] ?? 0) + 1;
      const gain = Math.max(1 / days, DAY_GAIN);
      const usual = this.hours[index];
      for (let slot = 0; slot < slots && usual; slot += 1) {
        usual.add(slot, gain * (this.thisHour.get(slot) - usual.get(slot)));
      }
      this.days[index] = days;
    }
    this.thisHour.clear();
  }

  private compare(usual: SlotColumn, slots: number): MixReading | undefined {
    let now = 0;
    let before = 0;
    for (let slot = 0; slot < slots; slot += 1) {
      now += this.recent(slot);
      before += usual.get(slot);
    }
    if (now < MIN_LINES || before < MIN_LINES) {
      return undefined;
    }
    let divergence = 0;
    let top = { slot: 0, from: 0, to: 0, change: -1 };
    for (let slot = 0; slot < slots; slot += 1) {
      const p = this.recent(slot) / now;
      const q = usual.get(slot) / before;
      const m = (p + q) / 2;
      divergence += (p > 0 ? p * Math.log2(p / m) : 0) / 2 + (q > 0 ? q * Math.log2(q / m) : 0) / 2;
      const change = Math.abs(p - q);
      top = change > top.change ? { slot, from: q, to: p, change } : top;
    }
    const distance = Math.sqrt(Math.min(1, Math.max(0, divergence)));
    const { slot, from, to } = top;
    return { distance, surprisal: this.calibrator.surprisal(distance), slot, from, to };
  }

  private recent(slot: number): number {
    return this.window.reduce((sum, bin) => sum + bin.get(slot), 0);
  }
}
