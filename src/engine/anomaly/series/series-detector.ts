import type { DetectorId } from '#model';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';

/**
 * One detector of a single series.
 *
 * `step` judges a value against what came before and takes it in; it allocates nothing. The raw value is >= 0 and at
 * most 1e4, larger is stranger, NaN says that there is nothing to say yet.
 */
export interface SeriesDetector {
  readonly id: DetectorId;
  /** Whether the last raw value only repeats the one before, and is not learned again. */
  readonly isRepeating?: boolean;
  /**
   * @param value  finite, in the unit of the series
   * @param slot  number of the step; rises strictly
   * @param atMs  time of the point
   */
  step(value: number, slot: number, atMs: number): number;
  /** `slots` empty steps lie before the next point: 4 or more. `isLong`: more than a day. */
  gap(slots: number, isLong: boolean): void;
  /** Appends the state. */
  write(writer: StateWriter): void;
  /** Takes the state back. Throws RangeError when it does not fit. */
  read(reader: StateReader): void;
}
