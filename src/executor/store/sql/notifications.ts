import type { JsonObject, NotificationRecord } from '#contracts';
import type { Kysely, Selectable } from 'kysely';
import type { NotificationStore } from '../notification-store.ts';
import type { LedgerSchema, NotificationTable } from '../schema.ts';
import { toPage } from './page.ts';

/** {@link NotificationStore} in SQL that SQLite and PostgreSQL share. */
export function notificationStore(database: Kysely<LedgerSchema>): NotificationStore {
  const messages = () => database.selectFrom('notification').selectAll();
  const update = (id: string) => database.updateTable('notification').where('id', '=', id);
  return {
    async enqueue({ id, channel, event, subject, content, createdMs }) {
      const row = {
        id,
        channel,
        event,
        subject,
        content: JSON.stringify(content),
        created_ms: createdMs,
        attempts: 0,
        next_ms: createdMs,
        sent_ms: null,
        error: null,
        dropped: 0,
      };
      await database
        .insertInto('notification')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    async due(atMs, limit) {
      const rows = await messages()
        .where('sent_ms', 'is', null)
        .where('dropped', '=', 0)
        .where('next_ms', '<=', atMs)
        .orderBy('next_ms')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },
    async markSent(id, atMs) {
      await update(id)
        .set((row) => ({ sent_ms: atMs, error: null, attempts: row('attempts', '+', 1) }))
        .execute();
    },
    async markFailed(id, { error, nextMs, dropped }) {
      await update(id)
        .set((row) => ({ error, next_ms: nextMs, dropped: dropped ? 1 : 0, attempts: row('attempts', '+', 1) }))
        .execute();
    },
    async counts() {
      const row = await database
        .selectFrom('notification')
        .select(({ fn }) => [
          fn.countAll<number>().as('all'),
          fn.count<number>('sent_ms').as('sent'),
          fn.sum<number | null>('dropped').as('dropped'),
        ])
        .executeTakeFirstOrThrow();
      const [sent, dropped] = [Number(row.sent), Number(row.dropped ?? 0)];
      return { sent, dropped, waiting: Number(row.all) - sent - dropped };
    },
    async list({ cursor, limit }) {
      let query = messages()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      query = cursor === undefined ? query : query.where('id', '<', cursor);
      return toPage((await query.execute()).map(toRecord), limit);
    },
  };
}

function toRecord(row: Selectable<NotificationTable>): NotificationRecord {
  return {
    id: row.id,
    channel: row.channel,
    event: row.event,
    subject: row.subject,
    content: JSON.parse(row.content) as JsonObject,
    createdMs: row.created_ms,
    attempts: row.attempts,
    sentMs: row.sent_ms,
    error: row.error,
    dropped: row.dropped === 1,
  };
}
