import type { Kysely } from 'kysely';
import type { RunbookStore } from '../runbook-store.ts';
import type { LedgerSchema } from '../schema.ts';

/** {@link RunbookStore} in SQL that SQLite and PostgreSQL share. */
export function runbookStore(database: Kysely<LedgerSchema>): RunbookStore {
  return {
    async usedDigests() {
      const rows = await database.selectFrom('runbook_use').select(['key', 'digest']).execute();
      return new Map(rows.map(({ key, digest }) => [key, digest]));
    },
    async use(key, digest, atMs) {
      await database
        .insertInto('runbook_use')
        .values({ key, digest, first_ms: atMs })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
      const row = await database.selectFrom('runbook_use').select('digest').where('key', '=', key).executeTakeFirst();
      return row?.digest === digest;
    },
  };
}
