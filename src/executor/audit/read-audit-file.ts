import Database from 'better-sqlite3';
import type { AuditEntry } from '#contracts';
import type { Selectable } from 'kysely';
import type { AuditTable } from '../store/schema.ts';
import { toAuditEntry } from '../store/sql/audit.ts';

const PAGE = 1000;

/**
 * The audit of a ledger that no executor has open, or of a copy, page by page; nothing is written.
 * @param file path of the ledger
 * @throws Error when the file is missing, in use, or no ledger
 */
export function* readAuditFile(file: string): Generator<readonly AuditEntry[]> {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 1000 });
  try {
    const page = database.prepare('SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?');
    for (let after = 0; ;) {
      const rows = page.all(after, PAGE) as Selectable<AuditTable>[];
      if (rows.length === 0) {
        return;
      }
      yield rows.map(toAuditEntry);
      after = rows.at(-1)?.sequence ?? after;
    }
  } finally {
    database.close();
  }
}
