import Database from 'better-sqlite3';

/** What the ledger needs of an SQLite driver: small enough that another driver can take its place. */
export interface SqliteConnection {
  /** Runs one statement. `changes` is the number of rows written; `rows` is empty for statements that give none. */
  execute(sql: string, parameters: readonly unknown[]): { rows: Record<string, unknown>[]; changes: number };
  /** Whether a transaction is open. SQLite ends one by itself when the disk is full. */
  inTransaction(): boolean;
  close(): void;
}

/**
 * Opens a database with better-sqlite3.
 *
 * Every commit reaches the disk (`synchronous=FULL`); the lock is exclusive, so that a second executor on the same file
 * fails at its first statement and the audit has one writer.
 * @param file path, or `:memory:` in tests
 * @throws SqliteError when the file cannot be opened or is locked
 */
export function openBetterSqlite(file: string): SqliteConnection {
  const database = new Database(file, { timeout: 2000 });
  for (const pragma of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) {
    database.pragma(pragma);
  }
  const statements = new Map<string, Database.Statement>();
  const prepare = (sql: string): Database.Statement => {
    const known = statements.get(sql);
    if (known) {
      return known;
    }
    const statement = database.prepare(sql);
    if (statements.size < 500) {
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    execute(sql, parameters) {
      const statement = prepare(sql);
      return statement.reader
        ? { rows: statement.all(...parameters) as Record<string, unknown>[], changes: 0 }
        : { rows: [], changes: statement.run(...parameters).changes };
    },
    inTransaction: () => database.inTransaction,
    close: () => {
      database.close();
    },
  };
}
