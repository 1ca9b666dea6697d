import path from 'node:path';
import type { SqliteConnection } from '../../../src/executor/store/sqlite/connection.ts';
import { openBetterSqlite } from '../../../src/executor/store/sqlite/connection.ts';
import { openSqliteLedger } from '../../../src/executor/store/sqlite/open-ledger.ts';
import { median } from '../measure.ts';

/** Transactions per second, each with a state row and an audit row, on the disk when it returns. */
export interface LedgerSpeed {
  readonly auditedPerSecond: number;
  /** The same rows by prepared statements: same driver, journal mode and synchronous FULL; no hash chain, no query builder. */
  readonly rawPerSecond: number;
  /** Times of the ledger as a multiple of those of the peer. */
  readonly ratio: number;
}

const EXTENT = { rounds: 7, transactions: 300 };
const DETAILS = { planId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', operationId: '01ARZ3NDEKTSV4RRFFQ69G5FAW', message: 'scaled' };

/** Measures ledger and peer in turns, in files beside each other. */
export async function measureLedgerSpeed(folder: string, { rounds, transactions } = EXTENT): Promise<LedgerSpeed> {
  const ledger = await openSqliteLedger(path.join(folder, 'speed.sqlite'));
  const raw = openRaw(path.join(folder, 'raw.sqlite'));
  const audited: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    audited.push(
      await secondsOf(transactions, async (number) => {
        await ledger.transaction(async (session) => {
          await session.settings.probe(number);
          const entry = { atMs: number, actor: 'causeway-executor', event: 'action.result', subject: 'bench' };
          await session.audit.append({ ...entry, details: DETAILS });
        });
      })
    );
    plain.push(await secondsOf(transactions, async (number) => writeRaw(raw, number)));
  }
  await ledger.close();
  raw.close();
  const ratios = audited.map((seconds, round) => seconds / (plain[round] ?? Number.NaN));
  return {
    auditedPerSecond: transactions / median(audited),
    rawPerSecond: transactions / median(plain),
    ratio: median(ratios),
  };
}

async function secondsOf(count: number, transaction: (number: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  for (let number = 0; number < count; number += 1) {
    await transaction(number);
  }
  return (performance.now() - started) / 1000;
}

function openRaw(file: string): SqliteConnection {
  const connection = openBetterSqlite(file);
  connection.execute('CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT', []);
  connection.execute(
    `CREATE TABLE entry (sequence INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, event TEXT NOT NULL,
      subject TEXT NOT NULL, details TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT`,
    []
  );
  return connection;
}

function writeRaw(connection: SqliteConnection, number: number): void {
  connection.execute('BEGIN IMMEDIATE', []);
  connection.execute('INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [
    'probe',
    String(number),
  ]);
  const hash = '0'.repeat(64);
  const values = [number, 'causeway-executor', 'action.result', 'bench', JSON.stringify(DETAILS), hash, hash];
  connection.execute(
    'INSERT INTO entry (at_ms, actor, event, subject, details, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    values
  );
  connection.execute('COMMIT', []);
}
