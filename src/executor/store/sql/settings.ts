import type { Kysely } from 'kysely';
import type { MaintenanceWindow } from '../../guards/guard-rails.ts';
import type { LedgerSchema } from '../schema.ts';
import type { FreezeState, SettingStore } from '../setting-store.ts';

const FREEZE_KEY = 'freeze';
const PROBE_KEY = 'probe';
const MAINTENANCE_KEY = 'maintenance';
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
  const get = async <T>(key: string, fallback: T): Promise<T> => {
    const row = await database.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst();
    return row ? (JSON.parse(row.value) as T) : fallback;
  };
  return {
    freeze: async () => get(FREEZE_KEY, NOT_FROZEN),
    maintenance: async () => get<readonly MaintenanceWindow[]>(MAINTENANCE_KEY, []),
    setMaintenance: (windows) => set(MAINTENANCE_KEY, JSON.stringify(windows)),
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
