import type { EpochMs } from '#model';
import { EXECUTOR_ACTOR, record } from '../context.ts';
import type { LedgerSession } from '../store/ledger.ts';

/** Marks plans that were not decided in time, with one audit entry each. @returns how many */
export async function expirePlans(session: LedgerSession, atMs: EpochMs): Promise<number> {
  const ids = await session.plans.expire(atMs);
  for (const id of ids) {
    await record(session, { atMs, actor: EXECUTOR_ACTOR, event: 'plan.timeout', subject: id });
  }
  return ids.length;
}
