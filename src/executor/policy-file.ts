import { NOTIFICATION_EVENTS } from '#contracts';
import { z } from 'zod';
import { readConfigFile } from './outbound/index.ts';
import type { ExecutorPolicy } from './policy.ts';

const VARIABLE = 'CAUSEWAY_POLICY_FILE';
const seconds = z.number().min(0).max(2_592_000);
const level = z.enum(['shadow', 'suggest', 'approve', 'auto']);

const policyFileSchema = z.strictObject({
  guards: z
    .strictObject({
      targetCoolDownSeconds: seconds,
      causeCoolDownSeconds: seconds,
      maxConcurrent: z.number().int().min(1).max(100),
      maxConcurrentPerNamespace: z.number().int().min(1).max(100),
      maxRecurrences: z.number().int().min(1).max(1000),
      recurrenceSeconds: seconds,
      blastRadius: z
        .strictObject({
          namespaces: z.array(z.string().min(1).max(63)).max(500),
          maxPods: z.number().int().min(0).max(100_000),
          maxPercent: z.number().min(0).max(100),
          maxAffectedServices: z.number().int().min(0).max(100_000),
          maxTargets: z.number().int().min(1).max(100),
        })
        .partial(),
    })
    .partial()
    .default({}),
  autonomy: z
    .strictObject({ start: level, ceiling: level, autoBelowRisk: z.number().min(0).max(1) })
    .partial()
    .default({}),
  notifications: z
    .array(z.strictObject({ channel: z.string().min(1).max(63), on: z.array(z.enum(NOTIFICATION_EVENTS)).min(1) }))
    .max(50)
    .default([]),
});

/**
 * The policy with what the administrator wrote into a file: guard rails, autonomy, and who is told about every plan. What the
 * file leaves out keeps its default.
 * @throws ConfigError with the field at fault
 */
export function withPolicyFile(policy: ExecutorPolicy, file: string | undefined): ExecutorPolicy {
  if (file === undefined) {
    return policy;
  }
  const written = readConfigFile(VARIABLE, file, policyFileSchema);
  const { blastRadius, ...guards } = written.guards;
  return {
    ...policy,
    guards: {
      ...policy.guards,
      ...known(guards),
      blastRadius: { ...policy.guards.blastRadius, ...known(blastRadius ?? {}) },
    },
    autonomy: { ...policy.autonomy, ...known(written.autonomy) },
    notifications: written.notifications,
  };
}

type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that say nothing. */
function known<T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<T>;
}
