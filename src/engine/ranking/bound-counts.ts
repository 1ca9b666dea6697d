import { countDeviation } from './event-deviations.ts';
import type { WindowCounts } from './ranking-case.ts';

/** Two kinds of events with counts this close in the baseline are taken for one and the same course of the program. */
const SAME_COUNT = 0.02;
const MIN_CARRIER = 5;
/** Spans and log lines of the same moment may fall into different windows. */
const SLIP = 0.05;
/** Squared coefficient of variation of the mix of requests from one window to the next. */
const MIX_VARIANCE = 0.1;
/** A bound count is believed at most so many times as much as the same count against the requests. */
const MOST_TRUST = 3;

/**
 * Deviation of a count of events that knows what the events hang on.
 *
 * A template that is logged once per call of an operation must be compared with that operation, not with all requests of the
 * service: when another mix of requests comes in, both change and nothing is wrong; when only the template is gone, the
 * program took another way. So an event with the same baseline count as other kinds of events of the service (its carriers) is
 * measured against the carrier that explains it best, with binomial spread, and believed up to three times as much as against
 * the requests.
 * Events without a carrier are measured against the requests, with the mix of requests as additional spread.
 *
 * @param counts  events in baseline and incident
 * @param exposure  requests of the service in both windows
 * @param carriers  counts of other events of the service
 * @returns standard deviations, negative for too few; finite for finite counts
 * Cost O(carriers). Own addition to the specification's section 4.4.
 */
export function boundDeviation(
  counts: WindowCounts,
  exposure: WindowCounts,
  carriers: readonly WindowCounts[]
): number {
  const [before] = counts;
  let bound: number | undefined;
  for (const carrier of carriers) {
    if (carrier[0] >= MIN_CARRIER && Math.abs(before - carrier[0]) <= Math.max(1, SAME_COUNT * carrier[0])) {
      const deviation = binomialDeviation(counts, carrier);
      bound = bound === undefined || Math.abs(deviation) < Math.abs(bound) ? deviation : bound;
    }
  }
  if (bound === undefined) {
    return countDeviation(counts, exposure, MIX_VARIANCE);
  }
  return Math.sign(bound) * Math.min(Math.abs(bound), MOST_TRUST * Math.abs(countDeviation(counts, exposure, 0)));
}

function binomialDeviation([before, after]: WindowCounts, [carried, carriedNow]: WindowCounts): number {
  const rate = Math.min(1, (before + 0.5) / (carried + 1));
  const expected = rate * carriedNow;
  const spread = (expected + (expected * expected) / (before + 0.5)) * (1 - rate);
  return (after - expected) / Math.sqrt(spread + 1 + (SLIP * expected) ** 2);
}
