import type { RunEvent, RunFeedbackRecord, RunRecord } from '#contracts';
import type { Kysely, Selectable } from 'kysely';
import type { RunStore } from '../run-store.ts';
import type { LedgerSchema, RunFeedbackTable, RunTable } from '../schema.ts';
import { toPage } from './page.ts';

/** Most runs that one sweep drops; the next one drops more. */
const MAX_DROPPED = 200;

/** {@link RunStore} in SQL that SQLite and PostgreSQL share. */
export function runStore(database: Kysely<LedgerSchema>): RunStore {
  const current = () => database.selectFrom('run').selectAll().where('dropped_ms', 'is', null);
  return {
    async list({ cursor, limit }, { status, incidentId, service }) {
      let query = current()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      query = cursor === undefined ? query : query.where('id', '<', cursor);
      query = status === undefined ? query : query.where('status', '=', status);
      query = incidentId === undefined ? query : query.where('incident_id', '=', incidentId);
      query = service === undefined ? query : query.where('service', '=', service);
      return toPage((await query.execute()).map(toRecord), limit);
    },
    async find(id) {
      const row = await current().where('id', '=', id).executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    async findSame(fingerprint, startsAtMs) {
      const row = await current()
        .where('fingerprint', '=', fingerprint)
        .where('starts_at_ms', '=', startsAtMs)
        .where('status', 'in', ['running', 'finished'])
        .executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    async isKnown(id) {
      const row = await database.selectFrom('run').select('id').where('id', '=', id).executeTakeFirst();
      return row !== undefined;
    },
    async feedback(runId) {
      const rows = await database
        .selectFrom('run_feedback')
        .selectAll()
        .where('run_id', '=', runId)
        .orderBy('id')
        .execute();
      return rows.map(toFeedback);
    },
    ...eventReads(database),
    ...runWrites(database),
    ...retention(database),
  };
}

function eventReads(database: Kysely<LedgerSchema>): Pick<RunStore, 'events' | 'characters'> {
  return {
    async events(id, after, limit) {
      const rows = await database
        .selectFrom('run_event')
        .select('event')
        .where('run_id', '=', id)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(({ event }) => JSON.parse(event) as RunEvent);
    },
    async characters(id) {
      const row = await database
        .selectFrom('run_event')
        .select(({ fn }) => fn.sum<number | null>('size').as('total'))
        .where('run_id', '=', id)
        .executeTakeFirst();
      return Number(row?.total ?? 0);
    },
  };
}

function runWrites(database: Kysely<LedgerSchema>): Pick<RunStore, 'insert' | 'append' | 'finish' | 'addFeedback'> {
  return {
    async insert(run, atMs) {
      await database
        .insertInto('run')
        .values({
          id: run.id,
          fingerprint: run.fingerprint,
          starts_at_ms: run.startsAtMs,
          service: run.request.service,
          request: JSON.stringify(run.request),
          origin: run.origin,
          started_by: run.startedBy,
          incident_id: run.incidentId,
          status: 'running',
          reason: '',
          created_ms: atMs,
          finished_ms: null,
          outcome: null,
          last_seq: 0,
          revision: 0,
          dropped_ms: null,
        })
        .execute();
    },
    async append(id, events) {
      const rows = events.map((event) => ({ event, json: JSON.stringify(event) }));
      for (const { event, json } of rows) {
        await database
          .insertInto('run_event')
          .values({ run_id: id, seq: event.seq, event: json, size: json.length })
          .execute();
      }
      const last = events.at(-1)?.seq;
      await database
        .updateTable('run')
        .set(({ eb }) => ({ revision: eb('revision', '+', 1), ...(last === undefined ? {} : { last_seq: last }) }))
        .where('id', '=', id)
        .execute();
    },
    async finish(id, { status, reason, ...outcome }, atMs) {
      const done = await database
        .updateTable('run')
        .set(({ eb }) => ({
          status,
          reason,
          finished_ms: atMs,
          outcome: JSON.stringify(outcome),
          revision: eb('revision', '+', 1),
        }))
        .where('id', '=', id)
        .where('status', '=', 'running')
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },
    async addFeedback({ id, runId, about, judgement, trueCause, comment, author, authorId, createdMs }) {
      await database
        .insertInto('run_feedback')
        .values({
          id,
          run_id: runId,
          about: JSON.stringify(about),
          judgement,
          true_cause: trueCause,
          comment,
          author,
          author_id: authorId,
          created_ms: createdMs,
        })
        .execute();
    },
  };
}

function retention(database: Kysely<LedgerSchema>): Pick<RunStore, 'drop'> {
  const over = () =>
    database.selectFrom('run').select('id').where('dropped_ms', 'is', null).where('status', '<>', 'running');
  return {
    async drop({ beforeMs, keep }, atMs) {
      const old = await over().where('created_ms', '<', beforeMs).orderBy('id').limit(MAX_DROPPED).execute();
      const beyond = await over().orderBy('id', 'desc').limit(MAX_DROPPED).offset(keep).execute();
      const ids = [...new Set([...old, ...beyond].map(({ id }) => id))];
      if (ids.length > 0) {
        await database.updateTable('run').set({ dropped_ms: atMs }).where('id', 'in', ids).execute();
        await database.deleteFrom('run_event').where('run_id', 'in', ids).execute();
      }
      return ids;
    },
  };
}

type Outcome = Pick<RunRecord, 'verdict' | 'decision' | 'cause' | 'cost'>;

const NO_OUTCOME: Outcome = { verdict: null, decision: null, cause: null, cost: null };

function toRecord(row: Selectable<RunTable>): RunRecord {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    startsAtMs: row.starts_at_ms,
    request: JSON.parse(row.request) as RunRecord['request'],
    origin: row.origin as RunRecord['origin'],
    startedBy: row.started_by,
    incidentId: row.incident_id,
    status: row.status as RunRecord['status'],
    reason: row.reason,
    createdMs: row.created_ms,
    finishedMs: row.finished_ms,
    ...(row.outcome === null ? NO_OUTCOME : (JSON.parse(row.outcome) as Outcome)),
    lastSeq: row.last_seq,
    revision: row.revision,
  };
}

function toFeedback(row: Selectable<RunFeedbackTable>): RunFeedbackRecord {
  return {
    id: row.id,
    about: JSON.parse(row.about) as RunFeedbackRecord['about'],
    judgement: row.judgement as RunFeedbackRecord['judgement'],
    trueCause: row.true_cause,
    comment: row.comment,
    author: row.author,
    createdMs: row.created_ms,
  };
}
