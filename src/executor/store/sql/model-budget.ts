import { type Kysely, sql } from 'kysely';
import type { ModelBudgetStore, UsedAmount } from '../model-budget-store.ts';
import type { LedgerSchema } from '../schema.ts';

/** {@link ModelBudgetStore} in SQL that SQLite and PostgreSQL share. */
export function modelBudgetStore(database: Kysely<LedgerSchema>): ModelBudgetStore {
  const sumOf = async (column: 'incident' | 'month', value: string): Promise<UsedAmount> => {
    const row = await database
      .selectFrom('model_use')
      .select([
        sql<number>`COALESCE(SUM(COALESCE(tokens, reserved_tokens)), 0)`.as('tokens'),
        sql<number>`COALESCE(SUM(COALESCE(cost, reserved_cost, 0)), 0)`.as('cost'),
      ])
      .where(column, '=', value)
      .executeTakeFirstOrThrow();
    return { tokens: Number(row.tokens), cost: Number(row.cost) };
  };
  return {
    usedForIncident: (incident) => sumOf('incident', incident),
    usedInMonth: (month) => sumOf('month', month),
    async reserve({ id, incident, month, tokens, cost }, atMs) {
      const row = { id, incident, month, reserved_tokens: tokens, reserved_cost: cost, reserved_ms: atMs };
      await database
        .insertInto('model_use')
        .values({ ...row, tokens: null, cost: null, settled_ms: null })
        .execute();
    },
    async settle(id, { tokens, cost }, atMs) {
      const result = await database
        .updateTable('model_use')
        .set({ tokens, cost, settled_ms: atMs })
        .where('id', '=', id)
        .where('settled_ms', 'is', null)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
  };
}
