import type { CallOperation, RankingEvents, WindowCounts } from './ranking-case.ts';
import { squashDeviation } from './squash.ts';

/** What failed calls say, in standard deviations at least 0, by service index. */
export interface FailedCalls {
  /** Failures of a service as its callers see them: what is refused or lost never reaches it. */
  readonly ofCallee: Float64Array;
  /** Failures of the calls that a service makes, of the callee that fails it most. */
  readonly ofCaller: Float64Array;
}

/** Failure shares closer than this are alike. */
const FLOOR = 0.005;
/** A share of failures is never taken to be surer than this. */
const LEAST_SHARE = 0.002;
const MIN_CALLS: WindowCounts = [5, 2];

/**
 * Deviations of the shares of failed calls.
 *
 * @param events  of a case; calls without a count of failures say nothing
 * @param services  number of services
 * @returns zeros where nothing is known
 * Cost O(calls). The formula is that of availability, RCA specification 3, with counts of calls; own addition.
 */
export function failedCalls(events: RankingEvents | undefined, services: number): FailedCalls {
  const ofCallee = new Float64Array(services);
  const ofCaller = new Float64Array(services);
  const sums = Array.from({ length: services }, (): Sum => ({ calls: [0, 0], failed: [0, 0] }));
  events?.services.forEach((own, caller) => {
    for (const call of own?.calls ?? []) {
      const counts = call.callee === caller ? undefined : countsOf(call);
      const sum = sums[call.callee];
      if (counts && sum) {
        ofCaller[caller] = Math.max(ofCaller[caller] ?? 0, deviationOf(counts));
        sums[call.callee] = { calls: plus(sum.calls, counts.calls), failed: plus(sum.failed, counts.failed) };
      }
    }
  });
  sums.forEach((sum, callee) => {
    ofCallee[callee] = deviationOf(sum);
  });
  return { ofCallee, ofCaller };
}

/**
 * How much of a change something else explains that changed at least half as strongly.
 *
 * @param change  standard deviations
 * @param reason  standard deviations of what may have made the change
 * @returns 0 to 1
 * Cost O(1). Own addition to the specification's sections 4.1 and 4.4.
 */
export function explainedBy(change: number, reason: number): number {
  return change > 0 && change <= 2 * reason
    ? Math.min(1, squashDeviation(reason) / Math.max(squashDeviation(change), 1e-6))
    : 0;
}

interface Sum {
  readonly calls: WindowCounts;
  readonly failed: WindowCounts;
}

/** Undefined where failures were not counted, or counts are none. */
function countsOf({ baseline, incident, failed }: CallOperation): Sum | undefined {
  const calls: WindowCounts = [baseline?.count ?? 0, incident?.count ?? 0];
  return failed && [...calls, ...failed].every((count) => count >= 0 && count <= 1e15) ? { calls, failed } : undefined;
}

function plus(left: WindowCounts, right: WindowCounts): WindowCounts {
  return [left[0] + right[0], left[1] + right[1]];
}

function deviationOf({ calls: [before, after], failed: [lost, lostNow] }: Sum): number {
  if (before < MIN_CALLS[0] || after < MIN_CALLS[1]) {
    return 0;
  }
  const usual = Math.min(1, lost / before);
  const now = Math.min(1, lostNow / after);
  const expected = Math.min(Math.max(usual, LEAST_SHARE), 1 - LEAST_SHARE);
  return Math.max(0, (now - expected) / Math.sqrt((expected * (1 - expected)) / after + FLOOR ** 2));
}
