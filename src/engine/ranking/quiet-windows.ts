import { quantileSorted } from '../stats/quantile.ts';

/** By how much a series' window scores are too large, upward and downward; 1 and more. */
export interface WindowCalibration {
  readonly up: number;
  readonly down: number;
}

const NONE: WindowCalibration = { up: 1, down: 1 };
/** Longer windows average their noise away. */
const MAX_WINDOW = 20;
/** Fewest baseline values, also in windows. */
const MIN_VALUES = 20;
const MIN_WINDOWS = 3;
/** Windows that are looked at, evenly spread. */
const MAX_WINDOWS = 256;
/** A score that one quiet window in a hundred reaches counts as two standard deviations. */
const QUIET_SHARE = 0.99;
const QUIET_SCORE = 2;

/**
 * Calibrates the score of a short incident window on windows of the same length in the baseline. The tail calibration of
 * single values is not enough: a window score is a mean of its larger half, and the noise of a series comes in bursts.
 *
 * @param values  usable baseline values in order of time
 * @param length  values in the incident window
 * @param centre  median of the baseline
 * @param scale  calibrated scale of single values
 * @returns divisors of the two window scores; 1 where the window is long or the baseline short
 * Cost O(256 x length^2). Own addition to the specification's section 3.
 */
export function calibrateWindow(
  values: Float64Array,
  length: number,
  centre: number,
  scale: number
): WindowCalibration {
  if (length > MAX_WINDOW || values.length < Math.max(MIN_VALUES, MIN_WINDOWS * length)) {
    return NONE;
  }
  const starts = values.length - length + 1;
  const count = Math.min(starts, MAX_WINDOWS);
  const up = new Float64Array(count);
  const down = new Float64Array(count);
  const half = Math.max(1, Math.ceil(length / 2));
  const window = new Float64Array(length);
  for (let i = 0; i < count; i += 1) {
    fillSorted(window, values, Math.floor((i * starts) / count));
    let low = 0;
    let high = 0;
    for (let j = 0; j < half; j += 1) {
      low += window[j] ?? 0;
      high += window[length - 1 - j] ?? 0;
    }
    up[i] = (high / half - centre) / scale;
    down[i] = (centre - low / half) / scale;
  }
  return { up: excess(up), down: excess(down) };
}

/** Insertion sort: windows are short. */
function fillSorted(window: Float64Array, values: Float64Array, from: number): void {
  for (let j = 0; j < window.length; j += 1) {
    const value = values[from + j] ?? 0;
    let at = j;
    while (at > 0 && (window[at - 1] ?? 0) > value) {
      window[at] = window[at - 1] ?? 0;
      at -= 1;
    }
    window[at] = value;
  }
}

function excess(scores: Float64Array): number {
  return Math.max(1, quantileSorted(scores.sort(), QUIET_SHARE) / QUIET_SCORE);
}
