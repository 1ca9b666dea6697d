import type { CheckResult } from '#contracts';
import type { EpochMs } from '#model';
import type { Verification } from '../saga/saga-state.ts';

/** Where a verification stands after a round of checks. */
export interface VerificationState {
  readonly consecutivePasses: number;
  /** Rounds made so far, this one included. */
  readonly rounds: number;
  readonly latest: readonly CheckResult[];
  readonly atMs: EpochMs;
  readonly deadlineMs: EpochMs;
}

/**
 * The outcome of a verification, or null while it goes on.
 *
 * `recovered` only after `requiredPasses` rounds in a row. At the deadline: `not-recovered` when the latest round has a value
 * that misses its threshold or everything passed too late, `no-data` when nothing failed by value but something could not be
 * answered. At least `requiredPasses` rounds are made, even when the clock jumps over the deadline.
 */
export function judgeVerification(state: VerificationState, requiredPasses: number): Verification | null {
  if (state.consecutivePasses >= requiredPasses) {
    return 'recovered';
  }
  if (state.atMs < state.deadlineMs || state.rounds < requiredPasses) {
    return null;
  }
  const missed = state.latest.some((check) => check.value !== null && !check.passed);
  const unanswered = state.latest.length === 0 || state.latest.some((check) => check.value === null);
  return !missed && unanswered ? 'no-data' : 'not-recovered';
}
