import type { BudgetReservation, BudgetUse, ReserveBudget } from '#contracts';
import type { EpochMs } from '#model';
import { type ExecutorContext, record, write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import { actorOf, type Principal } from '../identity/principal.ts';
import type { UsedAmount } from '../store/model-budget-store.ts';

/**
 * Sets aside what a run of the language model may use at most, as far as the budgets leave it, or refuses. In one
 * transaction: runs at the same time cannot exceed a budget together.
 */
export async function reserveBudget(context: ExecutorContext, request: ReserveBudget): Promise<BudgetReservation> {
  const { incident, most, least } = request;
  return write(context, async (session) => {
    const atMs = context.clock.now();
    const month = monthOf(atMs);
    const scopes = [
      { by: 'incident', limit: request.perIncident, used: await session.modelBudget.usedForIncident(incident) },
      { by: 'month', limit: request.perMonth, used: await session.modelBudget.usedInMonth(month) },
    ] as const;
    let { tokens, cost } = most;
    for (const { by, limit, used } of scopes) {
      const left = leftOf(limit, used);
      const unit = least.tokens > left.tokens ? 'tokens' : (least.cost ?? -Infinity) > left.cost ? 'cost' : undefined;
      if (unit) {
        return { kind: 'refused', by, unit, limit: limit[unit] ?? 0, left: Math.max(0, left[unit]) };
      }
      tokens = Math.min(tokens, left.tokens);
      cost = cost === null ? null : Math.min(cost, left.cost);
    }
    const id = context.newId();
    await session.modelBudget.reserve({ id, incident, month, tokens, cost }, atMs);
    return { kind: 'granted', id, granted: { tokens, cost } };
  });
}

/**
 * Records what was used of a reservation; the rest is free again.
 * @throws ExecutorError NOT_FOUND when there is no such reservation, or it was settled before
 */
export async function settleBudget(
  context: ExecutorContext,
  principal: Principal,
  id: string,
  spent: { readonly tokens: number; readonly cost: number | null }
): Promise<void> {
  await write(context, async (session) => {
    const atMs = context.clock.now();
    if (!(await session.modelBudget.settle(id, spent, atMs))) {
      throw new ExecutorError('NOT_FOUND', 'There is no such reservation, or it was settled before.');
    }
    await record(session, { atMs, actor: actorOf(principal), event: 'model.used', subject: id, details: { ...spent } });
  });
}

/** What was used for an incident, and in this month. */
export async function budgetUse({ ledger, clock }: ExecutorContext, incident: string): Promise<BudgetUse> {
  const month = monthOf(clock.now());
  const { modelBudget } = ledger.read;
  return {
    month,
    usedInMonth: await modelBudget.usedInMonth(month),
    usedForIncident: await modelBudget.usedForIncident(incident),
  };
}

function leftOf(limit: { readonly tokens?: number | undefined; readonly cost?: number | undefined }, used: UsedAmount) {
  return {
    tokens: (limit.tokens ?? Infinity) - used.tokens,
    cost: (limit.cost ?? Infinity) - used.cost,
  };
}

function monthOf(atMs: EpochMs): string {
  return new Date(atMs).toISOString().slice(0, 7);
}
