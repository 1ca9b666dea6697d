import type { RcaCase } from './rca-case.ts';
import type { SignalEvidence } from './signal-evidence.ts';

/** What counts as now. Covers a crash loop, which is well between two crashes. */
const RECENT_MS = 120_000;
/** Share of the worst deviation that is still trouble. */
const REMAINING = 0.25;
/** A rollout disturbs its service for about this long, whether or not the version is good. */
const ROLLOUT_MS = 135_000;

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
      const deviation = ((signal.series.values[i] ?? NaN) - score.median) / score.scale;
      const harmful = signal.harm === 'both' ? Math.abs(deviation) : signal.harm === 'up' ? deviation : -deviation;
      return time >= toMs - RECENT_MS && time < toMs && z > 0 && harmful >= limit;
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
  const { toMs } = rca.windows.incident;
  return rca
    .changes(service)
    .some(({ kind, atMs }) => (kind === 'deploy' || kind === 'scale') && atMs <= toMs && toMs - atMs < ROLLOUT_MS);
}
