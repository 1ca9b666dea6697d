import { Kysely, sql } from 'kysely';
import { describeError } from '../../log.ts';
import { ExecutorError } from '../../errors.ts';
import type { Ledger, LedgerSession } from '../ledger.ts';
import type { LedgerSchema } from '../schema.ts';
import { alertStore } from '../sql/alerts.ts';
import { auditStore } from '../sql/audit.ts';
import { executionStore } from '../sql/executions.ts';
import { incidentStore } from '../sql/incidents.ts';
import { labelStore } from '../sql/labels.ts';
import { leaseStore } from '../sql/leases.ts';
import { modelBudgetStore } from '../sql/model-budget.ts';
import { notificationStore } from '../sql/notifications.ts';
import { planStore } from '../sql/plans.ts';
import { runbookStore } from '../sql/runbooks.ts';
import { runStore } from '../sql/runs.ts';
import { settingStore } from '../sql/settings.ts';
import type { SqliteConnection } from './connection.ts';
import { openBetterSqlite } from './connection.ts';
import { sqliteDialect } from './dialect.ts';
import type { Migration } from './migrations.ts';
import { MIGRATIONS } from './migrations.ts';

/** SQLite result codes that mean "the disk does not take it": full, I/O error, read-only, lock held elsewhere. */
const UNWRITABLE = /^SQLITE_(FULL|IOERR|READONLY|BUSY|CANTOPEN)/;

/**
 * Opens the ledger and brings its schema up to date.
 * @param file path of the database; `:memory:` in tests
 * @throws Error when the file is locked by another executor or was written by a newer version
 */
export async function openSqliteLedger(file: string): Promise<Ledger> {
  return ledgerOn(openBetterSqlite(file));
}

/** The ledger over an open connection; tests use it to limit or tamper with the database. */
export async function ledgerOn(connection: SqliteConnection): Promise<Ledger> {
  let rowsWritten = 0;
  const counting: SqliteConnection = {
    ...connection,
    execute(statement, parameters) {
      const result = connection.execute(statement, parameters);
      rowsWritten += result.changes;
      return result;
    },
  };
  const database = new Kysely<LedgerSchema>({ dialect: sqliteDialect(counting) });
  await migrate(database, MIGRATIONS);
  let writable = true;
  return {
    read: session(database),
    async transaction(work) {
      try {
        const before = rowsWritten;
        const result = await database.transaction().execute((transaction) => work(session(transaction)));
        writable ||= rowsWritten > before;
        return result;
      } catch (error) {
        if (!isUnwritable(error)) {
          throw error;
        }
        writable = false;
        throw new ExecutorError('LEDGER_UNWRITABLE', describeError(error), { cause: error });
      }
    },
    writable: () => writable,
    close: () => database.destroy(),
  };
}

function session(database: Kysely<LedgerSchema>): LedgerSession {
  return {
    incidents: incidentStore(database),
    plans: planStore(database),
    executions: executionStore(database),
    audit: auditStore(database),
    settings: settingStore(database),
    leases: leaseStore(database),
    labels: labelStore(database),
    notifications: notificationStore(database),
    runbooks: runbookStore(database),
    runs: runStore(database),
    modelBudget: modelBudgetStore(database),
    alerts: alertStore(database),
  };
}

function isUnwritable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNWRITABLE.test(String(error.code));
}

async function migrate(database: Kysely<LedgerSchema>, migrations: readonly Migration[]): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, applied_ms INTEGER NOT NULL) STRICT`.execute(
    database
  );
  const rows = await database.selectFrom('schema_migration').select('version').execute();
  const done = new Set(rows.map((row) => row.version));
  const newest = Math.max(0, ...migrations.map((migration) => migration.version));
  if (Math.max(0, ...done) > newest) {
    throw new Error('The ledger was written by a newer executor. Start that version, or restore an older backup.');
  }
  for (const { version, statements } of migrations.filter((migration) => !done.has(migration.version))) {
    await database.transaction().execute(async (transaction) => {
      for (const statement of statements) {
        await sql.raw(statement).execute(transaction);
      }
      await transaction.insertInto('schema_migration').values({ version, applied_ms: Date.now() }).execute();
    });
  }
}
