import type { RiskAssessment } from '#contracts';
import type { ActionKind, EpochMs, Ratio } from '#model';
import type { ExecutorPolicy } from '../policy.ts';
import { isPeakHour } from './peak-hours.ts';

/**
 * Base risk by action (A5.9: alert, manual, rate_limit, circuit_break, auto_scale, restart, rollback).
 * Own additions: `set-memory-limit` and `create-index` 0.5, like scaling. Both change capacity, keep serving while they work,
 * and can be undone; neither ends running work the way a restart does.
 */
export const BASE_RISK: Readonly<Record<ActionKind, number>> = {
  notify: 0.1,
  manual: 0.2,
  'rate-limit': 0.3,
  'circuit-break': 0.4,
  scale: 0.5,
  'set-memory-limit': 0.5,
  'create-index': 0.5,
  restart: 0.7,
  rollback: 0.8,
};

export interface RiskInput {
  /** Of the riskiest action (A5.9). */
  readonly base: Ratio;
  /** Persons that have to approve at least, whatever the score is. Default 1. */
  readonly leastApprovals?: number;
  /** Confidence of the hypothesis that the action treats. */
  readonly confidence: Ratio;
  /** Failed or useless executions of the action on the target, recently. */
  readonly recentFailures: number;
  readonly atMs: EpochMs;
}

/**
 * Risk of an action with its arithmetic (A5.10):
 * `min(1, base * 1.3 at peak hours * (1 + 0.1 * recent failures) * (2 - confidence))`, rounded to 4 digits.
 * One approval is always needed, two above `twoApproversAboveRisk`.
 */
export function assessRisk(input: RiskInput, policy: ExecutorPolicy): RiskAssessment {
  const { base, leastApprovals = 1 } = input;
  const peak = isPeakHour(input.atMs, policy);
  const factors = [
    {
      name: 'peak-hour',
      factor: peak ? 1.3 : 1,
      reason: peak ? `now is a peak hour (${policy.timeZone})` : `now is no peak hour (${policy.timeZone})`,
    },
    {
      name: 'recent-failures',
      factor: round(1 + 0.1 * input.recentFailures),
      reason: `${input.recentFailures} recent executions of this action on this target failed or did not help`,
    },
    {
      name: 'confidence',
      factor: round(2 - input.confidence),
      reason: `confidence of the cause is ${input.confidence > 0.99 ? 'above 0.99' : round(input.confidence)}`,
    },
  ];
  const product = factors.reduce((risk, { factor }) => risk * factor, base);
  const score = round(Math.min(1, product));
  const byScore = score > policy.twoApproversAboveRisk ? 2 : 1;
  return { base, factors, score, approvalsRequired: Math.max(byScore, leastApprovals) };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
