import type { ActionKind, Ratio } from '#model';

/** What the risk of an action depends on beside its kind. */
export interface RiskContext {
  /** Confidence of the hypothesis it treats. */
  readonly confidence: Ratio;
  /** Whether this is a peak hour; default false. */
  readonly peakHour?: boolean;
  /** Failed executions among the recent ones; default 0. */
  readonly recentFailures?: number;
}

/** Risk above which a person must approve. */
export const APPROVAL_ABOVE = 0.7;

/** Kinds that the source table does not name take the base of the nearest one it names. */
const BASE: Readonly<Record<ActionKind, Ratio>> = {
  notify: 0.1,
  manual: 0.2,
  'rate-limit': 0.3,
  'circuit-break': 0.4,
  scale: 0.5,
  'create-index': 0.5,
  'set-memory-limit': 0.7,
  restart: 0.7,
  rollback: 0.8,
};

/**
 * Expected risk of an action, for ordering proposals. The executor judges by its own copy.
 *
 * @param action  kind
 * @param context  confidence, peak hour, recent failures
 * @returns 0 to 1
 * @throws RangeError when the confidence is outside 0..1 or failures are negative
 * Cost O(1). Ref: A5.9 (bases), A5.10: x 1.3 in peak hours, x (1 + 0.1 failures), x (2 - confidence), cap 1.
 * `set-memory-limit` restarts the container and counts like a restart; `create-index` loads the database and counts
 * like scaling.
 */
export function actionRisk(action: ActionKind, context: RiskContext): Ratio {
  const { confidence, peakHour = false, recentFailures = 0 } = context;
  if (!(confidence >= 0 && confidence <= 1) || !(recentFailures >= 0)) {
    throw new RangeError('confidence is 0 to 1 and failures are not negative');
  }
  return Math.min(1, BASE[action] * (peakHour ? 1.3 : 1) * (1 + 0.1 * recentFailures) * (2 - confidence));
}
