import { canonicalJson, sha256Hex } from './canonical-json.ts';

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
  readonly verification: {
    /** Wait after the effect before the first check. Default 30. */
    readonly settleSeconds: number;
    /** Between two rounds of checks. Default 15. */
    readonly intervalSeconds: number;
    /** Rounds in a row in which every check must pass. Default 3. */
    readonly consecutivePasses: number;
    /** After the settle time. Default 600. */
    readonly timeoutSeconds: number;
  };
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
  sweepIntervalSeconds: 15,
};

/** Identifies the policy inside a plan hash: a plan approved under one policy is not executed under another. */
export function policyVersion(policy: ExecutorPolicy): string {
  return sha256Hex(canonicalJson(policy)).slice(0, 16);
}
