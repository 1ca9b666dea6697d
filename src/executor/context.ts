import type { EpochMs } from '#model';
import type { ActionRegistry } from './actions/registry.ts';
import type { AuditGuard } from './audit/guard.ts';
import type { Clock } from './clock.ts';
import { ExecutorError } from './errors.ts';
import type { Log } from './log.ts';
import type { MetricsReader } from './metrics-reader.ts';
import type { ExecutorPolicy } from './policy.ts';
import type { RunbookCatalogue } from './runbooks/catalogue.ts';
import type { Ledger, LedgerSession } from './store/ledger.ts';

/** What every rule of the executor works with. Made once by `createExecutor`. */
export interface ExecutorContext {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly actions: ActionRegistry;
  readonly metrics: MetricsReader;
  readonly runbooks: RunbookCatalogue;
  readonly policy: ExecutorPolicy;
  readonly policyVersion: string;
  readonly audit: AuditGuard;
  readonly log: Log;
  /** A new ULID: sorts by time, never repeats. No secret: knowing one gives no rights. */
  readonly newId: () => string;
}

/**
 * The only way to write. Refuses while the audit chain is broken, so that nothing happens that could not be recorded.
 * @throws ExecutorError AUDIT_BROKEN, LEDGER_UNWRITABLE
 */
export async function write<T>(context: ExecutorContext, work: (session: LedgerSession) => Promise<T>): Promise<T> {
  if (!context.audit.ok()) {
    throw new ExecutorError('AUDIT_BROKEN', `The audit chain is broken at entry ${context.audit.brokenAt() ?? '?'}.`);
  }
  return context.ledger.transaction(work);
}

/** Name under which the executor itself appears in the audit. */
export const EXECUTOR_ACTOR = 'causeway-executor';

/** Adds an audit entry inside the transaction of what it records. */
export async function record(
  session: LedgerSession,
  entry: { atMs: EpochMs; actor: string; event: string; subject: string; details?: Readonly<Record<string, unknown>> }
): Promise<void> {
  await session.audit.append({ details: {}, ...entry });
}
