import type { GuardFinding, PlanLimits, PlanStep, PlanTarget } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import type { LedgerSession } from '../store/ledger.ts';
import { stricter } from './guard-policy.ts';
import { guardFindings } from './guard-rails.ts';

/** What is done there changes nothing: it is only recorded, waited for or asked. */
const PASSIVE: ReadonlySet<string> = new Set(['none', 'record']);

/** Whether a step changes something. */
export function changesSomething({ target }: Pick<PlanStep, 'target'>): boolean {
  return !PASSIVE.has(target.system);
}

/** What a plan treats, for cool-downs and recurrences. */
export function causeKey(fingerprint: string, { name }: Pick<PlanTarget, 'name'>): string {
  return `${fingerprint}/${name}`;
}

/** A plan as guards are asked about it. */
export interface GuardQuestion {
  readonly incidentId: string;
  /** Kind of a single action, or the name of the runbook. */
  readonly action: string;
  readonly target: Pick<PlanTarget, 'name'>;
  readonly steps: readonly Pick<PlanStep, 'target' | 'size'>[];
  readonly affectedServices: number | null;
  readonly limits: PlanLimits | null;
}

/**
 * What speaks against carrying out a plan now, from the ledger alone.
 *
 * @param own  execution that asks, which does not stand in its own way
 */
export async function checkPlan(
  { clock, policy }: Pick<ExecutorContext, 'clock' | 'policy'>,
  session: LedgerSession,
  plan: GuardQuestion,
  own?: string
): Promise<readonly GuardFinding[]> {
  const limits = stricter(policy.guards, plan.limits);
  const atMs = clock.now();
  const sinceMs =
    atMs - 1000 * Math.max(limits.recurrenceSeconds, limits.targetCoolDownSeconds, limits.causeCoolDownSeconds);
  const [facts, windows, freeze, incident, held] = await Promise.all([
    session.executions.facts(sinceMs),
    session.settings.maintenance(),
    session.settings.freeze(),
    session.incidents.find(plan.incidentId),
    session.executions.heldTargets(),
  ]);
  const targets = plan.steps.filter(changesSomething).map(({ target: { key, namespace }, size }) => ({
    key,
    ...size,
    ...(namespace === undefined ? {} : { namespace }),
  }));
  if (targets.length === 0) {
    return freeze.frozen ? [{ guard: 'freeze', message: `Frozen by ${freeze.actor}: ${freeze.reason}` }] : [];
  }
  const found = guardFindings(
    {
      atMs,
      windows,
      executions: facts.filter(({ id }) => id !== own),
      plan: {
        targets,
        cause: causeKey(incident?.fingerprint ?? plan.incidentId, plan.target),
        runbook: plan.action,
        ...(plan.affectedServices === null ? {} : { affectedServices: plan.affectedServices }),
      },
      ...(freeze.frozen ? { frozen: freeze } : {}),
    },
    limits
  );
  const keys = new Set(targets.map(({ key }) => key));
  const waiting = held
    .filter(({ key, executionId }) => keys.has(key) && executionId !== own)
    .map(({ key, executionId }): GuardFinding => ({
      guard: 'concurrency',
      message: `${key} waits for a person: look at it, then release execution ${executionId}.`,
    }));
  return [...found, ...waiting];
}
