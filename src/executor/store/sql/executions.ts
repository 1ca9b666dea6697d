import type { CheckResult, ExecutionRecord } from '#contracts';
import type { Kysely, Selectable } from 'kysely';
import type { ActiveExecution, ActiveStep, ExecutionStore } from '../execution-store.ts';
import type { ExecutionTable, LedgerSchema } from '../schema.ts';
import { countRounds, insertChecks, readChecks } from './execution-checks.ts';
import { executionFigures } from './execution-figures.ts';
import { executionHistory } from './execution-history.ts';
import {
  insertSteps,
  lockedTarget,
  lockTargets,
  readHolders,
  readSteps,
  stepWrites,
  unlockTargets,
} from './execution-steps.ts';
import { toPage } from './page.ts';

/** {@link ExecutionStore} in SQL that SQLite and PostgreSQL share. */
export function executionStore(database: Kysely<LedgerSchema>): ExecutionStore {
  const one = () => database.selectFrom('execution').selectAll();
  const active = () => one().where('status', 'in', ['running', 'verifying']);
  const complete = async (rows: readonly Selectable<ExecutionTable>[]): Promise<ExecutionRecord[]> => {
    const ids = rows.map((row) => row.id);
    const checks = await readChecks(database, ids);
    const steps = await readSteps(database, ids);
    const holders = await readHolders(database, ids);
    return rows.map((row) => ({
      ...toRecord(row, steps.get(row.id) ?? [], checks.get(row.id) ?? []),
      holdsTargets: holders.has(row.id),
    }));
  };
  const toActive = async (rows: readonly Selectable<ExecutionTable>[]): Promise<ActiveExecution[]> => {
    const ids = rows.map((row) => row.id);
    const steps = await readSteps(database, ids);
    const rounds = await countRounds(database, ids);
    return rows.map((row) => ({
      id: row.id,
      planId: row.plan_id,
      incidentId: row.incident_id,
      direction: row.direction as ActiveExecution['direction'],
      verification: row.verification as ActiveExecution['verification'],
      cancelledBy: row.cancelled_by,
      steps: steps.get(row.id) ?? [],
      startedMs: row.started_ms,
      effectMs: row.effect_ms,
      rounds: rounds.get(row.id) ?? 0,
    }));
  };
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
    active: async () => toActive(await active().orderBy('id').execute()),
    findWhole: async (id) => (await toActive(await one().where('id', '=', id).execute()))[0] ?? null,
    findActive: async (id) => (await toActive(await active().where('id', '=', id).execute()))[0] ?? null,
    ...begins(database),
    ...ends(database),
    ...stepWrites(database),
    insertChecks: (id, round, checks) => insertChecks(database, id, round, checks),
    ...executionFigures(database),
    ...executionHistory(database),
  };
}

function begins(database: Kysely<LedgerSchema>): Pick<ExecutionStore, 'insert' | 'cancel'> {
  return {
    async insert(execution) {
      const before = await database
        .selectFrom('execution')
        .select('id')
        .where('plan_id', '=', execution.planId)
        .executeTakeFirst();
      if (before) {
        return { refused: null };
      }
      const locked = await lockedTarget(database, execution);
      if (locked !== undefined) {
        return { refused: locked };
      }
      const row = {
        id: execution.id,
        plan_id: execution.planId,
        incident_id: execution.incidentId,
        action: execution.action,
        target_key: execution.targetKey,
        status: 'running',
        direction: 'forward',
        verification: null,
        outcome: null,
        message: 'waiting to start',
        cancelled_by: null,
        started_ms: execution.startedMs,
        effect_ms: null,
        finished_ms: null,
      };
      await database.insertInto('execution').values(row).execute();
      await lockTargets(database, execution);
      await insertSteps(database, execution);
      return undefined;
    },
    async cancel(id, actor) {
      const done = await database
        .updateTable('execution')
        .set({ cancelled_by: actor })
        .where('id', '=', id)
        .where('status', 'in', ['running', 'verifying'])
        .where('cancelled_by', 'is', null)
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },
  };
}

function ends(
  database: Kysely<LedgerSchema>
): Pick<ExecutionStore, 'beginVerification' | 'setVerification' | 'turnBack' | 'finish' | 'needHuman' | 'release'> {
  const update = (id: string) => database.updateTable('execution').where('id', '=', id);
  return {
    async beginVerification(id) {
      await update(id).set({ status: 'verifying' }).execute();
    },
    async setVerification(id, verification, message) {
      await update(id).set({ verification, message }).execute();
    },
    async turnBack(id, message) {
      await update(id).set({ direction: 'undo', status: 'running', message }).execute();
    },
    async finish(id, outcome, message, atMs) {
      await update(id).set({ status: 'finished', outcome, message, finished_ms: atMs }).execute();
      await unlockTargets(database, id);
    },
    async needHuman(id, message, atMs) {
      await update(id).set({ status: 'needs-human', message, finished_ms: atMs }).execute();
    },
    async release(id) {
      const row = await database.selectFrom('execution').select('status').where('id', '=', id).executeTakeFirst();
      return row?.status === 'needs-human' && (await unlockTargets(database, id)) > 0;
    },
  };
}

function toRecord(
  row: Selectable<ExecutionTable>,
  steps: readonly ActiveStep[],
  checks: readonly CheckResult[]
): Omit<ExecutionRecord, 'holdsTargets'> {
  return {
    id: row.id,
    planId: row.plan_id,
    incidentId: row.incident_id,
    status: row.status as ExecutionRecord['status'],
    outcome: row.outcome as ExecutionRecord['outcome'],
    message: row.message,
    startedMs: row.started_ms,
    finishedMs: row.finished_ms,
    cancelledBy: row.cancelled_by,
    steps: steps.map(({ operationId: _o, undoOperationId: _u, intent: _i, ...step }) => step),
    checks,
  };
}
