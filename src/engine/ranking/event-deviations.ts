import type { OperationStats, WindowCounts } from './ranking-case.ts';

/**
 * Deviation of a count of events from what the exposure would give. An event that vanishes is as telling as a new one.
 *
 * @param counts  events in baseline and incident, at least 0
 * @param exposure  requests in baseline and incident, at least 0
 * @param mixVariance  squared coefficient of variation that the rate has from window to window anyway
 * @returns standard deviations, negative for too few; finite for finite counts
 * Cost O(1). Ref: RCA specification 4.4, `z = (a - l Ra) / sqrt(l Ra + l^2 Ra^2 / (n + .5) + 1)`, `l = (n + .5) / (Rn + 1)`.
 */
export function countDeviation(
  [before, after]: WindowCounts,
  [exposed, exposedNow]: WindowCounts,
  mixVariance: number
): number {
  const rate = (before + 0.5) / (exposed + 1);
  const expected = rate * exposedNow;
  const spread = expected + (expected * expected) / (before + 0.5) + mixVariance * expected * expected + 1;
  return (after - expected) / Math.sqrt(spread);
}

/**
 * Deviation of an operation's exclusive time on the log scale.
 *
 * @param before  at least five spans of the baseline
 * @param after  at least three spans of the incident
 * @returns standard deviations, negative for faster
 * Cost O(1). Ref: RCA specification 4.4, `z = (med_a - med_n) / sqrt((1.4826 MAD_n + .15)^2 1.57 / a + .02)`.
 */
export function durationDeviation(before: OperationStats, after: OperationStats): number {
  const spread = 1.4826 * before.madLnMs + 0.15;
  return (after.medianLnMs - before.medianLnMs) / Math.sqrt((spread * spread * 1.57) / after.count + 0.02);
}
