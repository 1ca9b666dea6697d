import type { AlertRecord } from '#contracts';
import { type Kysely, type Selectable } from 'kysely';
import type { AlertStore } from '../alert-store.ts';
import type { AlertTable, LedgerSchema } from '../schema.ts';
import { toPage } from './page.ts';

/** Most alerts that one call drops for one reason; the next one drops more. */
const MAX_DROPPED = 500;

/** {@link AlertStore} in SQL that SQLite and PostgreSQL share. */
export function alertStore(database: Kysely<LedgerSchema>): AlertStore {
  const all = () => database.selectFrom('alert').selectAll();
  return {
    async list({ cursor, limit }, { status, service, incidentId, linked }) {
      let query = all()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      query = cursor === undefined ? query : query.where('id', '<', cursor);
      query = status === undefined ? query : query.where('status', '=', status);
      query = service === undefined ? query : query.where('service', '=', service);
      query = incidentId === undefined ? query : query.where('incident_id', '=', incidentId);
      query = linked === undefined ? query : query.where('incident_id', linked ? 'is not' : 'is', null);
      return toPage((await query.execute()).map(toRecord), limit);
    },
    async find(id) {
      const row = await all().where('id', '=', id).executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    async findSame(fingerprint, startsAtMs) {
      const query = all().where('fingerprint', '=', fingerprint).where('starts_at_ms', '=', startsAtMs);
      const row = await query.executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    async counts() {
      const row = await database
        .selectFrom('alert')
        .select(({ fn, eb, and }) => [
          fn.countAll<number>().filterWhere('status', '=', 'firing').as('firing'),
          fn.countAll<number>().filterWhere('status', '=', 'resolved').as('resolved'),
          fn
            .countAll<number>()
            .filterWhere(and([eb('status', '=', 'firing'), eb('incident_id', 'is', null)]))
            .as('waiting'),
        ])
        .executeTakeFirstOrThrow();
      return { firing: Number(row.firing), resolved: Number(row.resolved), waiting: Number(row.waiting) };
    },
    ...writes(database),
  };
}

function writes(database: Kysely<LedgerSchema>): Pick<AlertStore, 'insert' | 'update' | 'link' | 'drop'> {
  return {
    async insert(alert) {
      await database
        .insertInto('alert')
        .values({
          id: alert.id,
          fingerprint: alert.fingerprint,
          starts_at_ms: alert.startsAtMs,
          status: alert.status,
          name: alert.name,
          service: alert.service,
          severity: alert.severity,
          summary: alert.summary,
          labels: JSON.stringify(alert.labels),
          ends_at_ms: alert.endsAtMs,
          received_ms: alert.receivedMs,
          incident_id: alert.incidentId,
        })
        .execute();
    },
    async update({ id, status, summary, endsAtMs, receivedMs }) {
      const values = { status, summary, ends_at_ms: endsAtMs, received_ms: receivedMs };
      await database.updateTable('alert').set(values).where('id', '=', id).execute();
    },
    async link(id, incidentId) {
      const done = await database
        .updateTable('alert')
        .set({ incident_id: incidentId })
        .where('id', '=', id)
        .where('incident_id', 'is', null)
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },
    async drop({ beforeMs, keep }) {
      const ids = () => database.selectFrom('alert').select('id');
      const old = await ids().where('received_ms', '<', beforeMs).orderBy('id').limit(MAX_DROPPED).execute();
      const beyond = await ids()
        .orderBy('received_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(MAX_DROPPED)
        .offset(keep)
        .execute();
      const gone = [...new Set([...old, ...beyond].map(({ id }) => id))];
      if (gone.length > 0) {
        await database.deleteFrom('alert').where('id', 'in', gone).execute();
      }
      return gone.length;
    },
  };
}

function toRecord(row: Selectable<AlertTable>): AlertRecord {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    status: row.status as AlertRecord['status'],
    name: row.name,
    service: row.service,
    severity: row.severity,
    summary: row.summary,
    labels: JSON.parse(row.labels) as AlertRecord['labels'],
    startsAtMs: row.starts_at_ms,
    endsAtMs: row.ends_at_ms,
    receivedMs: row.received_ms,
    incidentId: row.incident_id,
  };
}
