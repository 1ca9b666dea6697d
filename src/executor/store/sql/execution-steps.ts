import type { ExecutionStepPhase, JsonObject } from '#contracts';
import type { Kysely, Selectable } from 'kysely';
import type { ActiveStep, ExecutionStore, NewExecution, StepChange, StepIntent } from '../execution-store.ts';
import type { ExecutionStepTable, LedgerSchema } from '../schema.ts';

/** Steps of executions, by execution and in order. Cost: one query. */
export async function readSteps(
  database: Kysely<LedgerSchema>,
  ids: readonly string[]
): Promise<ReadonlyMap<string, ActiveStep[]>> {
  const found = new Map<string, ActiveStep[]>();
  if (ids.length === 0) {
    return found;
  }
  const query = database.selectFrom('execution_step').selectAll().where('execution_id', 'in', ids);
  for (const row of await query.orderBy('execution_id').orderBy('position').execute()) {
    found.set(row.execution_id, [...(found.get(row.execution_id) ?? []), toStep(row)]);
  }
  return found;
}

/** Stores the steps of a new execution. */
export async function insertSteps(database: Kysely<LedgerSchema>, { id, steps }: NewExecution): Promise<void> {
  const rows = steps.map((step, position) => ({
    execution_id: id,
    position,
    step_id: step.id,
    phase: 'pending',
    operation_id: step.operationId,
    undo_operation_id: step.undoOperationId,
    expected: null,
    pre_image: null,
    minted_ms: null,
    message: '',
    effect_ms: null,
    undone_ms: null,
    details: null,
    release_ms: null,
  }));
  await database.insertInto('execution_step').values(rows).execute();
}

/** The first of the targets that another execution works on. */
export async function lockedTarget(
  database: Kysely<LedgerSchema>,
  { steps }: NewExecution
): Promise<string | undefined> {
  const keys = lockable(steps);
  const query = database.selectFrom('target_lock').select('target_key').where('target_key', 'in', keys);
  return (await query.orderBy('target_key').executeTakeFirst())?.target_key;
}

/** Steps that touch nothing, such as a wait, lock nothing. */
function lockable(steps: NewExecution['steps']): readonly string[] {
  return [...new Set(steps.flatMap(({ targetKey }) => targetKey ?? []))];
}

/** Takes the locks of all targets; the database refuses a lock that is held. */
export async function lockTargets(database: Kysely<LedgerSchema>, { id, steps }: NewExecution): Promise<void> {
  const rows = lockable(steps).map((key) => ({ target_key: key, execution_id: id }));
  if (rows.length > 0) {
    await database.insertInto('target_lock').values(rows).execute();
  }
}

/** Which of the executions hold targets. */
export async function readHolders(
  database: Kysely<LedgerSchema>,
  ids: readonly string[]
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) {
    return new Set();
  }
  const rows = await database
    .selectFrom('target_lock')
    .select('execution_id')
    .where('execution_id', 'in', ids)
    .execute();
  return new Set(rows.map((row) => row.execution_id));
}

/** Lets all targets of an execution go. @returns how many it held */
export async function unlockTargets(database: Kysely<LedgerSchema>, id: string): Promise<number> {
  const done = await database.deleteFrom('target_lock').where('execution_id', '=', id).executeTakeFirst();
  return Number(done.numDeletedRows);
}

/** The step-writing part of {@link ExecutionStore}. */
export function stepWrites(database: Kysely<LedgerSchema>): Pick<ExecutionStore, 'changeStep'> {
  return {
    async changeStep(id, change) {
      const done = await database
        .updateTable('execution_step')
        .set(toUpdate(change))
        .where('execution_id', '=', id)
        .where('position', '=', change.position)
        .where('phase', 'in', change.from)
        .executeTakeFirst();
      const changed = done.numUpdatedRows === 1n;
      if (changed) {
        const effect = change.effectMs === undefined ? {} : { effect_ms: change.effectMs };
        const values = { message: change.message, ...effect };
        await database.updateTable('execution').set(values).where('id', '=', id).execute();
      }
      return changed;
    },
  };
}

function toUpdate({ to, message, intent, effectMs, undoneMs, details, releaseMs }: StepChange) {
  return {
    phase: to,
    message,
    ...(intent
      ? {
          expected: JSON.stringify(intent.expected),
          pre_image: JSON.stringify(intent.preImage),
          minted_ms: intent.mintedMs,
        }
      : {}),
    ...(effectMs === undefined ? {} : { effect_ms: effectMs }),
    ...(undoneMs === undefined ? {} : { undone_ms: undoneMs }),
    ...(details === undefined ? {} : { details: JSON.stringify(details) }),
    ...(releaseMs === undefined ? {} : { release_ms: releaseMs }),
  };
}

function toStep(row: Selectable<ExecutionStepTable>): ActiveStep {
  return {
    id: row.step_id,
    phase: row.phase as ExecutionStepPhase,
    message: row.message,
    effectMs: row.effect_ms,
    undoneMs: row.undone_ms,
    details: row.details === null ? null : (JSON.parse(row.details) as JsonObject),
    releaseMs: row.release_ms,
    operationId: row.operation_id,
    undoOperationId: row.undo_operation_id,
    intent: toIntent(row),
  };
}

function toIntent({ expected, pre_image, minted_ms }: Selectable<ExecutionStepTable>): StepIntent | null {
  return expected === null || pre_image === null || minted_ms === null
    ? null
    : {
        expected: JSON.parse(expected) as StepIntent['expected'],
        preImage: JSON.parse(pre_image) as StepIntent['preImage'],
        mintedMs: minted_ms,
      };
}
