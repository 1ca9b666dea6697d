import { monotonicFactory } from 'ulid';
import { CHAIN_START, hashEntry } from '../../../src/executor/audit/chain.ts';
import { canonicalJson } from '../../../src/executor/canonical-json.ts';
import type { SqliteConnection } from '../../../src/executor/store/sqlite/connection.ts';
import { openBetterSqlite } from '../../../src/executor/store/sqlite/connection.ts';

type Row = Record<string, unknown>;

/** Tables with rows of one execution, in the order in which rows refer to each other. */
const TABLES = ['incident', 'plan', 'decision', 'execution', 'execution_step', 'execution_check'] as const;
const ULID = /\b[0-9A-HJKMNP-TV-Z]{26}\b/g;

/**
 * Copies the one execution that ended in a ledger, with its incident, plan, decisions, steps, checks and audit entries, under
 * ids of their own, and writes the chain anew. The executor must not run.
 * @returns audit entries of the ledger afterwards
 */
export function addPastExecutions(file: string, count: number): number {
  const connection = openBetterSqlite(file);
  const rows = (sql: string, ...values: unknown[]): Row[] => connection.execute(sql, values).rows;
  const [model] = rows(`SELECT * FROM execution WHERE status = 'finished' ORDER BY id LIMIT 1`);
  const ids = { incident: model?.['incident_id'], plan: model?.['plan_id'], execution: model?.['id'] };
  const known = new Set(rows(`SELECT name FROM sqlite_master WHERE type = 'table'`).map(({ name }) => String(name)));
  const models = TABLES.filter((table) => known.has(table)).map(
    (table) => [table, modelRows(rows, table, ids)] as const
  );
  const entries = rows('SELECT * FROM audit ORDER BY sequence');
  const about = entries.filter(({ subject }) => Object.values(ids).includes(subject));
  const newId = monotonicFactory();
  connection.execute('BEGIN IMMEDIATE', []);
  dropGuards(connection, rows);
  connection.execute('DELETE FROM audit', []);
  const chain = chainWriter(connection);
  entries.forEach(chain.append);
  for (let copy = 0; copy < count; copy += 1) {
    const renamed = new Map<string, string>();
    const rename = (text: string) =>
      text.replaceAll(ULID, (id) => {
        const known = renamed.get(id) ?? newId();
        renamed.set(id, known);
        return known;
      });
    for (const [table, found] of models) {
      found.forEach((row) =>
        insert(connection, table, { ...mapTexts(row, rename), ...(table === 'incident' ? over(row) : {}) })
      );
    }
    about.forEach((entry) => chain.append(mapTexts(entry, rename)));
  }
  connection.execute(`INSERT OR REPLACE INTO setting VALUES ('audit-head', ?)`, [JSON.stringify(chain.head())]);
  connection.execute('COMMIT', []);
  connection.close();
  return chain.head().sequence;
}

function modelRows(
  rows: (sql: string, ...values: unknown[]) => Row[],
  table: (typeof TABLES)[number],
  ids: { incident: unknown; plan: unknown; execution: unknown }
): Row[] {
  switch (table) {
    case 'incident':
      return rows('SELECT * FROM incident WHERE id = ?', ids.incident);
    case 'plan':
      return rows('SELECT * FROM plan WHERE id = ?', ids.plan);
    case 'decision':
      return rows('SELECT * FROM decision WHERE plan_id = ?', ids.plan);
    case 'execution':
      return rows('SELECT * FROM execution WHERE id = ?', ids.execution);
    default:
      return rows(`SELECT * FROM ${table} WHERE execution_id = ?`, ids.execution);
  }
}

/** Texts with other ids. */
function mapTexts(row: Row, rename: (text: string) => string): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'string' ? rename(value) : value])
  );
}

/** The incident of the model may still be open. */
function over(incident: Row): Row {
  return { status: 'resolved', resolved_ms: incident['updated_ms'], resolved_by: 'action' };
}

function insert(connection: SqliteConnection, table: string, row: Row): void {
  const keys = Object.keys(row);
  const marks = keys.map(() => '?').join(', ');
  connection.execute(`INSERT INTO ${table} (${keys.join(', ')}) VALUES (${marks})`, Object.values(row));
}

/** Triggers that keep rows as they are; the copy has none. */
function dropGuards(connection: SqliteConnection, rows: (sql: string) => Row[]): void {
  for (const { name } of rows(`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'`)) {
    connection.execute(`DROP TRIGGER ${String(name)}`, []);
  }
}

function chainWriter(connection: SqliteConnection) {
  let head: { sequence: number; hash: string } = { ...CHAIN_START };
  return {
    head: () => head,
    append(row: Row): void {
      const entry = {
        sequence: head.sequence + 1,
        atMs: Number(row['at_ms']),
        actor: String(row['actor']),
        event: String(row['event']),
        subject: String(row['subject']),
        details: JSON.parse(String(row['details'])) as Record<string, unknown>,
      };
      const hash = hashEntry(head.hash, entry);
      insert(connection, 'audit', {
        ...row,
        sequence: entry.sequence,
        details: canonicalJson(entry.details),
        previous_hash: head.hash,
        hash,
      });
      head = { sequence: entry.sequence, hash };
    },
  };
}
