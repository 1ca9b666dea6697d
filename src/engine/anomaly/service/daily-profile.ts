import { columnScale, robustZ } from './robust-scaling.ts';
import type { StateReader, StateWriter } from './state-bytes.ts';
import { unitFloor, type FeatureTable } from './feature-table.ts';

const MS_PER_DAY = 86_400_000;
/** A profile of fewer days repeats what happened instead of what is usual. */
const MIN_DAYS = 4;
const NEIGHBOUR_SLOTS = 2;

/** Which slot of the day an instant belongs to, by local time. */
export interface DayClock {
  readonly stepSeconds: number;
  /** Local time minus UTC at an instant, in seconds; default 0. */
  readonly utcOffsetSeconds?: (atMs: number) => number;
}

/**
 * Slots of a day: one per step, at least two.
 * Cost O(1).
 */
export function slotsPerDay(stepSeconds: number): number {
  return Math.max(2, Math.round(86_400 / stepSeconds));
}

/**
 * Slot of the local day that an instant falls into.
 * @returns 0 .. slotsPerDay - 1
 * Cost O(1).
 */
export function slotOf(clock: DayClock, atMs: number): number {
  const slots = slotsPerDay(clock.stepSeconds);
  const local = atMs + 1000 * (clock.utcOffsetSeconds?.(atMs) ?? 0);
  const ofDay = ((local % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY;
  return Math.min(slots - 1, Math.floor((ofDay / MS_PER_DAY) * slots));
}

/**
 * Daily profile of every feature: the median of a slot and its two neighbours on either side over all days of the
 * history, fixed until the next fit; deviations are robust z of what is left.
 *
 * Ref: detection 6.4 (seasonal maximum). Deviation: medians of the history instead of slots that follow one by one, so
 * that scores do not depend on when the process started.
 */
export class DailyProfile {
  private readonly expected: Float64Array;
  private readonly centres: Float64Array;
  private readonly scales: Float64Array;
  private readonly slots: number;

  private constructor(slots: number, expected: Float64Array, centres: Float64Array, scales: Float64Array) {
    this.slots = slots;
    this.expected = expected;
    this.centres = centres;
    this.scales = scales;
  }

  /**
   * Fits the profiles.
   *
   * @param table  history; missing cells are left out
   * @param clock  step and time zone
   * @returns undefined with fewer than four days of history
   * Cost O(features rows log days).
   */
  static fit(table: FeatureTable, clock: DayClock): DailyProfile | undefined {
    const { timesMs } = table;
    const span = (timesMs[timesMs.length - 1] ?? 0) - (timesMs[0] ?? 0) + 1000 * clock.stepSeconds;
    if (!(span >= MIN_DAYS * MS_PER_DAY)) {
      return undefined;
    }
    const slots = slotsPerDay(clock.stepSeconds);
    const slotOfRow = Int32Array.from(timesMs, (atMs) => slotOf(clock, atMs));
    const bySlot = groupRows(slotOfRow, slots);
    const width = table.features.length;
    const expected = new Float64Array(width * slots);
    const centres = new Float64Array(width);
    const scales = new Float64Array(width);
    table.columns.forEach((column, j) => {
      expected.set(slotMedians(column, bySlot, slots), j * slots);
      const residuals = column.map((value, row) => value - (expected[j * slots + (slotOfRow[row] ?? 0)] ?? 0));
      const level = columnScale(column, () => 0).centre;
      const feature = table.features[j];
      const fit = columnScale(residuals, () => (feature ? unitFloor(feature, level) : 1));
      centres[j] = fit.centre;
      scales[j] = fit.scale;
    });
    return new DailyProfile(slots, expected, centres, scales);
  }

  /** Robust z of the distance from the profile. */
  deviation(feature: number, slot: number, value: number): number {
    const expected = this.expected[feature * this.slots + slot] ?? 0;
    return robustZ(value - expected, this.centres[feature] ?? 0, this.scales[feature] ?? 1);
  }

  /** Appends the profile to a state. */
  save(writer: StateWriter): void {
    writer.int(this.slots).float64(this.expected).float64(this.centres).float64(this.scales);
  }

  /** Reads what {@link save} wrote. */
  static load(reader: StateReader): DailyProfile {
    return new DailyProfile(reader.int(), reader.float64(), reader.float64(), reader.float64());
  }
}

function groupRows(slotOfRow: Int32Array, slots: number): number[][] {
  const bySlot = Array.from({ length: slots }, (): number[] => []);
  slotOfRow.forEach((slot, row) => bySlot[slot]?.push(row));
  return bySlot;
}

function slotMedians(column: Float64Array, bySlot: readonly number[][], slots: number): Float64Array {
  const level = columnScale(column, () => 0).centre;
  const medians = new Float64Array(slots);
  const near = new Float64Array((2 * NEIGHBOUR_SLOTS + 1) * Math.max(...bySlot.map((rows) => rows.length)));
  for (let slot = 0; slot < slots; slot += 1) {
    let count = 0;
    for (let shift = -NEIGHBOUR_SLOTS; shift <= NEIGHBOUR_SLOTS; shift += 1) {
      for (const row of bySlot[(slot + shift + slots) % slots] ?? []) {
        const value = column[row] ?? NaN;
        if (Number.isFinite(value)) {
          near[count] = value;
          count += 1;
        }
      }
    }
    const sorted = near.subarray(0, count).sort();
    const middle = count >> 1;
    medians[slot] = count === 0 ? level : ((sorted[middle] ?? 0) + (sorted[(count - 1) >> 1] ?? 0)) / 2;
  }
  return medians;
}
