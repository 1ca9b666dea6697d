import { isYoungRollout } from '../incident/settling.ts';
import type { RcaCase } from './rca-case.ts';
import { harmfulDeviation, type SignalEvidence } from './signal-evidence.ts';

/** What counts as now. Covers a crash loop, which is well between two crashes. */
const RECENT_MS = 120_000;
/** Share of the worst deviation that is still trouble. */
const REMAINING = 0.25;

/**
 * Whether evidence still speaks at the end of the window: in the last two minutes some value deviates by a quarter of
 * the worst deviation or more.
 *
 * @param rca  the case
 * @param evidence  signals that speak for one mechanism
 * @returns false for a disturbance that is over, and for no evidence
 * Cost O(sum n).
 */
export function isLasting(rca: RcaCase, evidence: readonly SignalEvidence[]): boolean {
  const { toMs } = rca.windows.incident;
  return evidence.some(({ signal, score, z }) => {
    const limit = REMAINING * z;
    return signal.series.timesMs.some((time, i) => {
      const isRecent = time >= toMs - RECENT_MS && time < toMs;
      return isRecent && z > 0 && harmfulDeviation(signal, score, i) >= limit;
    });
  });
}

/**
 * Whether a deployment or scaling of the service is so recent that its trouble may be the rollout itself.
 *
 * @param rca  the case
 * @param service  a candidate
 * @returns true while it is too early to call the version bad
 * Cost O(changes).
 */
export function isRollingOut(rca: RcaCase, service: string): boolean {
  return rca.changes(service).some((change) => isYoungRollout(change, rca.windows.incident.toMs));
}
