import { quantileSorted } from '../stats/quantile.ts';

const DEFAULT_STEP_MS = 15_000;

/**
 * Median distance of consecutive times.
 *
 * @param timesMs  ascending
 * @returns > 0; 15,000 when fewer than two times are known
 * Cost O(n log n).
 */
export function medianStepMs(timesMs: readonly number[]): number {
  const steps = timesMs.slice(1).map((time, i) => time - (timesMs[i] ?? time));
  const positive = Float64Array.from(steps.filter((step) => step > 0 && Number.isFinite(step))).sort();
  return positive.length === 0 ? DEFAULT_STEP_MS : quantileSorted(positive, 0.5);
}
