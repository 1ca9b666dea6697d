import type { Kysely } from 'kysely';
import type { LeaseStore } from '../lease-store.ts';
import type { LedgerSchema } from '../schema.ts';

/** {@link LeaseStore} in SQL that SQLite and PostgreSQL share. */
export function leaseStore(database: Kysely<LedgerSchema>): LeaseStore {
  return {
    async acquire(name, { holder, ttlSeconds }, atMs) {
      const known = await database.selectFrom('lease').selectAll().where('name', '=', name).executeTakeFirst();
      const isFree = !known || known.expires_ms <= atMs;
      if (known && !isFree && known.holder !== holder) {
        return {
          name,
          holder: known.holder,
          held: false,
          expiresMs: known.expires_ms,
          token: known.token,
          changed: false,
        };
      }
      const changed = known?.holder !== holder;
      const row = {
        holder,
        expires_ms: atMs + Math.round(ttlSeconds * 1000),
        token: (known?.token ?? 0) + Number(changed || isFree),
      };
      await database
        .insertInto('lease')
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
      return { name, holder, held: true, expiresMs: row.expires_ms, token: row.token, changed };
    },
  };
}
