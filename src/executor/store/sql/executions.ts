import type { CheckResult, ExecutionRecord } from '#contracts';
import type { Kysely, Selectable } from 'kysely';
import type { ActiveExecution, ExecutionStore } from '../execution-store.ts';
import type { ExecutionTable, LedgerSchema } from '../schema.ts';
import { executionFigures } from './execution-figures.ts';
import { toPage } from './page.ts';

/** {@link ExecutionStore} in SQL that SQLite and PostgreSQL share. */
export function executionStore(database: Kysely<LedgerSchema>): ExecutionStore {
  const one = () => database.selectFrom('execution').selectAll();
  const active = () => one().where('status', 'in', ['running', 'verifying']);
  const complete = async (rows: readonly Selectable<ExecutionTable>[]): Promise<ExecutionRecord[]> => {
    const checks = await readChecks(
      database,
      rows.map((row) => row.id)
    );
    return rows.map((row) => toRecord(row, checks.get(row.id) ?? []));
  };
  const toActive = async (row: Selectable<ExecutionTable>): Promise<ActiveExecution> => ({
    id: row.id,
    planId: row.plan_id,
    incidentId: row.incident_id,
    operationId: row.operation_id,
    phase: row.phase as ActiveExecution['phase'],
    effectMs: row.effect_ms,
    rounds: await countRounds(database, row.id),
  });
  return {
    async list({ cursor, limit }, incidentId) {
      let query = one()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      query = cursor === undefined ? query : query.where('id', '<', cursor);
      query = incidentId === undefined ? query : query.where('incident_id', '=', incidentId);
      return toPage(await complete(await query.execute()), limit);
    },
    async find(id) {
      return (await complete(await one().where('id', '=', id).execute()))[0] ?? null;
    },
    async active() {
      const found: ActiveExecution[] = [];
      for (const row of await active().orderBy('id').execute()) {
        found.push(await toActive(row));
      }
      return found;
    },
    async findActive(id) {
      const row = await active().where('id', '=', id).executeTakeFirst();
      return row ? toActive(row) : null;
    },
    ...writes(database),
    ...executionFigures(database),
  };
}

function writes(
  database: Kysely<LedgerSchema>
): Pick<ExecutionStore, 'insert' | 'markIntent' | 'markApplied' | 'finish' | 'needHuman' | 'insertChecks'> {
  const update = (id: string) => database.updateTable('execution').where('id', '=', id);
  return {
    async insert(execution) {
      const row = {
        id: execution.id,
        plan_id: execution.planId,
        incident_id: execution.incidentId,
        action: execution.action,
        target_key: execution.targetKey,
        operation_id: execution.operationId,
        status: 'running',
        phase: 'queued',
        outcome: null,
        message: 'waiting to start',
        started_ms: execution.startedMs,
        effect_ms: null,
        finished_ms: null,
      };
      const done = await database
        .insertInto('execution')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return done.numInsertedOrUpdatedRows === 1n;
    },
    async markIntent(id) {
      const done = await update(id)
        .set({ phase: 'intent', message: 'acting' })
        .where('phase', '=', 'queued')
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },
    async markApplied(id, atMs, message) {
      await update(id).set({ phase: 'applied', status: 'verifying', effect_ms: atMs, message }).execute();
    },
    async finish(id, outcome, message, atMs) {
      await update(id).set({ phase: 'done', status: 'finished', outcome, message, finished_ms: atMs }).execute();
    },
    async needHuman(id, message, atMs) {
      await update(id).set({ status: 'needs-human', message, finished_ms: atMs }).execute();
    },
    async insertChecks(id, round, checks) {
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
    },
  };
}

async function countRounds(database: Kysely<LedgerSchema>, id: string): Promise<number> {
  const row = await database
    .selectFrom('execution_check')
    .select(({ fn }) => fn.max<number | null>('round').as('last'))
    .where('execution_id', '=', id)
    .executeTakeFirst();
  return row?.last ?? 0;
}

async function readChecks(
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

function toRecord(row: Selectable<ExecutionTable>, checks: readonly CheckResult[]): ExecutionRecord {
  return {
    id: row.id,
    planId: row.plan_id,
    incidentId: row.incident_id,
    status: row.status as ExecutionRecord['status'],
    outcome: row.outcome as ExecutionRecord['outcome'],
    message: row.message,
    startedMs: row.started_ms,
    finishedMs: row.finished_ms,
    checks,
  };
}
