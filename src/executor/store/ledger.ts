import type { AlertStore } from './alert-store.ts';
import type { AuditStore } from './audit-store.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { IncidentStore } from './incident-store.ts';
import type { LabelStore } from './label-store.ts';
import type { LeaseStore } from './lease-store.ts';
import type { ModelBudgetStore } from './model-budget-store.ts';
import type { NotificationStore } from './notification-store.ts';
import type { PlanStore } from './plan-store.ts';
import type { RunStore } from './run-store.ts';
import type { RunbookStore } from './runbook-store.ts';
import type { SettingStore } from './setting-store.ts';

/** Everything one unit of work can read and write. */
export interface LedgerSession {
  readonly incidents: IncidentStore;
  readonly plans: PlanStore;
  readonly executions: ExecutionStore;
  readonly audit: AuditStore;
  readonly settings: SettingStore;
  readonly leases: LeaseStore;
  readonly labels: LabelStore;
  readonly notifications: NotificationStore;
  readonly runbooks: RunbookStore;
  readonly runs: RunStore;
  readonly modelBudget: ModelBudgetStore;
  readonly alerts: AlertStore;
}

/**
 * The durable state of the executor. The port that every database adapter implements and one contract suite tests.
 *
 * `transaction` commits all or nothing and is on disk when it resolves. Its `work` may await only the session it is given:
 * another session, or the network, would hold the single writer.
 */
export interface Ledger {
  /** Single reads outside any transaction. */
  readonly read: LedgerSession;
  /** @throws ExecutorError LEDGER_UNWRITABLE when the disk is full or the file cannot be written */
  transaction<T>(work: (session: LedgerSession) => Promise<T>): Promise<T>;
  /** False after a failed write, until a later one succeeds. */
  writable(): boolean;
  close(): Promise<void>;
}
