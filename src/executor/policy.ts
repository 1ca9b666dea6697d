import type { AutonomyLevel, PlanNotification, VerificationTiming } from '#contracts';
import type { Ratio } from '#model';
import { canonicalJson, sha256Hex } from './canonical-json.ts';
import type { GuardPolicy } from './guards/guard-policy.ts';
import { DEFAULT_GUARD_POLICY } from './guards/guard-policy.ts';

/** Numbers that decide how approval and verification behave. All times in seconds on the domain clock. */
export interface ExecutorPolicy {
  /** How long a plan can be approved. Default 1800 (A5.12). */
  readonly approvalTtlSeconds: number;
  /** Risk above which two persons must approve. Default 0.8. */
  readonly twoApproversAboveRisk: number;
  /** Half-open ranges of hours of the day with factor 1.3 (A5.10). Default 10-12 and 14-16. */
  readonly peakHours: readonly { readonly fromHour: number; readonly toHour: number }[];
  /** IANA name of the time zone of `peakHours`. Default UTC. */
  readonly timeZone: string;
  /** How far back failed executions on the same target raise the risk. Default 86 400. */
  readonly recentFailureSeconds: number;
  /** Of plans that do not bring their own. Default 30, 15, 3, 600. */
  readonly verification: VerificationTiming;
  /** What may be done at all. */
  readonly guards: GuardPolicy;
  readonly autonomy: {
    /** Where a runbook that did nothing yet begins. Default approve. */
    readonly start: AutonomyLevel;
    /** Highest level that can be earned. Default approve: nothing acts without a person unless somebody said so. */
    readonly ceiling: AutonomyLevel;
    /** At `auto`, risk below which a runbook that asks for it is approved by itself. Default 0.35. */
    readonly autoBelowRisk: Ratio;
  };
  /** Who is told about every plan, beside what its runbook says. Default nobody. */
  readonly notifications: readonly PlanNotification[];
  /** Between two looks at open incidents and expired approvals. Default 15. */
  readonly sweepIntervalSeconds: number;
}

export const DEFAULT_POLICY: ExecutorPolicy = {
  approvalTtlSeconds: 1800,
  twoApproversAboveRisk: 0.8,
  peakHours: [
    { fromHour: 10, toHour: 12 },
    { fromHour: 14, toHour: 16 },
  ],
  timeZone: 'UTC',
  recentFailureSeconds: 86_400,
  verification: { settleSeconds: 30, intervalSeconds: 15, consecutivePasses: 3, timeoutSeconds: 600 },
  guards: DEFAULT_GUARD_POLICY,
  autonomy: { start: 'approve', ceiling: 'approve', autoBelowRisk: 0.35 },
  notifications: [],
  sweepIntervalSeconds: 15,
};

/** Identifies the policy inside a plan hash: a plan approved under one policy is not executed under another. */
export function policyVersion(policy: ExecutorPolicy): string {
  return sha256Hex(canonicalJson(policy)).slice(0, 16);
}
