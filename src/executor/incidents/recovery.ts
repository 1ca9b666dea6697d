import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record, write } from '../context.ts';
import { allPassed, evaluateChecks } from '../executions/evaluate-checks.ts';

/** An alert that fires is repeated every few hours; one that was not heard of for longer holds no incident open. */
const SILENCE_MS = 24 * 3_600_000;

/** Right after an action was verified: closes its incident when the incident's own checks pass too. */
export async function resolveAfterAction(
  context: ExecutorContext,
  incidentId: string,
  signal: AbortSignal
): Promise<void> {
  const checks = await context.ledger.read.incidents.recovery(incidentId);
  if (allPassed(await evaluateChecks(context, checks, signal))) {
    await resolve(context, incidentId);
  }
}

/**
 * Makes a function that looks once at every open incident without a running action and closes those whose recovery checks
 * passed several times in a row; one that an alert opened not while an alert of it fires. Resolved by `action` when an action on it was verified before, else `unassisted`.
 */
export function recoveryWatch(context: ExecutorContext): (signal: AbortSignal) => Promise<void> {
  const passes = new Map<string, number>();
  return async (signal) => {
    const watched = await context.ledger.read.incidents.watched(context.clock.now() - SILENCE_MS);
    const open = new Set(watched.map((incident) => incident.id));
    for (const id of passes.keys()) {
      if (!open.has(id)) {
        passes.delete(id);
      }
    }
    for (const incident of watched) {
      const passed = allPassed(await evaluateChecks(context, incident.recovery, signal));
      const inRow = passed ? (passes.get(incident.id) ?? 0) + 1 : 0;
      passes.set(incident.id, inRow);
      if (inRow >= context.policy.verification.consecutivePasses) {
        await resolve(context, incident.id);
      }
    }
  };
}

async function resolve(context: ExecutorContext, incidentId: string): Promise<void> {
  await write(context, async (session) => {
    const atMs = context.clock.now();
    const by = (await session.executions.hasRecovered(incidentId)) ? 'action' : 'unassisted';
    if (await session.incidents.resolve(incidentId, by, atMs)) {
      const entry = { atMs, actor: EXECUTOR_ACTOR, event: 'incident.resolved', subject: incidentId, details: { by } };
      await record(session, entry);
    }
  });
}
