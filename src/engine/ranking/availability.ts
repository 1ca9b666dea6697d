import { quantileSorted } from '../stats/quantile.ts';
import type { RankingSeries } from './ranking-case.ts';
import { finiteValues, meanOf, MIN_BASELINE_VALUES } from './series-deviation.ts';

/** Availability measured against the number of requests behind it. */
export interface BinomialAvailability {
  /** Deviation of the failure share in binomial standard deviations. */
  readonly z: number;
  /** Extra failed requests per row. */
  readonly failedRequests: number;
}

/**
 * Failure share of the incident against that of the baseline, with the spread that so few requests would have anyway: one
 * failed request of three must not look like an outage.
 *
 * @param availability  percent available
 * @param traffic  requests per row
 * @returns undefined where one of them has too few values
 * Cost O(n log n). Ref: RCA specification 3, `zb = (pa - pb) / sqrt(pb (1 - pb) / max(r m, 1) + .005^2)`.
 */
export function binomialAvailability(
  availability: RankingSeries,
  traffic: RankingSeries
): BinomialAvailability | undefined {
  const baseline = finiteValues(availability.baseline).sort();
  const incident = finiteValues(availability.incident).sort();
  const requests = finiteValues(traffic.incident);
  if (baseline.length < MIN_BASELINE_VALUES || incident.length === 0 || requests.length === 0) {
    return undefined;
  }
  const rate = Math.max(meanOf(requests, 0, requests.length), 0);
  const half = Math.max(1, Math.ceil(incident.length / 2));
  const usual = 1 - quantileSorted(baseline, 0.5) / 100;
  const average = 1 - meanOf(baseline, 0, baseline.length) / 100;
  const now = 1 - meanOf(incident, 0, half) / 100;
  const expected = Math.min(Math.max(usual, (usual + average) / 2, 0.002), 0.998);
  const variance = (expected * (1 - expected)) / Math.max(rate * half, 1) + 0.005 ** 2;
  return { z: (now - expected) / Math.sqrt(variance), failedRequests: Math.max(0, now - usual) * rate };
}
