import type { CheckResult } from '#contracts';
import type { Kysely } from 'kysely';
import type { LedgerSchema } from '../schema.ts';

/** Stores one round of checks. */
export async function insertChecks(
  database: Kysely<LedgerSchema>,
  id: string,
  round: number,
  checks: readonly CheckResult[]
): Promise<void> {
  const rows = checks.map((check, position) => ({
    execution_id: id,
    round,
    position,
    name: check.name,
    at_ms: check.atMs,
    value: check.value,
    passed: check.passed ? 1 : 0,
  }));
  await database.insertInto('execution_check').values(rows).execute();
}

/** How many rounds of checks executions have stored. */
export async function countRounds(
  database: Kysely<LedgerSchema>,
  ids: readonly string[]
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) {
    return new Map();
  }
  const rows = await database
    .selectFrom('execution_check')
    .select(({ fn }) => ['execution_id', fn.max<number>('round').as('last')])
    .where('execution_id', 'in', ids)
    .groupBy('execution_id')
    .execute();
  return new Map(rows.map((row) => [row.execution_id, Number(row.last)]));
}

/** Checks of executions, by execution, in order. */
export async function readChecks(
  database: Kysely<LedgerSchema>,
  ids: readonly string[]
): Promise<ReadonlyMap<string, CheckResult[]>> {
  const found = new Map<string, CheckResult[]>();
  if (ids.length === 0) {
    return found;
  }
  const query = database.selectFrom('execution_check').selectAll().where('execution_id', 'in', ids);
  for (const row of await query.orderBy('execution_id').orderBy('round').orderBy('position').execute()) {
    const list = found.get(row.execution_id) ?? [];
    list.push({ name: row.name, atMs: row.at_ms, value: row.value, passed: row.passed === 1 });
    found.set(row.execution_id, list);
  }
  return found;
}
