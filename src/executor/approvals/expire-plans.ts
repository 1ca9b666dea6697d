import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record } from '../context.ts';
import { announce } from '../notifications/announce.ts';
import type { LedgerSession } from '../store/ledger.ts';

/** Marks plans that were not decided in time, with one audit entry each. @returns how many */
export async function expirePlans(
  context: Pick<ExecutorContext, 'clock' | 'policy' | 'newId'>,
  session: LedgerSession
): Promise<number> {
  const atMs = context.clock.now();
  const ids = await session.plans.expire(atMs);
  for (const id of ids) {
    await record(session, { atMs, actor: EXECUTOR_ACTOR, event: 'plan.timeout', subject: id });
    const expired = await session.plans.find(id);
    if (expired) {
      await announce(context, session, expired.record, 'timeout', 'Nobody decided in time.');
    }
  }
  return ids.length;
}
