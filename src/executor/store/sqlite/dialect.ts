import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { SqliteConnection } from './connection.ts';

/** Kysely over one {@link SqliteConnection}; kysely's own mutex lets one transaction at a time have it. */
export function sqliteDialect(connection: SqliteConnection): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => sqliteDriver(connection),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function sqliteDriver(connection: SqliteConnection): Driver {
  const shared: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, changes } = connection.execute(sql, parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    },
    // eslint-disable-next-line require-yield
    async *streamQuery() {
      throw new Error('The ledger reads pages, it does not stream');
    },
  };
  return {
    init: async () => {},
    acquireConnection: async () => shared,
    beginTransaction: async () => void connection.execute('BEGIN IMMEDIATE', []),
    commitTransaction: async () => void connection.execute('COMMIT', []),
    // A full disk has already rolled back: a second ROLLBACK would hide the real error.
    rollbackTransaction: async () => {
      if (connection.inTransaction()) {
        connection.execute('ROLLBACK', []);
      }
    },
    releaseConnection: async () => {},
    destroy: async () => connection.close(),
  };
}
