import type { DetectorId } from '#model';
import { MAX_SURPRISAL } from '../score-map.ts';
import { NULL_ROWS } from './null-rows.ts';

/** Detectors of one series in the order of their bits in a member set; the last two are for comparison only. */
export const SERIES_DETECTORS: readonly DetectorId[] = [
  'range',
  'ksDrift',
  'ewma',
  'discord',
  'windowForest',
  'seasonal',
  'slowRange',
  'roughness',
  'robustZ',
  'ewmaShort',
];

const COLUMNS = 5;
/** Detectors whose every set has a row; those after them have a row each. */
const TABLED = 8;
const ALL_TABLED = 2 ** TABLED - 1;

/**
 * Bit of a detector in a member set.
 *
 * @param detector  one of {@link SERIES_DETECTORS}
 * @returns a power of two
 * @throws RangeError for a detector that judges services
 * Cost O(1).
 */
export function memberBit(detector: DetectorId): number {
  const index = SERIES_DETECTORS.indexOf(detector);
  if (index < 0) {
    throw new RangeError(`${detector} does not judge single series`);
  }
  return 1 << index;
}

/**
 * Maps the 3-point mean of the members' mean surprisal to the surprisal U of the series.
 *
 * The mean of calibrated members is not itself calibrated. The rows were measured once, on healthy streams: the values
 * that are exceeded with probability 1e-1 to 1e-5. Straight lines through (0, 0) and these; the last slope goes on.
 *
 * @param members  set of members that spoke, bits as of {@link memberBit}, not empty; of a mixed set the detectors for
 *   comparison are ignored
 * @param mean  3-point mean of their mean surprisal, >= 0
 * @returns U, 0 to 12, continuous and increasing in `mean`
 * Cost O(1). Source: detection 5.3; `scripts/null-table.ts` writes the rows.
 */
export function nullSurprisal(members: number, mean: number): number {
  const row = rowOf(members) * COLUMNS;
  let below = 0;
  for (let column = 0; column < COLUMNS; column += 1) {
    const value = NULL_ROWS[row + column] ?? Infinity;
    if (mean <= value) {
      return column + (mean - below) / Math.max(1e-9, value - below);
    }
    if (column < COLUMNS - 1) {
      below = value;
    }
  }
  const last = NULL_ROWS[row + COLUMNS - 1] ?? Infinity;
  return Math.min(MAX_SURPRISAL, COLUMNS + (mean - last) / Math.max(1e-9, last - below));
}

function rowOf(members: number): number {
  const tabled = members & ALL_TABLED;
  return tabled > 0 ? tabled - 1 : ALL_TABLED + Math.max(0, Math.floor(Math.log2(members >> TABLED)));
}
