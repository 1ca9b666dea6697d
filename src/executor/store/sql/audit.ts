import type { AuditEntry } from '#contracts';
import type { Kysely, Selectable } from 'kysely';
import { CHAIN_START, hashEntry } from '../../audit/chain.ts';
import { canonicalJson } from '../../canonical-json.ts';
import type { AuditStore } from '../audit-store.ts';
import type { AuditTable, LedgerSchema } from '../schema.ts';

const HEAD_KEY = 'audit-head';

/** {@link AuditStore} in SQL that SQLite and PostgreSQL share. */
export function auditStore(database: Kysely<LedgerSchema>): AuditStore {
  const entries = () => database.selectFrom('audit').selectAll();
  const last = async () => {
    const row = await entries().orderBy('sequence', 'desc').limit(1).executeTakeFirst();
    return row ? toAuditEntry(row) : null;
  };
  const setHead = async (head: Awaited<ReturnType<AuditStore['head']>>) => {
    const value = JSON.stringify(head);
    await database
      .insertInto('setting')
      .values({ key: HEAD_KEY, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
  };
  return {
    async append(entry) {
      const before = (await last()) ?? CHAIN_START;
      const next = { sequence: before.sequence + 1, ...entry };
      const hash = hashEntry(before.hash, next);
      const row = {
        sequence: next.sequence,
        at_ms: next.atMs,
        actor: next.actor,
        event: next.event,
        subject: next.subject,
        details: canonicalJson(next.details),
        previous_hash: before.hash,
        hash,
      };
      await database.insertInto('audit').values(row).execute();
      await setHead({ sequence: next.sequence, hash });
      return { ...next, previousHash: before.hash, hash };
    },
    async after(afterSequence, limit) {
      const query = entries().where('sequence', '>', afterSequence).orderBy('sequence').limit(limit);
      return (await query.execute()).map(toAuditEntry);
    },
    last,
    async head() {
      const row = await database.selectFrom('setting').select('value').where('key', '=', HEAD_KEY).executeTakeFirst();
      return row ? (JSON.parse(row.value) as Pick<AuditEntry, 'sequence' | 'hash'>) : null;
    },
  };
}

/** An entry as callers see it. Details that are no JSON any more are shown as such; the chain then does not verify. */
export function toAuditEntry(row: Selectable<AuditTable>): AuditEntry {
  return {
    sequence: row.sequence,
    atMs: row.at_ms,
    actor: row.actor,
    event: row.event,
    subject: row.subject,
    details: parseDetails(row.details),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

function parseDetails(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { unreadable: text };
  }
}
