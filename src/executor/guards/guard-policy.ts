import type { PlanLimits } from '#contracts';

/** Limits on what may be done at all, whoever approved it. Times in seconds on the executor's clock. */
export interface GuardPolicy {
  /** After an effect on a target nothing else acts on it for so long. Default 300. */
  readonly targetCoolDownSeconds: number;
  /** After an effect for a cause the same runbook is not run for it again for so long. Default 900. */
  readonly causeCoolDownSeconds: number;
  /** Executions at the same time, over all targets. Default 3. */
  readonly maxConcurrent: number;
  /** Executions at the same time in one namespace. Default 1. */
  readonly maxConcurrentPerNamespace: number;
  /** Attempts for one cause at one target within `recurrenceSeconds` after which a person must find out why. Default 3. */
  readonly maxRecurrences: number;
  /** Default 86 400. */
  readonly recurrenceSeconds: number;
  readonly blastRadius: {
    /** Namespaces that may be touched; missing means any. */
    readonly namespaces?: readonly string[] | undefined;
    /** Pods of a target that may be disturbed at once; missing means any number. */
    readonly maxPods?: number | undefined;
    /** Share of the pods of a target that may be disturbed at once, 0 to 100. Default 100: a runbook says less. */
    readonly maxPercent: number;
    /** Services that may feel it, by the topology at the time of the plan; unknown is too many. Default 100. */
    readonly maxAffectedServices: number;
    /** Targets that one plan may touch. Default 5. */
    readonly maxTargets: number;
  };
}

/** Values that let one careful repair at a time happen. */
export const DEFAULT_GUARD_POLICY: GuardPolicy = {
  targetCoolDownSeconds: 300,
  causeCoolDownSeconds: 900,
  maxConcurrent: 3,
  maxConcurrentPerNamespace: 1,
  maxRecurrences: 3,
  recurrenceSeconds: 86_400,
  blastRadius: { maxPercent: 100, maxAffectedServices: 100, maxTargets: 5 },
};

/**
 * The stricter of two limits, one by one: a runbook may ask for less than the executor allows, never for more.
 *
 * @param policy  of the executor
 * @param limits  of the runbook; null for a single action
 * Cost O(namespaces).
 */
export function stricter(policy: GuardPolicy, limits: PlanLimits | null): GuardPolicy {
  if (!limits) {
    return policy;
  }
  const { blastRadius } = policy;
  const { concurrency, maxPods = Infinity, maxPercent = 100, namespaces } = limits;
  const pods = Math.min(maxPods, blastRadius.maxPods ?? Infinity);
  const spaces = namespaces?.filter((name) => blastRadius.namespaces?.includes(name) ?? true) ?? blastRadius.namespaces;
  const most = (key: PlanLimits['concurrency']['key'], ours: number): number =>
    concurrency.key === key ? Math.min(ours, concurrency.max) : ours;
  return {
    ...policy,
    targetCoolDownSeconds: Math.max(policy.targetCoolDownSeconds, limits.coolDownSeconds),
    maxConcurrent: most('cluster', policy.maxConcurrent),
    maxConcurrentPerNamespace: most('namespace', policy.maxConcurrentPerNamespace),
    blastRadius: {
      ...blastRadius,
      maxPercent: Math.min(blastRadius.maxPercent, maxPercent),
      ...(Number.isFinite(pods) ? { maxPods: pods } : {}),
      ...(spaces ? { namespaces: spaces } : {}),
    },
  };
}
