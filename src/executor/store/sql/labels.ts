import type { AnomalyLabelRecord } from '#contracts';
import type { Kysely, Selectable } from 'kysely';
import type { LabelStore } from '../label-store.ts';
import type { AnomalyLabelTable, LedgerSchema } from '../schema.ts';
import { toPage } from './page.ts';

/** {@link LabelStore} in SQL that SQLite and PostgreSQL share. */
export function labelStore(database: Kysely<LedgerSchema>): LabelStore {
  const current = () => database.selectFrom('anomaly_label').selectAll().where('withdrawn_ms', 'is', null);
  return {
    async list({ cursor, limit }, { fromMs, toMs, service }) {
      let query = current()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      query = cursor === undefined ? query : query.where('id', '<', cursor);
      query = fromMs === undefined ? query : query.where('to_ms', '>', fromMs);
      query = toMs === undefined ? query : query.where('from_ms', '<', toMs);
      query = service === undefined ? query : query.where('service', '=', service);
      return toPage((await query.execute()).map(toRecord), limit);
    },
    async find(id) {
      const row = await current().where('id', '=', id).executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    async insert(label) {
      await database
        .insertInto('anomaly_label')
        .values({
          id: label.id,
          service: label.service,
          signal_id: label.signalId,
          label: label.label,
          from_ms: label.fromMs,
          to_ms: label.toMs,
          comment: label.comment,
          author: label.author,
          author_id: label.authorId,
          created_ms: label.createdMs,
          withdrawn_ms: null,
          withdrawn_by: null,
        })
        .execute();
    },
    async withdraw(id, actor, atMs) {
      const done = await database
        .updateTable('anomaly_label')
        .set({ withdrawn_ms: atMs, withdrawn_by: actor })
        .where('id', '=', id)
        .where('withdrawn_ms', 'is', null)
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },
  };
}

function toRecord(row: Selectable<AnomalyLabelTable>): AnomalyLabelRecord {
  return {
    id: row.id,
    service: row.service,
    signalId: row.signal_id,
    label: row.label as AnomalyLabelRecord['label'],
    fromMs: row.from_ms,
    toMs: row.to_ms,
    comment: row.comment,
    author: row.author,
    createdMs: row.created_ms,
  };
}
