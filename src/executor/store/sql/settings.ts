import type { Kysely } from 'kysely';
import type { LedgerSchema } from '../schema.ts';
import type { FreezeState, SettingStore } from '../setting-store.ts';

const FREEZE_KEY = 'freeze';
const PROBE_KEY = 'probe';
const NOT_FROZEN: FreezeState = { frozen: false, reason: '', actor: '', atMs: 0 };

/** {@link SettingStore} in SQL that SQLite and PostgreSQL share. */
export function settingStore(database: Kysely<LedgerSchema>): SettingStore {
  const set = async (key: string, value: string) => {
    await database
      .insertInto('setting')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
  };
  return {
    async freeze() {
      const query = database.selectFrom('setting').select('value').where('key', '=', FREEZE_KEY);
      const row = await query.executeTakeFirst();
      return row ? (JSON.parse(row.value) as FreezeState) : NOT_FROZEN;
    },
    setFreeze: (state) => set(FREEZE_KEY, JSON.stringify(state)),
    probe: (atMs) => set(PROBE_KEY, String(atMs)),
    async useToken(jti, expiresMs) {
      const done = await database
        .insertInto('used_token')
        .values({ jti, expires_ms: expiresMs })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return done.numInsertedOrUpdatedRows === 1n;
    },
    async forgetTokens(beforeMs) {
      await database.deleteFrom('used_token').where('expires_ms', '<', beforeMs).execute();
    },
  };
}
